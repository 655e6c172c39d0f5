// The open conversation: transcript, who may do what now, and what the advisor writes.

import { chooseColleague, confirm } from "./dialogs.js";
import { Details } from "./details.js";
import { Outbox } from "./outbox.js";
import { Reply } from "./reply.js";
import { SavedReplies } from "./saved.js";
import { queueOf } from "./store.js";
import { Suggestions } from "./suggestions.js";
import { Transcript } from "./transcript.js";
import { button, element, icon, moment, nickname, since } from "./ui.js";
import { emergencyName, REASONS } from "./words.js";

const TYPING_SHOWN_MS = 6_000;

export class Conversation {
  /** `me` is `{id, name, role}`; `on.row(row)` gets every newer row, `on.left()` is called when nothing is open. */
  constructor(root, api, me, on) {
    this.root = root;
    this.api = api;
    this.me = me;
    this.on = on;
    this.id = null;
    this.row = null;
    this.lastSeq = 0;
    this.busy = false;
    this.writeNext = null;
    this.loading = 0;
    this.typingTimer = 0;
    this.part = (id) => root.querySelector(`#${id}`);
    this.transcript = new Transcript(this.part("log"), this.part("scroll"), this.part("newest"));
    this.details = new Details(this.part("details"), {
      find: (seq) => this.transcript.find(seq),
      note: (text) => this.#addNote(text),
      work: (item, change) => this.#changeWork(item, change),
      erase: () => this.#erase(),
    });
    this.reply = new Reply(this.part("composer"), me.id, {
      send: (text, citations) => this.outbox.add(this.id, text, citations),
      typing: () => this.api.act(this.id, "typing").catch(() => {}), // nothing depends on it
    });
    this.saved = new SavedReplies(document.getElementById("saved-dialog"), api, {
      insert: (text) => this.reply.insert(text),
    });
    this.suggestions = new Suggestions(this.part("suggestions"), this.part("suggest"), api, {
      use: (text, citation) => this.reply.insert(text, citation),
    });
    this.outbox = new Outbox(me.id, (item) => this.#deliver(item), {
      changed: (item, state, error) => this.#onItem(item, state, error),
      sent: (item, answer) => this.#onSent(item, answer),
    });
    this.part("saved").addEventListener("click", () => this.saved.open());
    this.part("back").addEventListener("click", () => this.close());
    this.part("show-details").addEventListener("click", () => this.#showDetails());
    this.part("hide-details").addEventListener("click", () => this.#showDetails(false));
    this.outbox.flush();
  }

  /** Opens a conversation anew, or fetches what came since when it is open already. */
  async open(id) {
    if (id === this.id) return this.refresh();
    this.#forget();
    this.id = id;
    this.root.dataset.open = id;
    this.root.classList.add("loading");
    this.part("nothing").hidden = true;
    this.part("fault").hidden = true;
    this.part("open").hidden = false;
    this.#showDetails(false);
    return this.refresh(true);
  }

  /** Fetches the state from the log; after a lost connection this is what makes the page true again. */
  async refresh(first = false) {
    if (!this.id) return;
    const id = this.id;
    const number = ++this.loading;
    let whole;
    try {
      whole = await this.api.conversation(id, first ? 0 : this.lastSeq);
    } catch (error) {
      if (id === this.id) this.#onFault(error, first);
      return;
    }
    if (id !== this.id) return;
    this.part("fault").hidden = true;
    this.root.classList.remove("loading");
    this.#take(whole, first, number);
  }

  /** News from the stream: is there something to fetch? */
  onRow(row) {
    if (row.id !== this.id || !this.row) return;
    if (row.last_seq > this.lastSeq || row.ownership !== this.row.ownership || changed(row, this.row)) this.refresh();
  }

  onTyping(typing) {
    clearTimeout(this.typingTimer);
    this.part("typing").hidden = !typing;
    if (typing) this.typingTimer = setTimeout(() => (this.part("typing").hidden = true), TYPING_SHOWN_MS);
  }

  close() {
    const id = this.id;
    this.#forget();
    this.part("open").hidden = true;
    this.part("nothing").hidden = false;
    this.on.left(id);
  }

  get mine() {
    return Boolean(this.row) && queueOf(this.row, this.me.id) === "mine";
  }

  take() {
    if (this.row && (this.row.status === "waiting" || this.row.status === "bot")) {
      this.writeNext = this.id; // where the focus goes as soon as the reply box is there
      return this.#act("take", { ownership: this.row.ownership });
    }
  }

  focusReply() {
    if (this.mine) this.reply.focus();
  }

  #forget() {
    this.id = null;
    this.row = null;
    this.lastSeq = 0;
    delete this.root.dataset.open;
    this.transcript.clear();
    this.details.clear();
    this.onTyping(false);
    this.notice("");
  }

