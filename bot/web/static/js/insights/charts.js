// Bars by day, as SVG. The words around them are HTML, so that they keep their size on every screen.

import { element } from "../markdown.js";
import { date, number } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 100;
const STEP = 10;
const LEAST = 2; // a day with one is seen beside a day with thousands

/** One chart: its title, its total, its bars. In: `marks` are days with a sign under them. */
export function chart({ name, title, wide = false, urgent = false }, days, total, marks) {
  const most = Math.max(...days.map((each) => each[name]));
  const top = ceiling(most);
  const head = element(
    "figcaption",
    {},
    element("h3", {}, title),
    marks.length ? element("span", { class: "quiet key", "aria-hidden": "true" }, "something was published") : "",
    element("strong", {}, number(total)),
  );
  const plot = element(
    "div",
    { class: "plot" },
    element("span", { class: "top-value", "aria-hidden": "true" }, number(top)),
    bars(name, title, days, top, summary(title, name, days, total, most)),
    marks.length ? marked(marks, days) : "",
    axis(days),
  );
  const kind = ["chart", wide ? "chart-wide" : "", urgent && total > 0 ? "chart-urgent" : "", total === 0 ? "chart-none" : ""];
  return element("figure", { class: kind.filter(Boolean).join(" ") }, head, plot);
}

/** The days on which something was published. */
export function publicationMarks(found) {
  return [...new Set(found.publications.map((each) => each.at.slice(0, 10)))];
}

function bars(name, title, days, top, words) {
  const plot = node("svg", {
    viewBox: `0 0 ${days.length * STEP} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": words,
  });
  for (const line of [0, HEIGHT / 2]) {
    plot.append(node("line", { class: "grid", x1: 0, x2: days.length * STEP, y1: line, y2: line }));
  }
  days.forEach((each, index) => {
    if (each[name] === 0) return;
    const height = Math.max((each[name] / top) * HEIGHT, LEAST);
    const bar = node("rect", {
      class: "bar",
      x: index * STEP + STEP * 0.12,
      width: STEP * 0.76,
      y: HEIGHT - height,
      height,
    });
    const told = node("title", {});
    told.textContent = `${date(each.date)}: ${number(each[name])}`;
    bar.append(told);
    plot.append(bar);
  });
  return plot;
}

function marked(marks, days) {
  const row = node("svg", {
    viewBox: `0 0 ${days.length * STEP} 8`,
    preserveAspectRatio: "none",
    class: "marks",
    role: "img",
    "aria-label": `Something was published on ${marks.map(date).join(", ")}.`,
  });
  for (const mark of marks) {
    const index = days.findIndex((each) => each.date === mark);
    if (index < 0) continue;
    const told = node("title", {});
    told.textContent = `Published on ${date(mark)}`;
    const sign = node("rect", { class: "mark", x: index * STEP + STEP * 0.12, width: STEP * 0.76, y: 2, height: 4 });
    sign.append(told);
    row.append(sign);
  }
  return row;
}

function axis(days) {
  const middle = days[Math.floor((days.length - 1) / 2)];
  return element(
    "div",
    { class: "axis", "aria-hidden": "true" },
    ...[days[0], middle, days.at(-1)].map((each) => element("span", {}, date(each.date))),
  );
}

function summary(title, name, days, total, most) {
  if (total === 0) return `${title}: none.`;
  const peak = days.find((each) => each[name] === most);
  return `${title}: ${number(total)} in all, most on ${date(peak.date)} with ${number(most)}. Every day is in the table below.`;
}

/** A round number that is not below the most: 1, 2, 3, 4, 5, 6, 8, 10, 20, … */
function ceiling(most) {
  let unit = 1;
  for (;;) {
    for (const step of [1, 2, 3, 4, 5, 6, 8]) if (unit * step >= most) return unit * step;
    unit *= 10;
  }
}

function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
