// The preview beside the form: fetched while somebody writes, drawn only when the newest answer is there.

import { findingItems } from "./findings.js";
import { passageNode } from "./passages.js";
import { API, call, element, inWords, plural } from "./ui.js";

const PAUSE_MS = 450;

export class Preview {
  /** `content()` gives what to send; `on.mistakes(list)` gets what is wrong with it; `on.go(heading)` opens a section. */
  constructor(content, on) {
    this.content = content;
    this.on = on;
    this.state = document.getElementById("preview-state");
    this.list = document.getElementById("preview-passages");
    this.hints = document.getElementById("preview-hints");
    this.asked = 0;
    this.waiting = 0;
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.now(), PAUSE_MS);
  }

  async now() {
    clearTimeout(this.waiting);
    const mine = (this.asked += 1);
    try {
      const found = await call("POST", `${API}/preview`, this.content());
      if (mine === this.asked) this.#draw(found);
    } catch (error) {
      if (mine === this.asked) this.state.textContent = inWords(error);
    }
  }

  /** Scrolls to the passages of a section, where the preview has room of its own. */
  bring(heading) {
    const scroll = document.getElementById("preview-scroll");
    const found = [...this.list.children].find((each) => each.dataset.heading === heading);
    if (found) scroll.scrollTo({ top: found.offsetTop - scroll.offsetTop, behavior: "smooth" });
  }

  #draw({ passages, mistakes, hints, language }) {
    this.on.mistakes(mistakes);
    if (passages === null) {
      const told = mistakes.every((each) => each.missing) ? "Something is still missing" : "Something must be mended first";
      this.state.textContent = this.list.childElementCount ? `${told}; this is how it was.` : `${told}. The passages appear here while you write.`;
      this.hints.replaceChildren();
      return;
    }
    const unseen = passages.count - passages.shown.length;
    this.state.textContent = `${plural(passages.count, "passage")}${unseen ? `; the first ${passages.shown.length} are shown` : ""}`;
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((each) => each.closest("li").dataset.at));
    this.list.replaceChildren(
      ...passages.shown.map((passage, at) => {
        const node = passageNode(passage);
        node.dataset.at = String(at);
        node.dataset.heading = passage.heading;
        if (open.has(String(at))) node.querySelector("details")?.setAttribute("open", "");
        return node;
      }),
    );
    this.hints.replaceChildren(...findingItems(language, this.on.go), ...hints.slice(0, 5).map((hint) => element("li", {}, hint.message)));
    if (hints.length > 5) this.hints.append(element("li", {}, `…and ${hints.length - 5} more sections like these.`));
  }
}
