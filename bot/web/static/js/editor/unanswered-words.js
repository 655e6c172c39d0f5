// Groups of unanswered questions in words and small pictures, for the list and the page of one group.

import { element, plural } from "./ui.js";

export const REASONS = {
  abstained: "no answer",
  disliked: "did not help",
  taken_over: "an advisor took over",
};
const SVG = "http://www.w3.org/2000/svg";
const BAR = 8;
const GAP = 5;
const HEIGHT = 28;
const MARKS = /(\[(?:name|contact|address|date|number|nothing that can be shown)\])/;
const languages = new Intl.DisplayNames(["en"], { type: "language" });

export function groupPage(id) {
  return `/editor/unanswered/${id}`;
}

/** "3 had no answer, 1 did not help": only those that occur. */
export function reasons(found) {
  return Object.entries(found)
    .filter(([, number]) => number)
    .map(([name, number]) => `${number} × ${REASONS[name]}`)
    .join(", ");
}

/** Names of the languages that questions came in, English left out. */
export function languagesOf(found) {
  return Object.entries(found).map(([code, number]) => `${number} in ${languages.of(code) ?? code}`).join(", ");
}

export function languageName(code) {
  return languages.of(code) ?? code;
}

/** How many more were asked in the last two weeks than in the two before. */
export function rise(weeks) {
  const sum = (from, to) => weeks.slice(from, to).reduce((all, each) => all + each, 0);
  return sum(-2) - sum(-4, -2);
}

/** Questions week by week as small bars, this week last. */
export function bars(weeks) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "bars");
  svg.setAttribute("viewBox", `0 0 ${weeks.length * (BAR + GAP) - GAP} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Asked in the last ${weeks.length} weeks: ${weeks.join(", ")}`);
  const most = Math.max(...weeks, 3);
  weeks.forEach((number, at) => {
    const height = number ? Math.max((number / most) * HEIGHT, 3) : 2;
    const bar = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: at * (BAR + GAP), y: HEIGHT - height, width: BAR, height, rx: 1 })) {
      bar.setAttribute(name, value);
    }
    if (number) bar.setAttribute("class", "some");
    svg.append(bar);
  });
  return svg;
}

/** A text in which what was taken out can be seen as such. */
export function withMarks(text) {
  return text
    .split(MARKS)
    .filter(Boolean)
    .map((part) => (MARKS.test(part) ? element("span", { class: "mark" }, part.slice(1, -1)) : part));
}

/** What is answered of a group since the last publication; "" where nothing is. */
export function answeredOf(group) {
  if (!group.answered) return "";
  return group.answered === group.total ? "all are answered now" : `${group.answered} of ${plural(group.total, "question")} answered now`;
}
