// The source text of a document, for people who know Markdown. Mistakes lead to their line.

import { element } from "./ui.js";

export class SourceText {
  constructor(on) {
    this.field = document.getElementById("markdown");
    this.list = document.getElementById("markdown-mistakes");
    this.field.addEventListener("input", on.changed);
  }

  get value() {
    return this.field.value;
  }

  show(markdown) {
    this.field.value = markdown;
    this.showMistakes([]);
  }

  showMistakes(mistakes) {
    if (mistakes.length) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
    // Drawn anew only when they are others: a button that is replaced while it is pressed does nothing.
    const shown = JSON.stringify(mistakes);
    if (shown === this.shown) return;
    this.shown = shown;
    this.list.replaceChildren(
      ...mistakes.map((each) => {
        if (!each.line) return element("li", {}, each.message);
        const go = element("button", { type: "button", class: "link" }, `Line ${each.line}`);
        go.addEventListener("click", () => this.go(each.line));
        return element("li", {}, go, `: ${each.message}`);
      }),
    );
  }

  /** Marks a line and brings it into view. */
  go(line) {
    const lines = this.field.value.split("\n");
    const at = Math.min(Math.max(line, 1), lines.length) - 1;
    const start = lines.slice(0, at).reduce((sum, each) => sum + each.length + 1, 0);
    this.field.focus();
    this.field.setSelectionRange(start, start + lines[at].length);
    const height = parseFloat(getComputedStyle(this.field).lineHeight);
    this.field.scrollTop = Math.max(height * (at - 4), 0);
  }
}
