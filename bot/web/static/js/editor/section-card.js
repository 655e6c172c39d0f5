// One section of a document as a form.

import { EVIDENCE, REPLIES, words } from "./article.js";
import { button, element, plural, row } from "./ui.js";

let made = 0;

export class SectionCard {
  /** `on.changed()`, `on.move(card, step)`, `on.remove(card)`, `on.addBelow(card)`, `on.sources()`. */
  constructor(section, on) {
    this.section = section;
    this.on = on;
    this.id = `section-${(made += 1)}`;
    this.name = element("span", { class: "section-name" });
    this.count = element("span", { class: "quiet section-count" });
    this.summary = element("summary", {}, element("span", { class: "section-summary" }, this.name, this.count));
    this.body = element("div", { class: "section-body" });
    this.details = element("details", { class: "card section-card" }, this.summary, this.body);
    this.node = element("li", {}, this.details);
    this.details.addEventListener("toggle", () => this.details.open && this.#build());
    this.built = false;
    this.refresh();
  }

  open() {
    this.details.open = true;
    this.#build();
  }

  focus(field = "heading") {
    this.open();
    (this.fields[field] ?? this.fields.heading ?? this.fields.text).focus();
  }

  /** The line above the fields, and how deep the section stands. */
  refresh() {
    const { section } = this;
    this.name.textContent = section.level === 0 ? "Opening, below the title" : section.heading.trim() || "New section";
    const told = [plural(words(section.text), "word")];
    if (section.text.trim() || section.questions.length) told.push(plural(section.questions.length, "question"));
    this.count.textContent = section.text.trim() ? told.join(", ") : "no text of its own";
    this.node.className = section.level > 1 ? `section-level-${section.level}` : "";
  }

  /** The sources have changed: offers those that are there now. */
  refreshSources() {
    if (!this.built) return;
    const list = this.on.sources();
    const choices = list.map((source) => {
      const box = element("input", { type: "checkbox" });
      box.checked = this.section.sources.includes(source.key);
      box.addEventListener("change", () => {
        const chosen = new Set(this.section.sources);
        if (box.checked) chosen.add(source.key);
        else chosen.delete(source.key);
        this.section.sources = list.map((each) => each.key).filter((key) => chosen.has(key));
        this.on.changed();
      });
      return element("label", { class: "check-row" }, box, element("span", { class: "wrap" }, source.title || "A source without a name"));
    });
    const nothing = element("p", { class: "quiet" }, "Add a source above first.");
    this.sources.replaceChildren(element("legend", {}, "Rests on"), ...(choices.length ? choices : [nothing]));
  }

  /** Shows mistakes at their fields; [] takes them away. */
  showMistakes(mistakes) {
    this.details.classList.toggle("has-mistake", mistakes.length > 0);
    if (mistakes.length) this.#build();
    if (!this.built) return;
    for (const [name, line] of Object.entries(this.errors)) {
      const mine = mistakes.filter((each) => each.field === name);
      line.textContent = mine.map((each) => (each.line ? `Line ${each.line}: ${each.message}` : each.message)).join(" ");
      if (mine.length) this.fields[name].setAttribute("aria-invalid", "true");
      else this.fields[name].removeAttribute("aria-invalid");
    }
  }

  #build() {
    if (this.built) return;
    this.built = true;
    const { section } = this;
    this.fields = {};
    this.errors = {};
    if (section.level > 0) {
      this.fields.heading = this.#input("heading", element("input", { class: "input", maxlength: "300" }), section.heading);
      this.body.append(this.#row("heading", "Heading", "A question that patients ask makes a good heading."));
    }
    this.fields.text = this.#input("text", element("textarea", { class: "input section-text", rows: String(rows(section.text)) }), section.text);
    this.body.append(this.#row("text", "Text", "Lists: begin lines with “- ”. Bold: **word**. An empty line parts paragraphs."));
    this.fields.questions = this.#input("questions", element("textarea", { class: "input", rows: "4" }), section.questions.join("\n"));
    this.body.append(this.#row("questions", "Questions it answers", "One a line, in the words patients use, typing mistakes and all."));
    this.body.append(element("div", { class: "fields" }, this.#evidence(), this.#sources()), this.#more(), this.#tools());
    this.refreshSources();
  }

  #input(name, field, value) {
    field.id = `${this.id}-${name}`;
    field.value = value;
    field.addEventListener("input", () => {
      this.section[name] = name === "questions" ? field.value.split("\n").filter((line) => line.trim()) : field.value;
      this.refresh();
      this.on.changed();
    });
    return field;
  }

  #row(name, label, hint) {
    const field = this.fields[name];
    const node = row(label, field, hint);
    this.errors[name] = element("p", { class: "error", id: `${field.id}-error` });
    field.setAttribute("aria-describedby", `${field.id}-hint ${field.id}-error`);
    node.append(this.errors[name]);
    return node;
  }

  #select(name, options, label) {
    const field = element("select", { class: "input", id: `${this.id}-${name}` });
    field.append(...options.map(([value, text]) => element("option", { value }, text)));
    field.value = this.section[name];
    const node = row(label, field);
    field.addEventListener("change", () => {
      this.section[name] = field.value;
      this.on.changed();
    });
    return [node, field];
  }

  #evidence() {
    const [node, field] = this.#select("evidence", Object.entries(EVIDENCE).map(([value, [text]]) => [value, text]), "Kind of evidence");
    const meaning = element("p", { class: "quiet", id: `${field.id}-hint` });
    field.setAttribute("aria-describedby", meaning.id);
    const tell = () => (meaning.textContent = EVIDENCE[field.value][1]);
    field.addEventListener("change", tell);
    tell();
    node.append(meaning);
    return node;
  }

  #sources() {
    this.sources = element("fieldset", { class: "choices section-sources" });
    return this.sources;
  }

  #more() {
    const [reply] = this.#select("reply", Object.entries(REPLIES), "What its reply is");
    const parts = [reply];
    if (this.section.level > 0) {
      const depth = element("select", { class: "input", id: `${this.id}-level` });
      depth.append(...[1, 2, 3, 4, 5].map((level) => element("option", { value: String(level) }, DEPTHS[level - 1])));
      depth.value = String(this.section.level);
      depth.addEventListener("change", () => {
        this.section.level = Number(depth.value);
        this.refresh();
        this.on.changed();
      });
      parts.push(row("Stands", depth));
    }
    return element("details", { class: "fold" }, element("summary", {}, "More"), element("div", { class: "fields" }, ...parts));
  }

  #tools() {
    const name = () => this.section.heading.trim() || "this section";
    const tool = (text, act) => {
      const node = button(text, "button-outline button-small", act);
      node.append(element("span", { class: "visually-hidden" }, ` ${name()}`));
      return node;
    };
    const nodes = [tool("Add a section below", () => this.on.addBelow(this))];
    if (this.section.level > 0) {
      this.up = tool("Up", () => this.on.move(this, -1));
      this.down = tool("Down", () => this.on.move(this, 1));
      nodes.push(this.up, this.down);
    }
    const remove = tool("Remove", () => this.on.remove(this));
    remove.classList.add("button-danger");
    nodes.push(remove);
    return element("div", { class: "actions section-tools" }, ...nodes);
  }
}

const DEPTHS = ["As a section of the document", "Below the section before", "Two levels below", "Three levels below", "Four levels below"];

function rows(text) {
  const lines = text.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 80), 0);
  return Math.min(Math.max(lines + 1, 6), 24);
}
