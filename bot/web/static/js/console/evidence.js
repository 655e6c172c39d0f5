// Why the bot said a message: for the advisor, behind a disclosure under each message of the bot.

import { element } from "./ui.js";
import { emergencyName } from "./words.js";

const FEATURES = {
  question: "Like a listed question",
  dense: "Meaning",
  lexical: "Shared words",
  coverage: "Words of the question found",
  known: "Words that are known at all",
  margin: "Lead over other topics",
  spread: "Lead over the next passages",
  topic: "On topic",
};

export function evidence(message) {
  const why = message.evidence;
  const summary = element("summary", {}, "Why the assistant said this");
  const body = element("div", { class: "evidence-body" });
  const node = element("details", { class: "evidence" }, summary, body);
  if (!why || !Object.keys(why).length) {
    body.append(element("p", {}, FIXED[message.kind] ?? FIXED.other));
    return node;
  }
  if (why.red_flag) {
    body.append(
      element("p", {}, `The red-flag screen recognised: ${emergencyName(why.red_flag).toLowerCase()}. `,
        "It looks at every message before the assistant does."),
    );
    return node;
  }
  if (typeof why.probability === "number") body.append(...decision(why, message));
  if (why.hits?.length) body.append(hits(why.hits, message));
  if (why.features && Object.keys(why.features).length) body.append(features(why.features));
  return node;
}

const FIXED = {
  smalltalk: "A fixed sentence: no article was searched for it.",
  handoff: "A fixed sentence: the patient wanted a person.",
  medical_advice: "A fixed sentence: the message asks for personal medical advice, which the assistant never gives.",
  abstain: "The assistant could not be reached in time, or found nothing at all. No scores were kept.",
  emergency: "The red-flag screen recognised an emergency. It looks at every message before the assistant does.",
  other: "A fixed sentence. No scores were kept.",
};

function decision(why, message) {
  const reached = why.probability >= why.threshold;
  const sure = percent(why.probability);
  const needed = percent(why.threshold);
  const sentence = reached
    ? message.kind === "abstain"
      ? `It was sure enough (${sure}, needed ${needed}), and the passage itself says that the sources do not tell.`
      : `It was ${sure} sure that the first passage answers the question. It answers from ${needed} on.`
    : `It was only ${sure} sure that a passage answers the question. It answers from ${needed} on, so it did not.`;
  const scale = element("div", { class: "scale", "aria-hidden": "true" });
  // No inline styles: the policy of the page forbids them. An SVG takes numbers as attributes.
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 100 6");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.append(
    rect({ x: 0, y: 1, width: 100, height: 4, class: "scale-all" }),
    rect({ x: 0, y: 1, width: 100 * why.probability, height: 4, class: reached ? "scale-yes" : "scale-no" }),
    rect({ x: Math.max(100 * why.threshold - 0.4, 0), y: 0, width: 0.8, height: 6, class: "scale-mark" }),
  );
  scale.append(svg);
  return [element("p", {}, sentence), scale];
}

function rect(attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, String(value)));
  return node;
}

function hits(found, message) {
  const cited = new Set(message.citations.map((citation) => citation.passage));
  const rows = found.map((hit) =>
    element(
      "tr",
      { class: cited.has(hit.passage) ? "hit-cited" : null },
      element(
        "th",
        { scope: "row" },
        hit.heading,
        element("span", { class: "hit-document" }, `${hit.document}, revision ${hit.revision}`),
        ...(cited.has(hit.passage) ? [element("span", { class: "hit-mark" }, "quoted to the patient")] : []),
      ),
      ...["score", "question", "dense", "lexical"].map((name) => element("td", {}, number(hit[name]))),
    ),
  );
  const heads = ["Passage", "Score", "Like a listed question", "Meaning", "Shared words"];
  return element(
    "div",
    { class: "table", role: "group", "aria-label": "Passages that were found", tabindex: "0" },
    element(
      "table",
      { class: "hits" },
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, ...rows),
    ),
  );
}

function features(values) {
  const pairs = Object.entries(values).flatMap(([name, value]) => [
    element("dt", {}, FEATURES[name] ?? name),
    element("dd", {}, number(value)),
  ]);
  return element(
    "details",
    { class: "evidence-more" },
    element("summary", {}, "What the decision was made of"),
    element("dl", {}, ...pairs),
  );
}

function percent(value) {
  return `${Math.round(100 * value)} %`;
}

function number(value) {
  return typeof value === "number" ? value.toFixed(2) : "–";
}
