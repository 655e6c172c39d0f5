// The box to write in: grows with the text, counts, sends with Enter.

const COUNT_FROM = 0.8;

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
    this.#update();
  }

  set(text) {
    this.box.value = text;
    this.#update();
    this.box.focus();
  }

  close(sentence) {
    this.box.disabled = true;
    this.box.placeholder = sentence;
    this.#update();
  }

  open() {
    this.box.disabled = false;
    this.box.placeholder = "Ask in your own words";
    this.#update();
  }

  get #length() {
    return Array.from(this.box.value.trim()).length; // as the server counts: characters, not UTF-16 units
  }

  #maySend() {
    const length = this.#length;
    return !this.box.disabled && length > 0 && length <= this.limit;
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
    const length = this.#length;
    this.button.setAttribute("aria-disabled", String(!this.#maySend()));
    this.counter.classList.toggle("counter-over", length > this.limit);
    if (length > this.limit) this.counter.textContent = `${length - this.limit} characters too many`;
    else this.counter.textContent = length > this.limit * COUNT_FROM ? `${this.limit - length} characters left` : "";
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }
}
