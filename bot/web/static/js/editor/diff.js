// Two states of a document side by side; on a phone one below the other. The words that differ are marked.

import { element, plural } from "./ui.js";

const SHOWN_AROUND = 2;
const LEAST_HIDDEN = 4;
const NAMES = { removed: "Removed", added: "Added", changed: "Changed" };

/** The rows of the server as a table; `left` and `right` name the sides. */
export function diff(rows, left, right) {
  if (rows.every((row) => row.kind === "same")) return element("p", { class: "quiet" }, "The two say the same.");
  const body = element("tbody", {});
  let at = 0;
  while (at < rows.length) {
    const end = rows.findIndex((row, place) => place > at && (row.kind === "same") !== (rows[at].kind === "same"));
    const run = rows.slice(at, end === -1 ? rows.length : end);
    body.append(...(run[0].kind === "same" ? alike(run, at === 0, end === -1) : run.map(rowNode)));
    at += run.length;
  }
  const head = element(
    "thead",
    {},
    element("tr", {}, element("th", { scope: "col" }, left), element("th", { scope: "col" }, right)),
  );
  return element("table", { class: "diff" }, head, body);
}

/** How many lines were removed, added and changed, in words. */
export function counted(rows) {
  const parts = Object.entries(NAMES)
    .map(([kind, name]) => [rows.filter((row) => row.kind === kind).length, name.toLowerCase()])
    .filter(([count]) => count)
    .map(([count, name]) => `${plural(count, "line")} ${name}`);
  return parts.length ? `${parts.join(", ")}.` : "Nothing differs.";
}

function alike(run, first, last) {
  const before = first ? 0 : SHOWN_AROUND;
  const after = last ? 0 : SHOWN_AROUND;
  const hidden = run.slice(before, run.length - after);
  if (hidden.length < LEAST_HIDDEN) return run.map(rowNode);
  const show = element("button", { type: "button", class: "link" }, `${plural(hidden.length, "line")} alike: show`);
  const fold = element("tr", { class: "diff-fold" }, element("td", { colspan: "2" }, show));
  show.addEventListener("click", () => {
    const nodes = hidden.map(rowNode);
    nodes[0].tabIndex = -1;
    fold.replaceWith(...nodes);
    nodes[0].focus();
  });
  return [...run.slice(0, before).map(rowNode), fold, ...run.slice(run.length - after).map(rowNode)];
}

function rowNode(row) {
  return element("tr", { class: `diff-row diff-${row.kind}` }, side(row.left, row.kind, "del"), side(row.right, row.kind, "ins"));
}

function side(line, kind, tag) {
  if (line === null) return element("td", { class: "diff-none" });
  const mark = tag === "del" ? "removed" : "added";
  const words = line.words.map(([state, text]) => (state === "same" ? text : element(tag, {}, text)));
  const told = kind === "same" ? [] : [element("span", { class: "visually-hidden" }, `${mark === "removed" ? "Before" : "After"}: `)];
  return element("td", { class: `diff-side diff-is-${line.kind} ${kind === "same" ? "" : `diff-${mark}-side`}`.trim() }, ...told, ...words);
}
