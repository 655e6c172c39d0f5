// The form with which a patient asks to be called back. What is written is kept, also without a network: the
// request is then sent, once, when the network is back.

const FIELDS = ["name", "contact", "when", "about"];
const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE_DIGITS = 6;
const AGAIN_MS = 10_000;

/** What is wrong with a request, by field; {} when nothing. The server has the last word. */
export function mistakes({ name, contact, consent }) {
  const found = {};
  if (!name.trim()) found.name = "Please tell us your name.";
  const digits = contact.replace(/\D/g, "").length;
  const number = digits >= PHONE_DIGITS && /^[\d\s()+./-]+(?:\s*(?:ext|x)\.?\s*\d+)?$/i.test(contact.trim());
  if (!contact.trim()) found.contact = "Please give an e-mail address or a phone number.";
  else if (!number && !MAIL.test(contact.trim())) {
    found.contact = "Please check this: an e-mail address such as name@example.org, or a phone number with its area code.";
  }
  if (!consent) found.consent = "Without your consent we may not keep your details.";
  return found;
}

const FIELD_OF = { invalid_contact: "contact", consent_needed: "consent" };

export class CallbackForm {
  /**
   * `store.callback` keeps the draft: `{values, pending}`. `send(wish)` sends it and rejects with an ApiError;
   * `changed()` is called when a request begins or ends to wait, `done()` when it has been noted.
   */
  constructor(store, send, { changed, done }) {
    Object.assign(this, { store, send, changed, done });
    this.dialog = document.getElementById("callback");
    this.form = document.getElementById("callback-form");
    this.problem = document.getElementById("callback-problem");
    this.submit = document.getElementById("callback-yes");
    this.busy = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    this.form.addEventListener("input", (event) => {
      this.#mark(event.target.name, "");
      this.#keep(false);
    });
    document.getElementById("callback-no").addEventListener("click", () => this.dialog.close());
    window.addEventListener("online", () => this.retry());
    if (this.isPending) setTimeout(() => this.retry(), AGAIN_MS / 5);
  }

  get isPending() {
    return Boolean(this.store.callback?.pending);
  }

  open() {
    const draft = this.store.callback?.values ?? {};
    for (const field of FIELDS) this.form.elements[field].value = draft[field] ?? "";
    this.form.elements.consent.checked = draft.consent === true;
    this.#clear();
    this.dialog.showModal();
    this.form.elements.name.focus();
  }

  /** Sends what waits, when something waits. */
  retry() {
    if (this.isPending && !this.busy) this.#send(this.store.callback.values);
  }

  /** It has been noted: nothing waits any more. */
  forget() {
    this.store.callback = null;
    this.close();
    this.changed();
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  get #values() {
    const { elements } = this.form;
    const values = Object.fromEntries(FIELDS.map((field) => [field, elements[field].value]));
    return { ...values, consent: elements.consent.checked };
  }

  #keep(pending) {
    this.store.callback = { values: this.#values, pending };
  }

  #check() {
    this.#clear();
    const found = mistakes(this.#values);
    for (const [field, sentence] of Object.entries(found)) this.#mark(field, sentence);
    if (Object.keys(found).length) this.form.elements[Object.keys(found)[0]].focus();
    else this.#send(this.#values);
  }

  async #send(values) {
    if (this.busy) return;
    this.busy = true;
    this.submit.disabled = true;
    try {
      await this.send(values);
      this.forget();
      this.done();
    } catch (error) {
      this.#failed(values, error);
    } finally {
      this.busy = false;
      this.submit.disabled = false;
    }
  }

  #failed(values, error) {
    this.store.callback = { values, pending: error.retry };
    this.changed();
    if (error.retry) {
      setTimeout(() => this.retry(), Math.max(AGAIN_MS, error.retryAfter));
      this.problem.textContent = "There is no connection just now. Your request is kept here and sent as soon as it is back. You can close this window.";
      return;
    }
    if (!this.dialog.open) this.open();
    const field = FIELD_OF[error.code];
    if (field) {
      this.#mark(field, error.message);
      this.form.elements[field].focus();
    } else {
      this.problem.textContent = error.message;
    }
  }

  #clear() {
    this.problem.textContent = "";
    ["name", "contact", "consent"].forEach((field) => this.#mark(field, ""));
  }

  #mark(field, sentence) {
    const told = document.getElementById(`callback-${field}-problem`);
    if (!told) return;
    told.textContent = sentence;
    if (sentence) this.form.elements[field].setAttribute("aria-invalid", "true");
    else this.form.elements[field].removeAttribute("aria-invalid");
  }
}
