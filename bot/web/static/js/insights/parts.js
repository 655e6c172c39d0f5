// The parts of the page beside the charts: tiles, tables, lists.

import { element } from "../markdown.js";
import { moment } from "../staff/time.js";
import { date, lasting, number, percent } from "./words.js";

const COLUMNS = [
  ["conversations", "Conversations"],
  ["answered", "Answered"],
  ["abstained", "No answer found"],
  ["handed_off", "Wished for a person"],
  ["emergencies", "Emergencies"],
  ["advice", "Advice declined"],
  ["cannot_answer", "Could not answer (fault)"],
];

const DONE = { publish: "Published", withdraw: "Withdrawn", rollback: "Went back" };

/** How things stand at this moment. */
export function now(found) {
  const wait = found.waiting ? `the first for ${lasting(found.longest_wait)}` : "nobody";
  return [
    tile("Waiting", found.waiting, wait, found.waiting > 0),
    tile("Advisors online", found.online, found.online ? "can take a conversation" : "nobody is there"),
    tile("Emergencies not seen", found.alerts, found.alerts ? "look at them now" : "none", found.alerts > 0),
    tile("Requests to do", found.requests, "call-backs and enquiries"),
  ];
}

/** Every day in a row, the newest first. */
export function byDay(days, totals) {
  const head = element("tr", {}, element("th", { scope: "col" }, "Day"), ...COLUMNS.map(([, title]) => element("th", { scope: "col" }, title)));
  const row = (title, counts) =>
    element("tr", {}, element("th", { scope: "row" }, title), ...COLUMNS.map(([name]) => element("td", {}, number(counts[name]))));
  return element(
    "table",
    { class: "figures" },
    element("thead", {}, head),
    element("tbody", {}, ...[...days].reverse().map((each) => row(date(each.date), each))),
    element("tfoot", {}, row("All", totals)),
  );
}

/** How long patients waited for the first word of a person, and for the end. */
export function waiting(found) {
  if (found.first_response.count === 0) {
    return [element("p", { class: "lead" }, "No advisor has answered anybody in these days.")];
  }
  const row = (title, times) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, title),
      element("td", {}, times.count ? lasting(times.median) : "–"),
      element("td", {}, times.count ? lasting(times.p90) : "–"),
    );
  const head = ["", "Half within", "Nine in ten within"].map((title) => (title ? element("th", { scope: "col" }, title) : element("td", {})));
  const about = `${number(found.first_response.count)} patients were answered by a person, ${number(found.resolution.count)} conversations were settled.`;
  return [
    element(
      "table",
      { class: "figures figures-times" },
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, row("First word", found.first_response), row("Settled", found.resolution)),
    ),
    element("p", { class: "quiet" }, found.office_hours ? `${about} Only office hours count.` : about),
  ];
}

/** Stars for conversations, thumbs for answers. */
export function thought(found) {
  const rated = Object.values(found.stars).reduce((sum, each) => sum + each, 0);
  const { thumbs_up: up, thumbs_down: down } = found.totals;
  const parts = [];
  if (rated) {
    const rows = [5, 4, 3, 2, 1].map((star) => share(`${star} ★`, `${star} of 5 stars`, found.stars[star], rated));
    parts.push(element("h3", {}, `Conversations rated: ${number(rated)}`), element("ul", { class: "shares" }, ...rows));
  }
  if (up + down) {
    const rows = [share("Helped", "Helped", up, up + down), share("Did not", "Did not help", down, up + down)];
    parts.push(element("h3", {}, `Answers with a thumb: ${number(up + down)}`), element("ul", { class: "shares" }, ...rows));
  }
  return parts.length ? parts : [element("p", { class: "lead" }, "Nobody has rated anything in these days.")];
}

/** What patients asked most in vain, with the way to its page. */
export function unanswered(groups) {
  if (!groups.length) return element("p", { class: "lead" }, "Nothing waits for an answer.");
  return element(
    "ol",
    { class: "vain" },
    ...groups.map((each) =>
      element(
        "li",
        {},
        element("a", { href: `/editor/unanswered/${each.id}` }, each.label),
        element("span", { class: "quiet" }, `asked ${times(each.total)}${each.writing ? ", being written" : ""}`),
      ),
    ),
  );
}

/** What went live when. */
export function publications(found) {
  if (!found.length) return element("p", { class: "lead" }, "Nothing was published in these days.");
  return element(
    "ol",
    { class: "timeline" },
    ...found.map((each) =>
      element(
        "li",
        {},
        element("span", {}, `${DONE[each.action] ?? "Published"}: publication ${each.publication}`),
        element("span", { class: "quiet" }, moment(each.at), ` · ${changes(each.changed)}`),
      ),
    ),
  );
}

function tile(title, value, hint, urgent = false) {
  return element(
    "div",
    { class: urgent ? "tile tile-urgent" : "tile" },
    element("dt", {}, title),
    element("dd", {}, element("strong", {}, number(value)), element("span", { class: "quiet" }, hint)),
  );
}

function share(shown, spoken, part, all) {
  const width = String(all === 0 ? 0 : (part / all) * 100);
  const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  bar.setAttribute("viewBox", "0 0 100 10");
  bar.setAttribute("preserveAspectRatio", "none");
  bar.setAttribute("aria-hidden", "true");
  const filled = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  filled.setAttribute("class", "bar");
  filled.setAttribute("width", width);
  filled.setAttribute("height", "10");
  bar.append(filled);
  return element(
    "li",
    {},
    element("span", { "aria-hidden": "true" }, shown),
    element("span", { class: "visually-hidden" }, `${spoken}: `),
    bar,
    element("span", { class: "share-value" }, number(part), element("span", { class: "quiet" }, ` ${percent(part, all)}`)),
  );
}

function times(count) {
  return count === 1 ? "once" : `${number(count)} times`;
}

function changes(count) {
  return count === 1 ? "one revision" : `${number(count)} revisions`;
}
