// Messages on their way: sent one after the other, tried again with the same id, never doubled.

const LONGEST_WAIT_MS = 15_000;

export class Outbox {
  /**
   * `send(item)` sends one item `{id, text, at}` and rejects with an ApiError. `on.trying(item)`, `on.delayed(item)`,
   * `on.sent(item, answer)` and `on.refused(item, error)` tell what becomes of it. `store.waiting()` gives the items of
   * an earlier page; `store.keep(item)` and `store.release(item)` remember and forget one.
   */
  constructor(store, send, on) {
    this.store = store;
    this.items = store.waiting();
    this.send = send;
    this.on = on;
    this.failures = 0;
    this.busy = false;
    this.timer = 0;
    this.items.forEach((item) => (item.tried = true));
    this.hurry = false; // the network came back while an attempt was under way that may still fail
    window.addEventListener("online", () => {
      this.hurry = this.busy;
      this.flush();
    });
  }

  add(text) {
    const item = { id: newId(), text, at: Date.now(), tried: false };
    this.items.push(item);
    this.store.keep(item);
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
      this.hurry = false;
    }
  }

  /** The item that is this message of the log: sent, but its confirmation has not come. It has arrived from now on. */
  arrived(text) {
    const found = this.items.find((item) => item.tried && !item.arrived && item.text === text);
    if (found) found.arrived = true;
    return found;
  }

  /** Another tab has sent this one. */
  drop(id) {
    const place = this.items.findIndex((item) => item.id === id);
    return place < 0 ? null : this.items.splice(place, 1)[0];
  }

  empty() {
    clearTimeout(this.timer);
    this.items.forEach((item) => this.store.release(item));
    this.items.length = 0;
    this.failures = 0;
  }

  async #sendFirst() {
    const item = this.items[0];
    this.on.trying(item);
    try {
      item.tried = true;
      const answer = await this.send(item);
      if (!this.items.includes(item)) return true; // given up meanwhile, or another tab was faster
      this.failures = 0;
      this.#done(item);
      this.on.sent(item, answer);
      return true;
    } catch (error) {
      if (!this.items.includes(item)) return true;
      if (error.retry && this.hurry) {
        this.hurry = false;
        return true;
      }
      if (error.retry) {
        this.failures += 1;
        this.on.delayed(item);
        const wait = Math.max(error.retryAfter, Math.min(500 * 2 ** this.failures, LONGEST_WAIT_MS));
        this.timer = setTimeout(() => this.flush(), wait);
        return false;
      }
      this.#done(item);
      this.on.refused(item, error);
      return true;
    }
  }

  #done(item) {
    this.drop(item.id);
    this.store.release(item);
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
