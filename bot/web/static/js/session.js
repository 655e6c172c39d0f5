// What this browser remembers of a conversation, so that a reload or a closed laptop loses nothing, and
// so that two tabs agree. Each message that waits has a key of its own: tabs never overwrite each other's.

import { storage } from "./storage.js";

const CONVERSATION = "nkbot.conversation";
const WAITING = "nkbot.waiting.";
const CALLBACK = "nkbot.callback";
const KEEP_MS = 24 * 60 * 60 * 1000;

function read(key) {
  try {
    return JSON.parse(storage(CONVERSATION).getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    storage(CONVERSATION).setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the page goes on without.
  }
}

function remove(key) {
  try {
    storage(CONVERSATION).removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

/**
 * One conversation as this browser knows it: `id` and `token` (null before it begins), `rated` (thumbs by message
 * number), `names` (advisors by message number), `seen` (the last message that was on the screen) and `score` (the rating
 * given at the end).
 */
export class Session {
  constructor() {
    this.#take(this.#kept());
  }

  get known() {
    const { id, token, rated, names, seen, score } = this;
    return { id, token, rated, names, seen, score };
  }

  /** Writes what changed; what another tab noted about the same conversation stays. */
  save() {
    const other = this.#kept();
    if (other.id === this.id) {
      this.rated = { ...other.rated, ...this.rated };
      this.names = { ...other.names, ...this.names };
      this.seen = Math.max(other.seen, this.seen);
      this.score ??= other.score;
    }
    write(CONVERSATION, { ...this.known, usedAt: Date.now() });
  }

  /** Takes over the conversation that another tab began meanwhile; true when there is one. */
  adopt() {
    const other = this.#kept();
    if (!other.id) return false;
    this.#take(other);
    return true;
  }

  begin(id, token) {
    this.#take({ id, token });
    this.save();
  }

  /** Forgets the conversation; what another tab began meanwhile stays remembered. */
  forget() {
    if (this.#kept().id === this.id) {
      remove(CONVERSATION);
      remove(CALLBACK);
    }
    this.#take({});
  }

  /** Messages that the server has not confirmed, oldest first; those of other tabs are among them. */
  waiting() {
    return waiting();
  }

  keep(item) {
    write(WAITING + item.id, { text: item.text, at: item.at });
  }

  release(item) {
    remove(WAITING + item.id);
  }

  /** A call-back request that is being written or could not be sent yet. */
  get callback() {
    return read(CALLBACK);
  }

  set callback(draft) {
    if (draft) write(CALLBACK, draft);
    else remove(CALLBACK);
  }

  /**
   * Tells what other tabs do: `on.conversation(id)` when they begin another conversation or forget this one (null),
   * `on.released(id)` when they have sent a waiting message.
   */
  watch(on) {
    window.addEventListener("storage", (event) => {
      if (event.key === CONVERSATION || event.key === null) {
        const { id } = this.#kept();
        if (id !== this.id) on.conversation(id);
      } else if (event.key.startsWith(WAITING) && event.newValue === null) {
        on.released(event.key.slice(WAITING.length));
      }
    });
  }

  #kept() {
    const kept = read(CONVERSATION);
    const fresh = kept && Date.now() - kept.usedAt <= KEEP_MS ? kept : {};
    return { id: null, token: null, rated: {}, names: {}, seen: 0, score: null, ...fresh };
  }

  #take({ id = null, token = null, rated = {}, names = {}, seen = 0, score = null }) {
    Object.assign(this, { id, token, rated, names, seen, score });
  }
}

function waiting() {
  const found = [];
  const kept = storage(CONVERSATION);
  for (let place = 0; place < (kept.length); place += 1) {
    const key = kept.key(place);
    const item = key.startsWith(WAITING) ? read(key) : null;
    if (!item) continue;
    if (Date.now() - item.at > KEEP_MS) remove(key);
    else found.push({ id: key.slice(WAITING.length), text: item.text, at: item.at });
  }
  return found.sort((one, other) => one.at - other.at);
}

/** Runs `work` while no other tab does the same; where the browser has no locks or refuses them, at once. */
export async function alone(work) {
  let begun = false;
  const once = () => {
    begun = true;
    return work();
  };
  try {
    return await (navigator.locks ? navigator.locks.request("nkbot.begin", once) : once());
  } catch (error) {
    if (begun) throw error;
    return once();
  }
}
