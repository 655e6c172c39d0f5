// The list of documents: searched, filtered and ordered here; what was chosen stands in the address.

import { API, call, day, debounced, documentPage, element, inWords, notice, pills, plural, time, today } from "./ui.js";

const STEP = 100;
const SOON_DAYS = 30;
const ORDER = ["review", "reviewed", "draft", "replaced", "published", "withdrawn"];
const page = document.getElementById("documents-page");
const rows = document.getElementById("documents");
const count = document.getElementById("count");
const card = document.getElementById("list-card");
const more = document.getElementById("more");
const nothing = document.getElementById("nothing");
const showAll = document.getElementById("show-all");
const fields = Object.fromEntries(
  ["words", "standing", "owner", "due", "sort"].map((id) => [id, document.getElementById(id)]),
);

let all = [];
let fitting = [];

fields.words.addEventListener("input", debounced(changed, 120));
for (const field of Object.values(fields)) field.addEventListener("change", changed);
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
showAll.addEventListener("click", () => {
  for (const [name, field] of Object.entries(fields)) if (name !== "sort") field.value = "";
  changed();
  fields.words.focus();
});
more.addEventListener("click", () => {
  const first = rows.childElementCount;
  draw(first + STEP);
  rows.children[first]?.querySelector("a").focus();
});
load();

async function load() {
  try {
    all = (await call("GET", `${API}/documents`)).documents;
    notice("");
  } catch (error) {
    notice(inWords(error));
    page.removeAttribute("aria-busy");
    return;
  }
  const owners = [...new Set(all.map((each) => each.owner).filter(Boolean))].sort((a, b) => a.localeCompare(b));
  fields.owner.append(...owners.map((owner) => element("option", { value: `=${owner}` }, owner)));
  fields.owner.append(element("option", { value: "none" }, "Nobody yet"));
  const asked = new URLSearchParams(location.search);
  for (const [name, field] of Object.entries(fields)) {
    const value = asked.get(name);
    if (value !== null) field.value = value;
    if (field.selectedIndex === -1) field.selectedIndex = 0;
  }
  narrow();
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
}

function changed() {
  const asked = new URLSearchParams();
  for (const [name, field] of Object.entries(fields)) {
    if (field.value && !(name === "sort" && field.value === "title")) asked.set(name, field.value);
  }
  history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  narrow();
}

function narrow() {
  const words = fields.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const tests = [
    (each) => words.every((word) => `${each.title} ${each.slug}`.toLowerCase().includes(word)),
    (each) => stands(each, fields.standing.value),
    (each) => !fields.owner.value || (fields.owner.value === "none" ? !each.owner : fields.owner.value === `=${each.owner}`),
    (each) => isDue(each, fields.due.value),
  ];
  fitting = all.filter((each) => tests.every((test) => test(each))).sort(ordering(fields.sort.value));
  draw(STEP);
}

function stands(each, wanted) {
  if (!wanted) return true;
  return wanted === "live" ? each.live !== null : each.standing === wanted;
}

function isDue(each, wanted) {
  if (!wanted) return true;
  if (wanted === "none") return !each.review_due;
  if (!each.review_due) return false;
  return each.review_due < today(wanted === "soon" ? SOON_DAYS + 1 : 0);
}

function ordering(sort) {
  const byTitle = (a, b) => a.title.localeCompare(b.title);
  const orders = {
    changed: (a, b) => b.latest.created_at.localeCompare(a.latest.created_at),
    due: (a, b) => (a.review_due || "9").localeCompare(b.review_due || "9"),
    standing: (a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing),
  };
  return (a, b) => (orders[sort]?.(a, b) ?? 0) || byTitle(a, b);
}

function draw(most) {
  rows.replaceChildren(...fitting.slice(0, most).map(documentRow));
  card.hidden = !fitting.length;
  more.hidden = fitting.length <= most;
  nothing.hidden = fitting.length > 0;
  const narrowed = fitting.length !== all.length;
  count.textContent = !all.length ? "" : narrowed ? `${fitting.length} of ${plural(all.length, "document")}` : plural(all.length, "document");
  if (!fitting.length) explain();
}

function explain() {
  const none = !all.length;
  document.getElementById("nothing-title").textContent = none ? "There is no document yet" : "No document fits";
  document.getElementById("nothing-text").textContent = none
    ? "Write one, or bring in a file. Patients see nothing of it until you publish it."
    : "Try fewer words, or another filter.";
  showAll.hidden = none;
}

function documentRow(each) {
  const title = element(
    "td",
    {},
    element("a", { class: "document-link", href: documentPage(each.slug) }, each.title),
    element("span", { class: "under" }, `${each.slug}, ${plural(each.passages, "passage")}`),
  );
  const standing = element("td", { "data-label": "Status" }, element("span", {}, pills(each), reviewed(each.latest)));
  const changedBy = each.latest.created_by ? ` by ${each.latest.created_by}` : "";
  return element(
    "tr",
    {},
    title,
    standing,
    element("td", { "data-label": "Looked after by" }, each.owner ? element("span", { class: "wrap" }, each.owner) : quiet("nobody yet")),
    element("td", { "data-label": "Read again by" }, due(each.review_due)),
    element(
      "td",
      { "data-label": "Last change" },
      element("span", {}, time(each.latest.created_at), element("span", { class: "under" }, `revision ${each.latest.number}${changedBy}`)),
    ),
  );
}

function reviewed(latest) {
  const text = latest.reviewer && latest.reviewed_on ? `read by ${latest.reviewer}, ${day(latest.reviewed_on)}` : "clinical review pending";
  return element("span", { class: "under" }, text);
}

function due(date) {
  if (!date) return quiet("no day set");
  const node = element("span", {}, day(date));
  if (date < today()) node.append(" ", element("span", { class: "pill pill-late" }, "overdue"));
  return node;
}

function quiet(text) {
  return element("span", { class: "quiet" }, text);
}
