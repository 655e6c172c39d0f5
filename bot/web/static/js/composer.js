// The box to write in: grows with the text, counts, sends with Enter.

const COUNT_FROM = 0.8;
const DRAFT = "nkbot.draft";

export class Composer {
  /** `onSend(text)` gets what the patient wrote; `onTyping()` is called now and then while they write. */
  constructor(limit, onSend, onTyping) {
    this.limit = limit;
    this.onSend = onSend;
    this.onTyping = onTyping;
    this.box = document.getElementById("text");
    this.button = document.getElementById("send");
    this.counter = document.getElementById("counter");
    document.getElementById("composer").addEventListener("submit", (event) => {
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
      this.#update();
      if (this.box.value.trim()) this.onTyping();
    });
    this.box.value = draft();
    this.#update();
  }

  set(text) {
    this.box.value = text;
    this.#update();
    this.box.focus();
  }

  /** What the empty box invites to. */
  invite(sentence) {
    this.box.placeholder = sentence;
  }

  get #length() {
    return Array.from(this.box.value.trim()).length; // as the server counts: characters, not UTF-16 units
  }

  #maySend() {
    const length = this.#length;
    return length > 0 && length <= this.limit;
  }

  #send() {
    if (!this.#maySend()) return;
    const text = this.box.value.trim();
    this.box.value = "";
    this.#update();
    this.onSend(text);
    this.box.focus();
  }

  #update() {
    draft(this.box.value);
    const length = this.#length;
    this.button.setAttribute("aria-disabled", String(!this.#maySend()));
    this.counter.classList.toggle("counter-over", length > this.limit);
    if (length > this.limit) this.counter.textContent = `${length - this.limit} characters too many`;
    else this.counter.textContent = length > this.limit * COUNT_FROM ? `${this.limit - length} characters left` : "";
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }
}

/** A message half written survives the way to the site's next page; for this tab only. */
function draft(text = null) {
  try {
    if (text === null) return sessionStorage.getItem(DRAFT) ?? "";
    if (text) sessionStorage.setItem(DRAFT, text);
    else sessionStorage.removeItem(DRAFT);
  } catch {
    // Storage may be forbidden.
  }
  return "";
}
