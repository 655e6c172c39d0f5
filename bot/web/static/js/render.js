// One message as DOM nodes. Texts only ever become text nodes.

import { element, markdown } from "./markdown.js";

const AUTHORS = {
  bot: "Automated assistant",
  advisor: "Advisor",
  system: "Notice",
  patient: "You",
};

const ICONS = {
  thumb: "M7 11v9H4v-9zM7 11l4-7.500c1.500 0 2.300 1 2 2.500L12.500 9H18c1.300 0 2.200 1.100 2 2.300l-1.100 6.500A2.600 2.600 0 0 1 16.300 20H7",
  person: "M12 12.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c.6-3.600 3.400-5 7-5s6.400 1.400 7 5",
  urgent: "M12 8v5M12 16.500v.01M12 3l9.500 17h-19z",
};

/** Who wrote a message, for people. `name` is an advisor's, where it is known. */
export function authorOf(message, name = "") {
  if (message.author === "advisor" && name) return `${name}, advisor`;
  return AUTHORS[message.author] ?? message.author;
}

/** `message` is one of the patient API; `actions` are what its buttons do; `name` is the advisor's. */
export function renderMessage(message, actions, rated, name = "") {
  const node = element("article", {
    class: `message message-${message.author} message-${message.kind}`,
    "data-seq": message.seq,
  });
  if (message.author === "system" && message.kind !== "emergency") {
    // What happens to the conversation itself: not a bubble, so that nobody takes it for somebody's words.
    node.append(element("p", { class: "event", dir: "auto" }, element("span", { class: "visually-hidden" }, "Notice: "), message.text));
    return node;
  }
  node.append(byline(message, name));
  const bubble = element("div", { class: "bubble", dir: "auto" });
  if (message.author === "patient") {
    bubble.append(message.text);
    node.append(bubble);
    return node;
  }
  if (message.kind === "emergency") bubble.append(urgentTitle());
  bubble.append(...texts(message));
  if (message.citations.length) bubble.append(sources(message.citations));
  node.append(bubble);
  if (message.kind === "answer" || message.kind === "abstain") node.append(thumbs(message, actions, rated));
  if (message.quick_replies.length) node.append(quickReplies(message.quick_replies, actions));
  return node;
}

/** A message that the server has not confirmed yet. */
export function renderWaiting(text) {
  const node = element("article", { class: "message message-patient" });
  node.append(byline({ author: "patient" }), element("div", { class: "bubble", dir: "auto" }, text));
  return node;
}

export function button(label, className, onClick, attributes = {}) {
  const node = element("button", { type: "button", class: `button ${className}`, ...attributes }, label);
  node.addEventListener("click", onClick);
  return node;
}

/** The text; of a long answer the first part, and a button for the rest. `fold` counts characters, not units of UTF-16. */
function texts(message) {
  if (!message.fold) return [element("div", { class: "text" }, markdown(message.text))];
  const letters = Array.from(message.text);
  const first = element("div", { class: "text" }, markdown(letters.slice(0, message.fold).join("")));
  const id = `more-${message.seq}`;
  const rest = element("div", { class: "text text-rest", id, tabindex: "-1" }, markdown(letters.slice(message.fold).join("")));
  rest.hidden = true;
  const more = button("Show more", "more", () => {
    rest.hidden = !rest.hidden;
    more.textContent = rest.hidden ? "Show more" : "Show less";
    more.setAttribute("aria-expanded", String(!rest.hidden));
  });
  more.setAttribute("aria-expanded", "false");
  more.setAttribute("aria-controls", id);
  return [first, rest, more];
}

function byline(message, name = "") {
  const who = element("bdi", { class: "who" }, authorOf(message, name));
  const line = element("p", { class: "byline" }, who);
  if (message.author === "advisor") {
    who.textContent = name || AUTHORS.advisor;
    line.prepend(element("span", { class: "avatar", "aria-hidden": "true" }, name ? initial(name) : icon("person")));
    who.after(element("span", { class: "tag" }, name ? "advisor, a person" : "a person"));
  }
  if (message.created_at) {
    const written = new Date(message.created_at);
    const clock = written.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    line.append(element("time", { datetime: message.created_at }, clock));
  }
  return line;
}

/** The letter on an advisor's badge. */
export function initial(name) {
  return (Array.from(name.trim())[0] ?? "").toLocaleUpperCase();
}

function urgentTitle() {
  return element("p", { class: "urgent-title" }, icon("urgent"), "This may need help right away");
}

function sources(citations) {
  return element("div", { class: "sources" }, ...citations.map(source));
}

function source(citation) {
  const review = citation.reviewed_on ? `Reviewed on ${day(citation.reviewed_on)}` : "Clinical review pending";
  const body = element("div", { class: "source-body" }, element("blockquote", {}, quoted(citation.quote)));
  const origin = element("dd", {}, citation.source);
  body.append(element("dl", {}, element("dt", {}, "Based on"), origin));
  if (/^https?:\/\//.test(citation.url)) {
    const link = element("a", { href: citation.url, target: "_blank", rel: "noopener noreferrer" });
    link.append("Open the source", element("span", { class: "visually-hidden" }, " (opens in a new tab)"));
    body.append(element("p", {}, link));
  }
  return element(
    "details",
    { class: "source" },
    element(
      "summary",
      {},
      element("span", { class: "source-title" }, element("span", { class: "visually-hidden" }, "Source: "), citation.title),
      element("span", { class: "source-review" }, review),
    ),
    body,
  );
}

function quoted(text) {
  return `“${text}”`;
}

function day(isoDate) {
  const date = new Date(`${isoDate}T12:00:00`);
  if (Number.isNaN(date.getTime())) return isoDate;
  return date.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

function thumbs(message, actions, rated) {
  const row = element("div", { class: "below", role: "group", "aria-label": "Did this help?" }, "Did this help?");
  const both = [true, false].map((helpful) => {
    const thumb = button(icon("thumb"), helpful ? "thumb" : "thumb thumb-down", () => press(helpful), {
      "aria-label": helpful ? "Yes, this helped" : "No, this did not help",
    });
    return thumb;
  });
  const show = (chosen) =>
    both.forEach((thumb, place) => thumb.setAttribute("aria-pressed", String(chosen === (place === 0))));
  const press = async (helpful) => {
    show(helpful);
    if (!(await actions.rate(message.seq, helpful))) show(undefined);
  };
  show(rated);
  row.append(...both);
  return row;
}

function quickReplies(replies, actions) {
  const chips = replies.map((reply) => button(reply, "button-chip", () => actions.ask(reply), { dir: "auto" }));
  return element("div", { class: "quick", role: "group", "aria-label": "Suggestions" }, ...chips);
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
