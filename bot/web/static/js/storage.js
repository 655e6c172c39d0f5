// Where the page remembers things: the browser's storage, or, where a frame on another site may not use it (private
// windows, strict settings), a cookie that the browser keeps apart for that site. The cookie holds the conversation
// only, and goes nowhere but to the address of this page.

const COOKIE = "nkbot";
const LONGEST = 3_500;
const KEEP_SECONDS = 24 * 60 * 60;

/** The storage, or a stand-in for it that keeps the one entry called `main`. */
export function storage(main) {
  try {
    return window.localStorage;
  } catch {
    return new Jar(main);
  }
}

class Jar {
  constructor(main) {
    this.main = main;
    this.length = 0; // nothing else is in it
  }

  getItem(key) {
    const found = key === this.main && document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
    return found ? decodeURIComponent(found.slice(COOKIE.length + 1)) : null;
  }

  setItem(key, value) {
    if (key !== this.main) return;
    let written = encodeURIComponent(value);
    if (written.length > LONGEST) {
      written = encodeURIComponent(JSON.stringify({ ...JSON.parse(value), rated: {}, names: {} }));
    }
    this.#write(written, KEEP_SECONDS);
  }

  removeItem(key) {
    if (key === this.main) this.#write("", 0);
  }

  #write(value, seconds) {
    const { pathname } = window.location;
    document.cookie = `${COOKIE}=${value}; Path=${pathname}; Max-Age=${seconds}; Secure; SameSite=None; Partitioned`;
  }
}