  #take(whole, first, number) {
    const row = whole.conversation;
    const mayHaveOwn = this.outbox.items[0];
    for (const message of whole.messages) {
      // Our own message may come here before the answer to its request does.
      const own = mayHaveOwn && message.advisor_id === this.me.id && message.text === mayHaveOwn.text;
      if (own) this.transcript.settled(mayHaveOwn.id);
      this.lastSeq = Math.max(this.lastSeq, message.seq);
    }
    whole.messages.forEach((message) => (message.own = message.advisor_id === this.me.id));
    this.transcript.show(whole.messages, first);
    if (whole.messages.some((message) => message.author === "patient")) {
      this.onTyping(false);
      if (!first) this.suggestions.news();
    }
    if (number < this.loading && !first) return; // a newer answer follows
    this.row = row;
    this.on.row(row);
    if (first) {
      this.outbox.of(this.id).forEach((item) => this.transcript.pending(item, this.outbox.failures ? "waiting" : "sending"));
      this.part("title").focus({ preventScroll: true });
    }
    this.details.draw(whole, this.me.role === "administrator");
    this.#drawHead(row);
    this.#drawFoot(row);
    if (first) this.transcript.toEnd();
  }

  #drawHead(row) {
    this.part("title").textContent = nickname(row.id);
    this.part("status").replaceChildren(...status(row, this.me));
    const actions = [];
    if (row.status === "waiting" || row.status === "bot") {
      actions.push(button("Take over", "button-solid", () => this.take(), { "data-do": "take" }));
    } else if (this.mine) {
      actions.push(
        button("To the assistant", "button-outline", () => this.#release(), { "data-do": "release" }),
        button("Pass on", "button-outline", () => this.#transfer(), { "data-do": "transfer" }),
        button("End", "button-outline", () => this.#end(), { "data-do": "close" }),
      );
    }
    const focused = document.activeElement?.dataset?.do;
    const held = this.part("actions").contains(document.activeElement);
    this.part("actions").replaceChildren(...actions);
    if (held) (this.part("actions").querySelector(`[data-do="${focused}"]`) ?? this.part("title")).focus();
    this.#drawAlert(row);
  }

  #drawAlert(row) {
    const banner = this.part("alert");
    banner.hidden = !row.alert || row.status === "closed";
    if (banner.hidden) return;
    banner.classList.toggle("alert-seen", row.alert.seen);
    const seen = button("Mark as seen", "button-urgent", () => this.#act("alert/seen", {}, () => this.part("title").focus()));
    banner.replaceChildren(
      icon("urgent"),
      element(
        "p",
        {},
        element("strong", {}, emergencyName(row.alert.kind)),
        element("span", {}, row.alert.seen ? " An advisor has seen this." : " The patient was told to get help at once. Ask whether help is on its way."),
      ),
      ...(row.alert.seen ? [] : [seen]),
    );
  }

  #drawFoot(row) {
    const mine = this.mine;
    const held = this.part("composer").contains(document.activeElement);
    this.part("composer").hidden = !mine;
    this.part("aside").hidden = mine;
    this.suggestions.use(mine ? row.id : null);
    if (mine) {
      this.reply.open(row.id);
      if (this.writeNext === row.id) this.reply.focus();
      this.writeNext = null;
      return;
    }
    const aside = this.part("aside");
    if (row.status === "closed") {
      aside.replaceChildren("This conversation has ended. Nobody can write in it any more.");
    } else if (row.status === "advisor") {
      aside.replaceChildren(`${row.advisor?.name ?? "A colleague"} is talking with this patient.`);
    } else {
      const sentence = row.status === "waiting"
        ? "This patient waits for a person. Until somebody comes, the assistant goes on answering."
        : "The assistant is answering. Take over to write yourself; it is silent from then on.";
      aside.replaceChildren(sentence);
    }
    if (held) this.part("title").focus();
  }

  notice(sentence) {
    this.part("talk-notice").textContent = sentence;
  }

  #showDetails(on = !this.root.classList.contains("with-details")) {
    this.root.classList.toggle("with-details", on);
    this.part("show-details").setAttribute("aria-expanded", String(on));
    if (on) this.part("hide-details").focus();
    else if (this.part("details").contains(document.activeElement)) this.part("show-details").focus();
  }

  get detailsShown() {
    return this.root.classList.contains("with-details") && getComputedStyle(this.part("hide-details")).display !== "none";
  }

  hideDetails() {
    this.#showDetails(false);
  }

  /** Does one thing to the open conversation; a refusal is told, and the page shows how things are now. */
  async #act(what, body, after = () => {}) {
    if (this.busy) return;
    this.busy = true;
    this.notice("");
    const id = this.id;
    try {
      await this.api.act(id, what, body);
      await this.refresh();
      if (id === this.id) after();
    } catch (error) {
      if (id !== this.id) return;
      await this.refresh();
      this.notice(error.message);
    } finally {
      this.busy = false;
    }
  }

  #release() {
    return this.#act("release", {});
  }

  async #transfer() {
    const id = this.id;
    let online = [];
    try {
      online = (await this.api.get("colleagues")).colleagues;
    } catch (error) {
      this.notice(error.message);
      return;
    }
    const to = await chooseColleague(online);
    if (to === null || id !== this.id) return;
    await this.#act("transfer", { to: to === "queue" ? null : to });
  }

  async #end() {
    const id = this.id;
    const yes = await confirm(
      "End this conversation?",
      "The patient is told, and is asked how it was. Nobody can write in it any more.",
      "End it",
    );
    if (yes && id === this.id) await this.#act("close", {});
  }

  async #erase() {
    const id = this.id;
    const yes = await confirm(
      "Erase this conversation for good?",
      "All messages, notes and enquiries of this patient are deleted everywhere. This cannot be undone. " +
        "If the patient asked for a copy, download it first.",
      "Erase for good",
      true,
    );
    if (!yes) return;
    try {
      await this.api.act(id, "erase");
    } catch (error) {
      this.notice(error.message);
      return;
    }
    if (id === this.id) this.gone("This conversation was erased.");
    this.on.erased(id);
  }

  async #addNote(text) {
    try {
      await this.api.act(this.id, "notes", { text });
    } catch {
      return false;
    }
    await this.refresh();
    return true;
  }

  async #changeWork(item, change) {
    try {
      await this.api.post(`work-items/${item.id}`, change);
    } catch (error) {
      this.notice(error.message);
    }
    await this.refresh();
  }

  #deliver(item) {
    const citations = item.citations.map(({ passage, quote }) => ({ passage, quote }));
    return this.api.act(item.conversation, "messages", { client_message_id: item.id, text: item.text, citations });
  }

  #onItem(item, state, error) {
    if (item.conversation !== this.id) {
      if (state === "refused") this.on.refused(item, error);
      return;
    }
    const edit = () => {
      this.transcript.settled(item.id);
      this.reply.restore(item.text, item.citations);
    };
    this.transcript.pending({ ...item, shown: item.citations }, state, error?.message, this.mine ? edit : null);
    if (state === "refused") this.refresh();
  }

  #onSent(item, answer) {
    this.on.row(answer.conversation);
    if (item.conversation !== this.id) return;
    this.transcript.settled(item.id);
    this.refresh();
  }

  #onFault(error, first) {
    if (error.status === 404) {
      this.gone("This conversation does not exist any more.");
      return;
    }
    if (!first) return; // the line on top of the page tells about the connection
    this.root.classList.remove("loading");
    this.part("open").hidden = true;
    const again = button("Try again", "button-outline", () => {
      this.part("open").hidden = false;
      this.refresh(true);
    });
    this.part("fault").replaceChildren(element("p", {}, `This conversation could not be opened. ${error.message}`), again);
    this.part("fault").hidden = false;
  }

  gone(sentence) {
    const id = this.id;
    this.reply.forget(id);
    this.close();
    this.on.gone(id, sentence);
  }
}

function changed(row, known) {
  return row.updated_at !== known.updated_at || row.alert?.seen !== known.alert?.seen;
}

function status(row, me) {
  if (row.status === "waiting") {
    const reason = REASONS[row.reason];
    const waits = since(row.waiting_since ?? row.updated_at);
    return [element("span", { class: "badge badge-waiting" }, "Waiting"), reason ? ` ${reason} · ` : " ", waits];
  }
  if (row.status === "advisor") {
    const own = row.advisor?.id === me.id;
    return [element("span", { class: "badge badge-advisor" }, own ? "With you" : `With ${row.advisor?.name ?? "a colleague"}`)];
  }
  if (row.status === "closed") return [element("span", { class: "badge" }, "Ended"), ` ${moment(row.closed_at ?? row.updated_at)}`];
  return [element("span", { class: "badge badge-bot" }, "With the assistant")];
}
