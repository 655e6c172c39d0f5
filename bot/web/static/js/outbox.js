// Messages on their way: sent one after the other, tried again with the same id, never doubled.

const LONGEST_WAIT_MS = 15_000;

export class Outbox {
  /**
   * `send(item)` sends one item `{id, text}` and rejects with an ApiError. `on.trying(item)`,
   * `on.delayed(item)`, `on.sent(item, answer)` and `on.refused(item, error)` tell what becomes of it.
   * `items` is the list to work off; the owner keeps it across reloads through `on.changed()`.
   */
  constructor(items, send, on) {
    this.items = items;
    this.send = send;
    this.on = on;
    this.failures = 0;
    this.busy = false;
    this.timer = 0;
    window.addEventListener("online", () => this.flush());
  }

  add(text) {
    const item = { id: newId(), text };
    this.items.push(item);
    this.on.changed();
    this.flush();
    return item;
  }

  /** Sends what waits, now. */
  async flush() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.items.length && (await this.#sendFirst()));
    } finally {
      this.busy = false;
    }
  }

  async #sendFirst() {
    const item = this.items[0];
    this.on.trying(item);
    try {
      const answer = await this.send(item);
      this.failures = 0;
      this.#drop(item);
      this.on.sent(item, answer);
      return true;
    } catch (error) {
      if (error.retry) {
        this.failures += 1;
        this.on.delayed(item);
        const wait = Math.max(error.retryAfter, Math.min(500 * 2 ** this.failures, LONGEST_WAIT_MS));
        this.timer = setTimeout(() => this.flush(), wait);
        return false;
      }
      this.#drop(item);
      this.on.refused(item, error);
      return true;
    }
  }

  #drop(item) {
    const place = this.items.indexOf(item);
    if (place >= 0) this.items.splice(place, 1);
    this.on.changed();
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
