// What somebody typed and has not saved, kept in this browser, so that a crash or a closed lid loses nothing.

const PREFIX = "nkbot.editor.";

export class Kept {
  /** `me` is the account's id: two people at one browser do not see each other's texts. */
  constructor(me, slug) {
    this.key = `${PREFIX}${me}.${slug || "(new)"}`;
  }

  /** {view, content, number, at} or null. */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  /** False when the browser cannot keep it. */
  write(entry) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...entry, at: new Date().toISOString() }));
      return true;
    } catch {
      return false;
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }
}

const START = `${PREFIX}start`;
const SAID = `${PREFIX}say`;

/** Opens the page of a new document with an article (as the server writes it) to begin with. */
export function startWith(article) {
  sessionStorage.setItem(START, JSON.stringify(article));
  location.assign("/editor/new");
}

/** The article that `startWith` was given, once; null otherwise. */
export function started() {
  return taken(START);
}

/** Has the next page say something short. */
export function sayNext(text) {
  try {
    sessionStorage.setItem(SAID, JSON.stringify(text));
  } catch {
    // It is only a nicety.
  }
}

export function said() {
  return taken(SAID);
}

function taken(key) {
  try {
    const found = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    return found;
  } catch {
    return null;
  }
}
