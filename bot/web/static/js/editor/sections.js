// The sections of a document, in order.

import { blankSection } from "./article.js";
import { SectionCard } from "./section-card.js";
import { element, say } from "./ui.js";

const OPEN_UP_TO = 3;

export class Sections {
  /** `on.changed()` after every change, `on.focused(heading)` when somebody works on one; `on.sources()` gives the sources. */
  constructor(on) {
    this.on = on;
    this.list = document.getElementById("sections");
    this.error = document.getElementById("sections-error");
    this.openAll = document.getElementById("open-all");
    document.getElementById("add-section").addEventListener("click", () => this.#add(this.sections.length));
    this.openAll.addEventListener("click", () => {
      const open = this.cards.some((card) => !card.details.open);
      for (const card of this.cards) card.details.open = open;
      this.#nameOpenAll();
    });
    this.list.addEventListener("focusin", (event) => {
      const card = this.cards.find((each) => each.node.contains(event.target));
      if (card) this.on.focused(card.section.heading.trim());
    });
    this.list.addEventListener("toggle", () => this.#nameOpenAll(), true);
  }

  /** `sections` is worked on in place. */
  show(sections) {
    this.sections = sections;
    this.cards = sections.map((section) => this.#card(section));
    this.list.replaceChildren(...this.cards.map((card) => card.node));
    if (sections.length <= OPEN_UP_TO) this.cards.forEach((card) => card.open());
    this.showMistakes([]);
    this.#nameOpenAll();
  }

  refreshSources() {
    this.cards.forEach((card) => card.refreshSources());
  }

  showMistakes(mistakes) {
    this.cards.forEach((card, at) => card.showMistakes(mistakes.filter((each) => each.section === at)));
    const general = mistakes.filter((each) => each.field === "sections" || (!each.field && each.section === null));
    this.error.textContent = general.map((each) => each.message).join(" ");
  }

  /** Opens a section at one of its fields. */
  go(at, field) {
    this.cards[at]?.focus(field);
  }

  /** Names to choose from, with the section's place. */
  names() {
    return this.sections.map((section, at) => [at, section.level === 0 ? "Opening" : section.heading.trim() || `Section ${at + 1}`]);
  }

  /** Appends text to a section, or makes a new one of it at the end. */
  keep(text, at = null) {
    if (at === null) {
      this.#add(this.sections.length, { ...blankSection(), text, evidence: "claim" });
      return;
    }
    const section = this.sections[at];
    section.text = section.text.trim() ? `${section.text.trimEnd()}\n\n${text}` : text;
    const card = this.#card(section);
    this.cards[at].node.replaceWith(card.node);
    this.cards[at] = card;
    card.focus("text");
    this.on.changed();
  }

  #card(section) {
    return new SectionCard(section, {
      changed: this.on.changed,
      sources: this.on.sources,
      move: (card, step) => this.#move(card, step),
      remove: (card) => this.#remove(card),
      addBelow: (card) => this.#add(this.cards.indexOf(card) + 1, blankSection(Math.max(card.section.level, 1))),
    });
  }

  #add(at, section = blankSection()) {
    const card = this.#card(section);
    this.sections.splice(at, 0, section);
    this.cards.splice(at, 0, card);
    this.list.insertBefore(card.node, this.list.children[at] ?? null);
    card.focus();
    this.on.changed();
  }

  #move(card, step) {
    const from = this.cards.indexOf(card);
    const to = from + step;
    if (to < 0 || to >= this.cards.length || this.sections[to].level === 0) {
      say("It cannot go further that way.");
      return;
    }
    for (const list of [this.sections, this.cards]) list.splice(to, 0, ...list.splice(from, 1));
    const { activeElement } = document;
    this.list.insertBefore(card.node, this.list.children[step > 0 ? to + 1 : to] ?? null);
    activeElement.focus();
    say(`Section ${to + 1} of ${this.cards.length} now.`);
    this.on.changed();
  }

  #remove(card) {
    const at = this.cards.indexOf(card);
    const [section] = this.sections.splice(at, 1);
    this.cards.splice(at, 1);
    const undo = element("button", { type: "button", class: "link" }, "Put it back");
    const gone = element("li", { class: "removed" }, `“${section.heading.trim() || "A section"}” is removed. `, undo);
    card.node.replaceWith(gone);
    undo.addEventListener("click", () => {
      const place = this.cards.findIndex((each) => gone.compareDocumentPosition(each.node) & Node.DOCUMENT_POSITION_FOLLOWING);
      gone.remove();
      this.#add(place === -1 ? this.cards.length : place, section);
    });
    undo.focus();
    this.on.changed();
  }

  #nameOpenAll() {
    this.openAll.hidden = this.cards.length < 2;
    this.openAll.textContent = this.cards.some((card) => !card.details.open) ? "Open all" : "Close all";
  }
}
