// Passages as patients see them, with what an editor wants to know beside.

import { EVIDENCE } from "./article.js";
import { day, element, markdown, plural } from "./ui.js";

export function passageNode(passage, { linked = false } = {}) {
  const where = passage.path.length > 1 ? passage.path.slice(0, -1).join(" › ") : "";
  return element(
    "li",
    linked ? { class: "preview-passage", id: passage.key, tabindex: "-1" } : { class: "preview-passage" },
    element(linked ? "h2" : "h3", { class: "preview-heading" }, ...(where ? [element("span", { class: "quiet" }, `${where} › `)] : []), passage.heading),
    element("div", { class: "preview-bubble" }, markdown(passage.text), source(passage)),
    questions(passage.questions),
  );
}

function source(passage) {
  const review = passage.reviewed_on ? `Reviewed on ${day(passage.reviewed_on)}` : "Clinical review pending";
  return element(
    "p",
    { class: "preview-source" },
    element("span", {}, passage.source),
    element("span", { class: "quiet" }, `${review}. ${EVIDENCE[passage.evidence]?.[0] ?? ""}`),
  );
}

function questions(list) {
  if (!list.length) return element("p", { class: "quiet preview-questions" }, "Found by its text alone.");
  return element(
    "details",
    { class: "preview-questions" },
    element("summary", {}, `Answers ${plural(list.length, "question")}`),
    element("ul", {}, ...list.map((each) => element("li", {}, each))),
  );
}
