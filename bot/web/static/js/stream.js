// The live stream of one conversation: reads server-sent events and opens the stream again when it breaks.

const SILENCE_MS = 13_000; // the server writes a line every 6 s: it has vanished, or the way to it
const LATE_MS = 8_000;
const OPENING_MS = 20_000; // a server to which thousands come back at once may take a while
const SHORT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;
const SOON_MS = 250;
const CALM_MS = 3_000;

export class Stream {
  /**
   * `on.event(name, data)` gets every event, `on.state("open" | "lost")` how the connection is, and
   * `on.gone()` is called once when the conversation cannot be opened any more. `on.calm()`, if there is one, tells
   * whether nobody waits for anything on this page just now. `after` gives the number of the last message that the
   * page has, so that the server goes on from there.
   */
  constructor(api, session, after, on) {
    this.api = api;
    this.session = session;
    this.after = after;
    this.on = on;
    this.closed = false;
    this.failures = 0; // to open it, one after the other
    this.short = 0; // streams that ended soon after they were opened, one after the other
    this.heardAt = 0;
    this.hurry = () => this.#hurry();
    this.seen = () => document.visibilityState === "visible" && this.hurry();
    window.addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.seen);
    this.#run();
  }

  #wake = null;
  #abort = null;

  /** The network is back, the laptop open again, something was sent: waits no longer, trusts no stream gone silent. */
  #hurry() {
    this.#wake?.();
    if (this.heardAt && Date.now() - this.heardAt > LATE_MS) this.#abort?.abort();
  }

  close() {
    this.closed = true;
    window.removeEventListener("online", this.hurry);
    document.removeEventListener("visibilitychange", this.seen);
    this.#abort?.abort();
    this.#wake?.();
  }

  async #run() {
    while (!this.closed) {
      try {
        await this.#readOnce();
      } catch (error) {
        if (this.closed) return;
        if (error.gone) {
          this.close();
          this.on.gone();
          return;
        }
      }
      if (this.closed) return;
      this.failures += 1;
      if (this.failures > 1) this.on.state("lost");
      await this.#pause(this.#wait());
    }
  }

  /**
   * A stream that was cut is opened again nearly at once, where somebody waits for something; a server that is down
   * or refuses is left in peace. Chance spreads the pages of a server that is started anew: they all lost theirs in the
   * same moment.
   */
  #wait() {
    const tries = Math.max(this.failures - 1, this.short - 3, 0);
    if (tries) return Math.min(250 * 2 ** tries, LONGEST_WAIT_MS) * (0.5 + Math.random());
    const silent = this.#abort.signal.aborted; // the page has waited for it long enough
    return Math.random() * (!silent && this.on.calm?.() ? CALM_MS : SOON_MS);
  }

  async #readOnce() {
    this.#abort = new AbortController();
    let watch = 0;
    let openedAt = 0;
    const giveUpAfter = (milliseconds) => {
      this.heardAt = Date.now();
      clearTimeout(watch);
      watch = setTimeout(() => this.#abort.abort(), milliseconds);
    };
    giveUpAfter(OPENING_MS);
    try {
      const response = await this.api.events(this.session, this.after(), this.#abort.signal);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventReader((name, data) => this.on.event(name, data));
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        this.failures = 0;
        openedAt ||= Date.now();
        this.on.state("open");
        giveUpAfter(SILENCE_MS);
        events.feed(value);
      }
    } finally {
      clearTimeout(watch);
      this.short = openedAt && Date.now() - openedAt < SHORT_MS ? this.short + 1 : 0;
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Cuts a text stream into events, whatever the pieces in which it comes. */
class EventReader {
  #rest = "";
  #name = "message";
  #data = [];

  constructor(onEvent) {
    this.onEvent = onEvent;
  }

  feed(piece) {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop();
    lines.forEach((line) => this.#line(line.replace(/\r$/, "")));
  }

  #line(line) {
    if (line === "") {
      if (this.#data.length) this.onEvent(this.#name, JSON.parse(this.#data.join("\n")));
      this.#name = "message";
      this.#data = [];
    } else if (line.startsWith("event:")) {
      this.#name = line.slice(6).trim();
    } else if (line.startsWith("data:")) {
      this.#data.push(line.slice(5).replace(/^ /, ""));
    }
  }
}
