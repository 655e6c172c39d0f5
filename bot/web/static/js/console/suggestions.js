// Suggested replies: passages of the knowledge base that may answer the patient, each with its source.
// Nothing is sent from here: a person puts one into the reply, reads it, changes it, sends it.

import { button, element, markdown } from "./ui.js";

export class Suggestions {
  /** `on.use(text, citation)` puts one into the reply. */
  constructor(panel, toggle, api, on) {
    this.panel = panel;
    this.toggle = toggle;
    this.api = api;
    this.on = on;
    this.list = panel.querySelector("ul");
    this.state = panel.querySelector("#suggestions-state");
    this.asked = panel.querySelector("#suggestions-question");
    this.conversation = null;
    this.number = 0;
    toggle.addEventListener("click", () => this.#show(this.panel.hidden));
    panel.querySelector("#suggestions-close").addEventListener("click", () => {
      this.#show(false);
      toggle.focus();
    });
    panel.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#load(this.asked.value.trim());
    });
  }

  /** Suggestions are for this conversation from now on; null while nobody may write. */
  use(conversation) {
    if (conversation === this.conversation) return;
    this.conversation = conversation;
    this.list.replaceChildren();
    this.asked.value = "";
    this.#show(false);
  }

  /** The patient wrote something: open suggestions follow, unless the advisor is busy with them. */
  news() {
    if (!this.panel.hidden && !this.panel.contains(document.activeElement)) this.#load();
  }

  open() {
    if (this.conversation) this.#show(true);
  }

  #show(on) {
    this.panel.hidden = !on;
    this.toggle.setAttribute("aria-expanded", String(on));
    if (on && this.conversation) this.#load();
  }

  async #load(question = "") {
    const number = ++this.number;
    this.state.textContent = "Looking in the knowledge base…";
    let found;
    try {
      found = await this.api.act(this.conversation, "suggestions", question ? { question } : {});
    } catch (error) {
      if (number === this.number) {
        this.list.replaceChildren();
        this.state.textContent = error.message;
      }
      return;
    }
    if (number !== this.number) return;
    if (document.activeElement !== this.asked) this.asked.value = found.question; // unless somebody types there
    this.list.replaceChildren(...found.suggestions.map((each) => this.#card(each)));
    this.state.textContent = found.suggestions.length
      ? ""
      : found.question ? "Nothing in the knowledge base fits." : "The patient has not asked anything yet. Type a question to look for.";
  }

  #card(each) {
    const use = button("Use this", "button-outline", () => {
      this.on.use(each.text, each.citation);
      this.#show(false);
    });
    const review = each.citation.reviewed_on ? `Reviewed on ${each.citation.reviewed_on}` : "Clinical review pending";
    return element(
      "li",
      { class: "suggestion" },
      element(
        "p",
        { class: "suggestion-head" },
        element("strong", {}, each.citation.title),
        element("span", { class: `tag${each.sure ? " tag-good" : ""}` }, each.sure ? "Fits well" : "May fit"),
      ),
      element("div", { class: "suggestion-text", tabindex: "0", role: "group", "aria-label": "Suggested text" }, markdown(each.text)),
      element("p", { class: "suggestion-foot" }, element("span", { class: "quiet" }, `${each.citation.source}. ${review}.`), use),
    );
  }
}
