// The log on the page: puts messages in their order, scrolls, and shows what is under way.

import { element } from "./markdown.js";
import { button, renderMessage, renderWaiting } from "./render.js";

const TYPING_AFTER_MS = 350;

export class View {
  /** `actions` are what buttons in messages do: `ask(text)`, `rate(seq, helpful)`, `edit(item)`, `anew(item)`. */
  constructor(actions) {
    this.actions = actions;
    this.log = document.getElementById("log");
    this.scroller = document.getElementById("scroll");
    this.greeting = document.getElementById("greeting");
    this.typingWho = document.getElementById("typing-who");
    this.typingLine = document.getElementById("typing");
    this.noticeLine = document.getElementById("notice");
    this.newest = document.getElementById("newest");
    this.shown = new Map();
    this.waiting = new Map();
    this.typingTimer = 0;
    this.newest.addEventListener("click", () => this.toEnd());
    this.stuck = true; // to the end, also when a panel or the keyboard takes room from the log
    let top = 0;
    this.scroller.addEventListener("scroll", () => {
      if (this.#isAtEnd()) this.stuck = true;
      else if (this.scroller.scrollTop < top) this.stuck = false; // only people scroll back
      top = this.scroller.scrollTop;
      if (this.stuck) this.newest.hidden = true;
    });
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
  }

  /** While an earlier conversation is put back, a screen reader must not read all of it aloud. */
  quiet(on) {
    this.log.setAttribute("aria-live", on ? "off" : "polite");
    this.isQuiet = on;
    if (!on) this.toEnd();
  }

  clear() {
    this.shown.clear();
    this.waiting.clear();
    this.log.replaceChildren(this.greeting);
    this.typing(false);
  }

  /** Shows a message of the log; the greeting of the log takes the place of the page's own. */
  message(message, rated, name) {
    const node = renderMessage(message, this.actions, rated, name);
    this.shown.set(message.seq, node);
    const atEnd = this.stuck || this.#isAtEnd();
    this.#dropSuggestions();
    if (message.seq === 1) this.greeting.replaceWith(node);
    else this.#put(message.seq, node);
    if (message.author !== "patient") this.typing(false);
    if (this.isQuiet) return;
    if (message.author === "patient" || message.kind === "closed" || atEnd) this.#reveal(node);
    else this.newest.hidden = false;
  }

  /** Draws a message again: the name of who wrote it has become known. */
  redraw(message, rated, name) {
    const old = this.shown.get(message.seq);
    const node = renderMessage(message, this.actions, rated, name);
    old.replaceWith(node);
    this.shown.set(message.seq, node);
  }

  /** Shows a message on its way; `state` is "sending", "waiting", "refused" or "ended". */
  pending(item, state, sentence = "") {
    let node = this.waiting.get(item.id);
    if (!node) {
      node = renderWaiting(item.text);
      this.waiting.set(item.id, node);
      this.#dropSuggestions();
      this.log.append(node);
      this.toEnd();
    }
    node.querySelector(".state")?.remove();
    node.classList.toggle("message-waiting", state !== "sending");
    if (state === "waiting") {
      node.append(element("p", { class: "state" }, "Not sent yet. It will be sent when the connection is back."));
    } else if (state === "refused" || state === "ended") {
      const [label, action] = state === "ended" ? ["Send it in a new one", "anew"] : ["Change it", "edit"];
      const way = button(label, "button-text", () => {
        this.settled(item);
        this.actions[action](item);
      });
      node.append(element("p", { class: "state state-refused", role: "alert" }, `Not sent. ${sentence} `, way));
    }
    if (state !== "sending") this.toEnd();
  }

  /** The message is in the log now, or gone. */
  settled(item) {
    this.waiting.get(item.id)?.remove();
    this.waiting.delete(item.id);
  }

  typing(on, who = "The assistant") {
    clearTimeout(this.typingTimer);
    this.typingWho.textContent = `${who} is writing`;
    if (!on) {
      this.typingLine.hidden = true;
      return;
    }
    if (!this.typingLine.hidden) return;
    this.typingTimer = setTimeout(() => {
      const atEnd = this.#isAtEnd();
      this.typingLine.hidden = false;
      if (atEnd) this.toEnd();
    }, TYPING_AFTER_MS);
  }

  notice(sentence, label = "", onClick = null) {
    this.noticeLine.replaceChildren(sentence);
    if (label) this.noticeLine.append(" ", button(label, "button-text", onClick));
  }

  /** Leads to a message that is already there. */
  find(seq) {
    const node = this.shown.get(seq);
    if (!node) return;
    node.classList.remove("message-found");
    this.#scrollTo(node);
    requestAnimationFrame(() => node.classList.add("message-found"));
  }

  /** The greeting alone is read from its beginning. */
  toEnd() {
    this.scroller.scrollTop = this.shown.size + this.waiting.size > 1 ? this.scroller.scrollHeight : 0;
    this.stuck = true;
    this.newest.hidden = true;
  }

  /** Messages of the log stand in their order, and before those on their way. */
  #put(seq, node) {
    const later = Math.min(...[...this.shown.keys()].filter((other) => other > seq));
    const next = this.shown.get(later) ?? this.waiting.values().next().value;
    if (next) next.before(node);
    else this.log.append(node);
  }

  /** Only the newest message offers suggestions. The focus does not get lost with a chip that goes. */
  #dropSuggestions() {
    this.log.querySelectorAll(".quick").forEach((chips) => {
      if (chips.contains(document.activeElement)) this.log.focus({ preventScroll: true });
      chips.remove();
    });
  }

  /** A long answer is shown from its beginning, everything else to its end. */
  #reveal(node) {
    if (node.offsetHeight > this.scroller.clientHeight * 0.85) this.#scrollTo(node);
    else this.toEnd();
  }

  #scrollTo(node) {
    this.stuck = false;
    this.scroller.scrollTop += node.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - 12;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 80;
  }
}
