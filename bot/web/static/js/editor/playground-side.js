// One of the two replies in the playground: what the patient sees, why, and what was found.

import { button, documentPage, element, plural } from "./ui.js";
import { renderMessage } from "../render.js";

const FEATURES = {
  question: ["Like a listed question", "how close the nearest question is that the section lists"],
  dense: ["Meaning", "how close the passage is in meaning"],
  lexical: ["Shared words", "how many words it shares with the question"],
  coverage: ["Words of the question found", "how much of the question's rare words the passage has"],
  known: ["Words that are known at all", "how many of the question's words any article has"],
  margin: ["Lead over other topics", "how far the best passage is ahead of another section"],
  spread: ["Lead over the next passages", "how far it is ahead of the last one below"],
  topic: ["On topic", "how much it sounds like questions the articles answer"],
};
const SCORES = [
  ["dense", "Meaning"],
  ["question", "Listed question"],
  ["lexical", "Words"],
  ["late", "Word by word"],
];

export function side({ title, about, found, asked, earlier, styles, actions, other }) {
  const heading = element("h2", {}, title);
  const same = other && other.reply.text === found.reply.text;
  const node = element("section", { class: "card side", "aria-label": title },
    element("div", { class: "side-head" }, heading, other ? element("span", { class: `pill ${same ? "" : "pill-wait"}`.trim() }, same ? "same reply" : "different reply") : ""),
    element("p", { class: "quiet" }, about),
    preview(found.reply, asked, earlier, styles, actions),
    why(found),
    element("div", { class: "actions" },
      button("Make it a golden question", "button-outline button-small", () => actions.make(found))),
    hits(found),
    numbers(found),
  );
  return node;
}

/** The reply drawn by the patients' own renderer with their own styles, kept apart from those of this page. */
function preview(reply, asked, earlier, styles, actions) {
  const host = element("div", { class: "preview" });
  const root = host.attachShadow({ mode: "open" });
  root.append(...styles.map((href) => element("link", { rel: "stylesheet", href })));
  const none = { author: "patient", kind: "message", citations: [], quick_replies: [] };
  const messages = [...earlier, asked].map((text, at) => ({ ...none, seq: at + 1, text }));
  const answer = { seq: messages.length + 1, author: "bot", created_at: null, ...reply };
  const live = { ask: actions.ask, rate: async () => false };
  const log = element("div", { class: "talk", role: "group", "aria-label": "As the patient sees it" });
  log.append(...messages.map((each) => renderMessage(each, live)), renderMessage(answer, live));
  // Thumbs would rate nothing here.
  log.querySelectorAll(".below").forEach((thumbs) => thumbs.remove());
  root.append(log);
  return host;
}

function why(found) {
  const { verdict, reasons, advice } = found.why;
  const reached = found.probability >= found.threshold && found.hits.length > 0;
  const node = element("div", { class: "why" }, element("h3", {}, reached ? "Why it answered" : "Why it did not answer"), element("p", {}, verdict));
  if (found.hits.length) node.append(scale(found.probability, found.threshold, reached));
  if (reasons.length) node.append(element("ul", {}, ...reasons.map((each) => element("li", {}, each))));
  if (advice.length) {
    node.append(element("h3", {}, "What you can do"), element("ul", {}, ...advice.map((each) => element("li", {}, each))));
  }
  return node;
}

/** How sure it was on a line, with a mark where it begins to answer. */
function scale(probability, threshold, reached) {
  // An SVG takes numbers as attributes; the policy of the page forbids styles of elements.
  const svg = svgNode("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true", class: "scale" });
  svg.append(
    svgNode("rect", { x: 0, y: 1, width: 100, height: 4, class: "scale-all" }),
    svgNode("rect", { x: 0, y: 1, width: 100 * probability, height: 4, class: reached ? "scale-yes" : "scale-no" }),
    svgNode("rect", { x: Math.max(100 * threshold - 0.4, 0), y: 0, width: 0.8, height: 6, class: "scale-mark" }),
  );
  return svg;
}

function svgNode(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

function hits(found) {
  if (!found.hits.length) return "";
  const node = element("details", { class: "fold" }, element("summary", {}, `What was found: ${plural(found.hits.length, "passage")}`));
  const cited = new Set(found.reply.citations.map((each) => each.passage));
  node.append(
    element("ol", { class: "hits" },
      ...found.hits.map((hit) => {
        const address = `${documentPage(hit.document)}#section=${encodeURIComponent(hit.heading)}`;
        return element("li", { class: "hit" },
          element("p", { class: "hit-head" },
            element("a", { class: "text-link", href: address }, hit.heading),
            cited.has(hit.passage) ? element("span", { class: "pill pill-good" }, "said") : ""),
          element("p", { class: "quiet" }, `${hit.title}, revision ${hit.revision}`),
          scores(hit),
          element("details", { class: "hit-text" }, element("summary", {}, "Read it"), element("p", {}, hit.text)));
      })),
  );
  return node;
}

function scores(hit) {
  const one = (name, value, label, total = false) =>
    element("div", { class: total ? "score score-total" : "score" }, element("dt", {}, label), element("dd", {}, value.toFixed(2)));
  return element("dl", { class: "scores" }, one("score", hit.score, "Together", true), ...SCORES.map(([name, label]) => one(name, hit[name] ?? 0, label)));
}

function numbers(found) {
  const known = Object.entries(found.features);
  if (!known.length) return "";
  const rows = known.map(([name, value]) => {
    const [label, means] = FEATURES[name] ?? [name, ""];
    return element("tr", {},
      element("th", { scope: "row" }, label, element("span", { class: "under" }, means)),
      element("td", {}, value.toFixed(2)));
  });
  return element("details", { class: "fold" },
    element("summary", {}, "The numbers behind the decision"),
    element("p", { class: "quiet" }, `From these it works out a likelihood: ${percent(found.probability)}. It answers from ${percent(found.threshold)} on.`),
    element("table", { class: "numbers" }, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "What counts"), element("th", { scope: "col" }, "Value"))), element("tbody", {}, ...rows)));
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}
