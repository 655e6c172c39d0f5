// One conversation with the server: begins it, follows it, keeps its state, and takes leave of it.

import { alone } from "./session.js";
import { Stream } from "./stream.js";

const CALM_AFTER_MS = 60_000;
const NOBODY = { place: null, advisor: null, online: false, office: "open", opens_at: null, callback: null };

export class Conversation {
  /**
   * `on.message(message)` comes once for each message of the log, `on.state()` whenever `status` or `handoff` may have
   * changed, `on.typing(author, typing)`, `on.connection("open" | "lost")`, `on.begun()`, and `on.lost()` when the
   * server does not know the conversation any more.
   */
  constructor(api, session, on) {
    this.api = api;
    this.session = session;
    this.on = on;
    this.#blank();
  }

  #stream = null;
  #beginning = null;
  #had = new Set();
  #newsAt = 0;

  get exists() {
    return Boolean(this.session.id);
  }

  get isClosed() {
    return this.status === "closed";
  }

  /** Makes sure that there is a conversation; one that another tab begins at the same time is shared. */
  ensure() {
    if (this.exists) return Promise.resolve();
    this.#beginning ??= alone(() => this.#begin()).finally(() => {
      this.#beginning = null;
    });
    return this.#beginning;
  }

  /** Opens the live stream. What it brings first is the state as it is now, read from the log. */
  follow() {
    this.on.begun();
    this.#stream = new Stream(this.api, this.session, () => this.lastSeq, {
      event: (name, data) => this.#event(name, data),
      state: (state) => this.on.connection(state),
      gone: () => this.on.lost(),
      calm: () => this.status === "bot" && Date.now() - this.#newsAt > CALM_AFTER_MS,
    });
  }

  /** Sends one message; where the conversation is gone, in a new one. */
  async send(item) {
    await this.ensure();
    this.#newsAt = Date.now();
    this.#stream?.hurry();
    try {
      return await this.api.send(this.session, item.id, item.text);
    } catch (error) {
      if (!error.gone) throw error;
      this.on.lost();
      await this.ensure();
      return this.api.send(this.session, item.id, item.text);
    }
  }

  /** Reads the log again from where the page is. */
  refresh() {
    return this.#ask(this.api.read(this.session, this.lastSeq));
  }

  /** Asks for a person. Out: the answer's message, and whether the wish is new. */
  async askForPerson() {
    await this.ensure();
    return this.#ask(this.api.handoff(this.session));
  }

  backToAssistant() {
    return this.#ask(this.api.cancelHandoff(this.session));
  }

  callBack(wish) {
    return this.#ask(this.api.callback(this.session, wish));
  }

  async close() {
    await this.#ask(this.api.close(this.session));
    await this.refresh();
  }

  erase() {
    return this.api.erase(this.session);
  }

  /** Takes in whatever an answer of the server says about this conversation. */
  take({ message, messages = [], status, handoff }) {
    [...messages, ...(message ? [message] : [])].forEach((each) => this.#show(each));
    if (!status) return;
    this.status = status;
    this.handoff = { ...NOBODY, ...handoff };
    if (this.isClosed) this.#stream?.close();
    this.on.state();
  }

  /** Stops following; the page is as before the first message. */
  leave() {
    this.#stream?.close();
    this.#blank();
  }

  #blank() {
    this.#stream = null;
    this.#had.clear();
    this.lastSeq = 0;
    this.status = "bot";
    this.handoff = NOBODY;
  }

  async #begin() {
    if (!this.session.adopt()) {
      const begun = await this.api.begin();
      this.session.begin(begun.conversation_id, begun.token);
      this.take(begun);
    }
    if (!this.#stream) this.follow();
  }

  /** Takes in an answer, unless the page has gone on to another conversation meanwhile. */
  async #ask(request) {
    const { id } = this.session;
    const answer = await request;
    if (this.session.id === id) this.take(answer);
    return answer;
  }

  #event(name, data) {
    if (name === "message") this.#show(data);
    else if (name === "status") this.take(data);
    else if (name === "typing") this.on.typing(data.author, data.typing);
  }

  #show(message) {
    if (this.#had.has(message.seq)) return;
    this.#had.add(message.seq);
    this.#newsAt = Date.now();
    // Only an unbroken row counts: what is missing comes with the stream.
    while (this.#had.has(this.lastSeq + 1)) this.lastSeq += 1;
    this.on.message(message);
  }
}
