// The sources of a document: their titles and web addresses.

import { freeKey } from "./article.js";
import { button, element } from "./ui.js";

let made = 0;

export class Sources {
  /** `on.changed()` after every change, `on.removed(key)` when one is gone. */
  constructor(on) {
    this.on = on;
    this.list = document.getElementById("sources");
    this.card = document.getElementById("sources-card");
    document.getElementById("add-source").addEventListener("click", () => {
      const source = { key: freeKey(this.sources), title: "", url: "" };
      this.sources.push(source);
      this.list.append(this.#row(source));
      this.list.lastElementChild.querySelector("input").focus();
      this.#count();
      this.on.changed();
    });
  }

  show(sources) {
    this.sources = sources;
    this.list.replaceChildren(...sources.map((source) => this.#row(source)));
    this.card.open = !sources.length;
    this.#count();
  }

  #count() {
    document.getElementById("sources-count").textContent = this.sources.length ? `(${this.sources.length})` : "none yet";
  }

  showMistakes(mistakes) {
    if (mistakes.length) this.card.open = true;
    [...this.list.children].forEach((node, at) => {
      const mine = mistakes.filter((each) => each.source === at);
      node.querySelector(".error").textContent = mine.map((each) => each.message).join(" ");
    });
  }

  go(at, field) {
    this.card.open = true;
    const inputs = this.list.children[at]?.querySelectorAll("input") ?? [];
    inputs[field === "url" ? 1 : 0]?.focus();
  }

  #row(source) {
    const id = `source-${(made += 1)}`;
    const field = (name, label, type) => {
      const input = element("input", { class: "input", id: `${id}-${name}`, type, "aria-describedby": `${id}-error` });
      input.value = source[name];
      input.addEventListener("input", () => {
        source[name] = input.value;
        this.on.changed();
      });
      return element("div", { class: "form-row" }, element("label", { for: input.id }, label), input);
    };
    const remove = button("Remove", "button-outline button-small", () => this.#remove(source, node));
    remove.append(element("span", { class: "visually-hidden" }, " this source"));
    const node = element(
      "li",
      { class: "source-row" },
      field("title", "What it is called", "text"),
      field("url", "Web address (optional)", "url"),
      remove,
      element("p", { class: "error", id: `${id}-error` }),
    );
    return node;
  }

  #remove(source, node) {
    this.sources.splice(this.sources.indexOf(source), 1);
    const next = node.nextElementSibling ?? node.previousElementSibling;
    node.remove();
    (next?.querySelector("input") ?? document.getElementById("add-source")).focus();
    this.on.removed(source.key);
    this.#count();
    this.on.changed();
  }
}
