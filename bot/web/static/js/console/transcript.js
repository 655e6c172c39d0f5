// The transcript as an advisor sees it: all that the patient saw, and the bot's reasons.

import { evidence } from "./evidence.js";
import { button, clock, element, icon, markdown, moment } from "./ui.js";

const NAMES = { patient: "Patient", bot: "Automated assistant", system: "Notice" };

export class Transcript {
  constructor(log, scroller, newest) {
    this.log = log;
    this.scroller = scroller;
    this.newest = newest;
    this.shown = new Map();
    this.waiting = new Map();
    newest.addEventListener("click", () => this.toEnd());
    this.atEnd = true;
    scroller.addEventListener("scroll", () => {
      this.atEnd = this.#isAtEnd();
      if (this.atEnd) this.#quietly();
    });
    // The reply box grows and shrinks: who reads the end goes on reading the end.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(scroller);
  }

  clear() {
    this.shown.clear();
    this.waiting.clear();
    this.log.replaceChildren();
    this.newest.hidden = true;
  }

  /** Shows messages once, in their order. `first` is true for the filling of an empty transcript. */
  show(messages, first = false) {
    const atEnd = first || this.atEnd;
    this.log.setAttribute("aria-live", first ? "off" : "polite");
    let news = false;
    for (const message of messages) {
      if (this.shown.has(message.seq)) continue;
      if (message.client_message_id) this.settled(message.client_message_id);
      this.#put(message.seq, draw(message));
      news ||= message.author === "patient";
    }
    if (atEnd) this.toEnd();
    else if (news) this.newest.hidden = false;
  }

  /** An advisor's message on its way; `state` is "sending", "waiting" or "refused". */
  pending(item, state, sentence = "", onEdit = null) {
    let node = this.waiting.get(item.id);
    if (!node) {
      node = draw({ author: "advisor", kind: "message", text: item.text, citations: item.shown ?? [], own: true });
      this.waiting.set(item.id, node);
      this.log.append(node);
      this.toEnd();
    }
    node.querySelector(".state")?.remove();
    node.classList.toggle("message-waiting", state !== "sending");
    if (state === "waiting") {
      node.append(element("p", { class: "state" }, "Not sent yet. It is sent when the connection is back."));
    } else if (state === "refused") {
      const edit = onEdit ? [button("Change it", "button-text", onEdit)] : [];
      node.append(element("p", { class: "state state-refused", role: "alert" }, `Not sent. ${sentence} `, ...edit));
    }
  }

  settled(id) {
    this.waiting.get(id)?.remove();
    this.waiting.delete(id);
  }

  /** Leads to a message and marks it for a moment. */
  find(seq) {
    const node = this.shown.get(seq);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.remove("message-found");
    requestAnimationFrame(() => node.classList.add("message-found"));
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#quietly();
  }

  #quietly() {
    this.newest.hidden = true;
  }

  #put(seq, node) {
    this.shown.set(seq, node);
    const later = [...this.shown.keys()].filter((other) => other > seq);
    const next = later.length ? this.shown.get(Math.min(...later)) : this.waiting.values().next().value;
    if (next) next.before(node);
    else this.log.append(node);
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 80;
  }
}

function draw(message) {
  const node = element("article", {
    class: `message message-${message.author} message-${message.kind}`,
    "data-seq": message.seq ?? null,
    tabindex: "-1",
  });
  if (message.author === "system" && message.kind !== "emergency") {
    const stamp = message.created_at ? [element("time", { datetime: message.created_at }, clock(message.created_at))] : [];
    node.append(element("p", { class: "event" }, "Told the patient: “", message.text, "” ", ...stamp));
    return node;
  }
  const bubble = element("div", { class: "bubble", dir: "auto" });
  if (message.kind === "emergency") bubble.append(element("p", { class: "urgent-title" }, icon("urgent"), "Told to get help at once"));
  if (message.author === "patient") bubble.append(element("div", { class: "said" }, message.text));
  else bubble.append(element("div", { class: "text" }, markdown(message.text)));
  if (message.citations?.length) bubble.append(sources(message.citations));
  node.append(byline(message), bubble);
  if (typeof message.helpful === "boolean") {
    node.append(element("p", { class: "rated" }, message.helpful ? "The patient found this helpful." : "The patient did not find this helpful."));
  }
  if (message.author === "bot" && message.seq > 1) node.append(evidence(message));
  return node;
}

function byline(message) {
  const name = message.author === "advisor" ? (message.own ? "You" : message.advisor || "Advisor") : NAMES[message.author];
  const line = element("p", { class: "byline" }, element("span", { class: "who" }, name));
  if (message.created_at) {
    line.append(element("time", { datetime: message.created_at, title: moment(message.created_at) }, clock(message.created_at)));
  }
  return line;
}

export function sources(citations) {
  return element(
    "ul",
    { class: "cited", "aria-label": "Sources" },
    ...citations.map((citation) =>
      element(
        "li",
        {},
        element("span", { class: "cited-title" }, citation.title),
        element("blockquote", {}, `“${citation.quote}”`),
        element("span", { class: "cited-source" }, citation.source),
        ...asItWas(citation),
      ),
    ),
  );
}

/** Leads to the revision that was quoted, as it was then, whatever has become of the document. */
function asItWas({ document: slug, revision, passage, title }) {
  if (!slug || !revision) return [];
  const href = `/editor/documents/${encodeURIComponent(slug)}/revisions/${revision}#${encodeURIComponent(passage ?? "")}`;
  const told = element("span", { class: "visually-hidden" }, `: ${title}, revision ${revision} (opens in a new tab)`);
  return [element("a", { class: "cited-as-it-was", href, target: "_blank", rel: "noopener" }, "Where this came from", told)];
}
