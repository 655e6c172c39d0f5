// Where an advisor writes: a draft that survives a reload, the source of a suggestion, and Enter to send.

import { button, element, kept } from "./ui.js";

const COUNT_FROM = 0.8;
const TYPING_EVERY_MS = 4_000;

export class Reply {
  /** `on.send(text, citations)` gets what is to be sent; `on.typing()` is called now and then while writing. */
  constructor(form, account, on) {
    this.form = form;
    this.account = account;
    this.on = on;
    this.box = form.querySelector("#text");
    this.limit = Number(form.dataset.limit);
    this.counter = form.querySelector("#counter");
    this.attached = form.querySelector("#attached");
    this.sendButton = form.querySelector("#send");
    this.citations = [];
    this.conversation = null;
    this.typedAt = 0;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#send();
      }
    });
    this.box.addEventListener("input", () => {
      this.#keep();
      this.#update();
      if (this.box.value.trim() && Date.now() - this.typedAt > TYPING_EVERY_MS) {
        this.typedAt = Date.now();
        on.typing();
      }
    });
  }

  /** Shows the draft of a conversation. */
  open(conversation) {
    if (conversation === this.conversation) return;
    this.conversation = conversation;
    const draft = kept.read(this.#key, { text: "", citations: [] });
    this.box.value = draft.text;
    this.citations = draft.citations;
    this.typedAt = 0;
    this.#update();
  }

  /** The conversation is gone, and with it what was to be said. */
  forget(conversation) {
    kept.write(this.#keyOf(conversation), null);
    if (conversation !== this.conversation) return;
    this.conversation = null;
    this.box.value = "";
    this.citations = [];
  }

  /** Puts text in: into an empty box, or behind what is there. */
  insert(text, citation = null) {
    const before = this.box.value.trimEnd();
    this.box.value = before ? `${before}\n\n${text}` : text;
    if (citation && !this.citations.some((each) => each.passage === citation.passage)) this.citations.push(citation);
    this.#keep();
    this.#update();
    this.focus();
  }

  focus() {
    this.box.focus();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  /** A message that was refused comes back to be changed. */
  restore(text, citations) {
    this.citations = citations;
    this.box.value = this.box.value.trim() ? `${text}\n\n${this.box.value}` : text;
    this.#keep();
    this.#update();
    this.focus();
  }

  get #key() {
    return this.#keyOf(this.conversation);
  }

  #keyOf(conversation) {
    return `nkbot.console.draft.${this.account}.${conversation}`;
  }

  get #length() {
    return Array.from(this.box.value.trim()).length;
  }

  #maySend() {
    return this.#length > 0 && this.#length <= this.limit;
  }

  #send() {
    if (!this.#maySend()) return;
    const text = this.box.value.trim();
    const citations = this.citations;
    this.box.value = "";
    this.citations = [];
    this.typedAt = 0;
    this.#keep();
    this.#update();
    this.on.send(text, citations);
    this.box.focus();
  }

  #keep() {
    const draft = { text: this.box.value, citations: this.citations };
    kept.write(this.#key, draft.text || draft.citations.length ? draft : null);
  }

  #update() {
    const length = this.#length;
    this.sendButton.setAttribute("aria-disabled", String(!this.#maySend()));
    this.counter.classList.toggle("counter-over", length > this.limit);
    if (length > this.limit) this.counter.textContent = `${length - this.limit} characters too many`;
    else this.counter.textContent = length > this.limit * COUNT_FROM ? `${this.limit - length} characters left` : "";
    this.attached.hidden = !this.citations.length;
    this.attached.replaceChildren(...this.citations.map((each) => this.#chip(each)));
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  #chip(citation) {
    const remove = button("Remove", "button-text", () => {
      this.citations = this.citations.filter((each) => each !== citation);
      this.#keep();
      this.#update();
      this.box.focus();
    }, { "aria-label": `Remove the source “${citation.title}”` });
    return element("li", {}, element("span", { class: "quiet" }, "Sent with its source: "), citation.title, " ", remove);
  }
}
