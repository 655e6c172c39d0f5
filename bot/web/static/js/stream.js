// The live stream of one conversation: reads server-sent events and opens the stream again when it breaks.

const SILENCE_MS = 40_000; // the server writes a line every 15 s
const LONGEST_WAIT_MS = 10_000;

export class Stream {
  /**
   * `on.event(name, data)` gets every event, `on.state("open" | "lost")` how the connection is, and
   * `on.gone()` is called once when the conversation cannot be opened any more. `after` gives the number
   * of the last message that the page has, so that the server goes on from there.
   */
  constructor(api, session, after, on) {
    this.api = api;
    this.session = session;
    this.after = after;
    this.on = on;
    this.closed = false;
    this.failures = 0;
    this.hurry = () => this.#wake?.();
    this.seen = () => document.visibilityState === "visible" && this.hurry();
    window.addEventListener("online", this.hurry);
    document.addEventListener("visibilitychange", this.seen);
    this.#run();
  }

  #wake = null;
  #abort = null;

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
      await this.#pause(Math.min(250 * 2 ** this.failures, LONGEST_WAIT_MS));
    }
  }

  async #readOnce() {
    this.#abort = new AbortController();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => this.#abort.abort(), SILENCE_MS);
    };
    alive();
    try {
      const response = await this.api.events(this.session, this.after(), this.#abort.signal);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventReader((name, data) => this.on.event(name, data));
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        if (this.failures) this.failures = 0;
        this.on.state("open");
        alive();
        events.feed(value);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds + Math.random() * 250);
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
