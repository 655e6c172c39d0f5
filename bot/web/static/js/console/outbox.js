// What advisors wrote, on its way: sent one after the other, tried again with the same id, never doubled.
// Kept for this tab, so that a reload loses nothing.

import { kept } from "./ui.js";

const LONGEST_WAIT_MS = 15_000;

export class Outbox {
  /**
   * `send(item)` sends one item `{id, conversation, text, citations, shown}` and rejects with an ApiError.
   * `on.changed(item, state, error)` tells what becomes of it: "sending", "waiting" or "refused";
   * `on.sent(item, answer)` that it is in the log.
   */
  constructor(account, send, on) {
    this.key = `nkbot.console.outbox.${account}`;
    this.items = kept.read(this.key, []);
    this.send = send;
    this.on = on;
    this.failures = 0;
    this.busy = false;
    this.timer = 0;
    window.addEventListener("online", () => this.flush());
  }

  add(conversation, text, citations) {
    const item = { id: newId(), conversation, text, citations };
    this.items.push(item);
    this.#keep();
    this.on.changed(item, this.failures ? "waiting" : "sending");
    this.flush();
  }

  of(conversation) {
    return this.items.filter((item) => item.conversation === conversation);
  }

  async flush() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.items.length && (await this.#first()));
    } finally {
      this.busy = false;
    }
  }

  async #first() {
    const item = this.items[0];
    try {
      const answer = await this.send(item);
      this.failures = 0;
      this.#drop(item);
      this.on.sent(item, answer);
      return true;
    } catch (error) {
      if (error.retry || error.status === 401) {
        this.failures += 1;
        this.on.changed(item, "waiting", error);
        const wait = Math.max(error.retryAfter, Math.min(500 * 2 ** this.failures, LONGEST_WAIT_MS));
        this.timer = setTimeout(() => this.flush(), wait);
        return false;
      }
      this.#drop(item);
      this.on.changed(item, "refused", error);
      return true;
    }
  }

  #drop(item) {
    this.items.splice(this.items.indexOf(item), 1);
    this.#keep();
  }

  #keep() {
    kept.write(this.key, this.items.length ? this.items : null);
  }
}

/** A random UUID; `crypto.randomUUID` exists on secure pages only. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
