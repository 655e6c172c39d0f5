// What was left out of a file: shown block by block, and put back where somebody wants it.

import { button, element, plural } from "./ui.js";

export class LeftOut {
  /** `on.keep(text, at)` puts a text into section `at`, or into a new one where `at` is null; `on.names()` lists sections. */
  constructor(on) {
    this.on = on;
    this.root = document.getElementById("left-out");
    this.title = document.getElementById("left-out-title");
    this.list = document.getElementById("left-out-list");
  }

  show(dropped, open = false) {
    this.dropped = dropped;
    this.list.replaceChildren(...dropped.map((text) => this.#row(text)));
    this.root.open = open && dropped.length > 0;
    this.#count();
  }

  #count() {
    this.root.hidden = !this.dropped.length;
    this.title.textContent = `Left out of the file: ${plural(this.dropped.length, "part")}`;
  }

  #row(text) {
    const keep = button("Keep", "button-outline button-small", () => this.#ask(text, node, keep));
    keep.append(element("span", { class: "visually-hidden" }, ` ${text.slice(0, 60)}`));
    const node = element("li", { class: "left-out-part" }, element("p", { class: "wrap" }, text), keep);
    return node;
  }

  #ask(text, node, keep) {
    const where = element("select", { class: "input", "aria-label": "Where to put it" });
    where.append(
      ...this.on.names().map(([at, name]) => element("option", { value: String(at) }, `At the end of “${name}”`)),
      element("option", { value: "" }, "As a section of its own"),
    );
    const put = button("Put it there", "button-solid button-small", () => {
      this.dropped.splice(this.dropped.indexOf(text), 1);
      node.remove();
      this.#count();
      this.on.keep(text, where.value === "" ? null : Number(where.value));
    });
    const choice = element("div", { class: "left-out-choice" }, where, put);
    keep.replaceWith(choice);
    where.focus();
  }
}
