// What this browser remembers of a conversation, so that a reload or a closed laptop loses nothing.

const KEY = "nkbot.conversation";
const KEEP_MS = 24 * 60 * 60 * 1000;

/** Storage may be forbidden; then the conversation lives as long as the page. */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * The remembered conversation: `{id, token, waiting, rated}`, or an empty one. `waiting` are messages that the server
 * has not confirmed, oldest first; `rated` holds the thumbs by message number.
 */
export function load() {
  const empty = { id: null, token: null, waiting: [], rated: {} };
  try {
    const kept = JSON.parse(storage()?.getItem(KEY) ?? "null");
    if (!kept || Date.now() - kept.usedAt > KEEP_MS) return empty;
    return { ...empty, ...kept };
  } catch {
    return empty;
  }
}

export function save(session) {
  try {
    storage()?.setItem(KEY, JSON.stringify({ ...session, usedAt: Date.now() }));
  } catch {
    // Full or forbidden: the page goes on without.
  }
}

export function forget() {
  try {
    storage()?.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
