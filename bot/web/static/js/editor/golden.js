// The page of golden questions: the list, and how each is answered now and with the drafts.

import { confirm } from "./dialogs.js";
import { KINDS, edit, paste } from "./golden-forms.js";
import { API, button, call, debounced, element, inWords, notice, plural, say } from "./ui.js";

const STEP = 100;
const page = document.getElementById("golden-page");
const rows = document.getElementById("questions");
const card = document.getElementById("list-card");
const more = document.getElementById("more");
const nothing = document.getElementById("nothing");
const tally = document.getElementById("tally");
const again = document.getElementById("again");
const fields = Object.fromEntries(["words", "expects", "standing"].map((id) => [id, document.getElementById(id)]));

let all = [];
let documents = [];
let outcomes = null; // by id; null while nobody has asked
let fitting = [];
let shown = STEP;

fields.expects.append(...Object.entries(KINDS).map(([kind, words]) => element("option", { value: kind }, words)));
fields.words.addEventListener("input", debounced(narrow, 120));
for (const field of Object.values(fields)) field.addEventListener("change", narrow);
document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("add").addEventListener("click", add);
document.getElementById("paste").addEventListener("click", pasteMany);
again.addEventListener("click", askAll);
more.addEventListener("click", () => {
  const first = rows.childElementCount;
  shown += STEP;
  draw();
  rows.children[first]?.querySelector("button, a").focus();
});
begin();

async function begin() {
  const asked = new URLSearchParams(location.search);
  for (const [name, field] of Object.entries(fields)) {
    if (asked.get(name) !== null) field.value = asked.get(name);
    if (field.selectedIndex === -1) field.selectedIndex = 0;
  }
  if (await load()) await askAll();
}

async function load() {
  try {
    ({ questions: all, documents } = await call("GET", `${API}/golden`));
    notice("");
  } catch (error) {
    notice(inWords(error));
    page.removeAttribute("aria-busy");
    return false;
  }
  narrow();
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
  return true;
}

async function askAll() {
  if (!all.length) {
    outcomes = new Map();
    return narrow();
  }
  again.disabled = true;
  tally.textContent = `Asking ${plural(all.length, "question")} …`;
  try {
    const found = (await call("POST", `${API}/golden/asked`)).outcomes;
    outcomes = new Map(found.map((each) => [each.id, each]));
    page.dataset.asked = "";
  } catch (error) {
    tally.textContent = inWords(error);
    again.disabled = false;
    return undefined;
  }
  again.disabled = false;
  return narrow();
}

function narrow() {
  const words = fields.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (each) => `${each.question} ${titleOf(each.document)} ${each.section} ${each.note}`.toLowerCase();
  fitting = all
    .filter((each) => words.every((word) => text(each).includes(word)))
    .filter((each) => !fields.expects.value || each.expects === fields.expects.value)
    .filter((each) => stands(each, fields.standing.value))
    .sort((a, b) => weight(a) - weight(b) || a.question.localeCompare(b.question));
  shown = STEP;
  draw();
}

/** What needs somebody's eye comes first. */
function weight(each) {
  const verdict = outcomes?.get(each.id)?.verdict;
  return { worse: 0, wrong: 1, better: 2 }[verdict] ?? 3;
}

function stands(each, wanted) {
  if (!wanted) return true;
  const found = outcomes?.get(each.id);
  if (!found) return false;
  if (wanted === "wrong") return found.before !== null && !found.before.right;
  if (wanted === "right") return found.before?.right === true;
  return found.verdict === wanted;
}

function draw() {
  rows.replaceChildren(...fitting.slice(0, shown).map(questionRow));
  card.hidden = !fitting.length;
  more.hidden = fitting.length <= shown;
  nothing.hidden = fitting.length > 0;
  if (!again.disabled) tally.textContent = counted();
  again.hidden = !all.length;
  if (fitting.length) return;
  document.getElementById("nothing-title").textContent = all.length ? "No golden question fits" : "There is no golden question yet";
  document.getElementById("nothing-text").textContent = all.length
    ? "Try fewer words, or another filter."
    : "Add what patients must be able to ask, and what the assistant must not answer. Or make one of a question in the playground.";
}

function counted() {
  if (!all.length) return "";
  const narrowed = fitting.length === all.length ? plural(all.length, "question") : `${fitting.length} of ${plural(all.length, "question")}`;
  if (!outcomes?.size) return narrowed;
  const found = [...outcomes.values()];
  const live = found.filter((each) => each.before);
  const parts = [narrowed];
  if (live.length) parts.push(`${live.filter((each) => each.before.right).length} of ${live.length} right live`);
  const worse = found.filter((each) => each.verdict === "worse").length;
  const better = live.length ? found.filter((each) => each.verdict === "better").length : 0;
  if (worse) parts.push(`${worse} worse with the drafts`);
  if (better) parts.push(`${better} better with the drafts`);
  return parts.join(", ");
}

function questionRow(each) {
  const found = outcomes?.get(each.id);
  const address = `/editor/playground#${new URLSearchParams({ question: each.question })}`;
  return element(
    "tr",
    {},
    element("td", {},
      element("span", { class: "golden-question", dir: "auto" }, each.question),
      each.note ? element("span", { class: "under", dir: "auto" }, each.note) : ""),
    element("td", { "data-label": "Expected" }, expected(each)),
    element("td", { "data-label": "Live now" }, standing(found, found?.before, each)),
    element("td", { "data-label": "With the drafts" }, standing(found, found?.after, each, found?.verdict)),
    element("td", { class: "cell-end" },
      element("div", { class: "actions golden-actions" },
        element("a", { class: "button button-outline button-small", href: address, "aria-label": `Ask in the playground: ${each.question}` }, "Ask"),
        button("Change", "button-outline button-small", () => change(each), { "aria-label": `Change: ${each.question}` }),
        button("Remove", "button-outline button-small button-danger", () => remove(each), { "aria-label": `Remove: ${each.question}` }))),
  );
}

function expected(each) {
  const node = element("span", {}, KINDS[each.expects] ?? each.expects);
  if (each.document) {
    node.append(element("span", { class: "under" }, each.section ? `${titleOf(each.document)}: ${each.section}` : titleOf(each.document)));
  }
  return node;
}

function standing(found, outcome, each, verdict = "") {
  if (!found) return element("span", { class: "quiet" }, outcomes === null ? "…" : "not asked");
  if (!outcome) return element("span", { class: "quiet" }, "nothing live");
  const node = element("span", {}, element("span", { class: `pill ${outcome.right ? "pill-good" : "pill-late"}` }, outcome.right ? "right" : "wrong"));
  const word = { worse: "worse", better: "better", changed: "other words" }[verdict];
  if (word && found.before) node.append(" ", element("span", { class: `pill ${verdict === "worse" ? "pill-late" : ""}`.trim() }, word));
  if (!outcome.right) node.append(element("span", { class: "under" }, instead(outcome, each)));
  return node;
}

/** What was said instead, in few words. */
function instead(outcome, each) {
  if (outcome.kind !== each.expects) {
    const place = outcome.section ? `, from “${outcome.section}”` : "";
    return `${KINDS[outcome.kind] ?? outcome.kind}${place}`;
  }
  return `from “${outcome.section || titleOf(outcome.document)}”`;
}

function titleOf(slug) {
  return documents.find((each) => each.slug === slug)?.title ?? slug;
}

async function add() {
  const saved = await edit({ documents });
  if (saved) await changed(`Added. ${plural(all.length + 1, "golden question")} now.`);
}

async function change(each) {
  if (await edit({ documents, golden: each })) await changed("Changed.");
}

async function pasteMany() {
  const found = await paste();
  if (found) await changed(`${plural(found.added, "question")} added${found.there ? `, ${found.there} there already` : ""}.`);
}

async function remove(each) {
  if (!(await confirm("Remove this golden question?", `“${each.question}” will not be asked any more before a publication.`, "Remove", true))) return;
  try {
    await call("DELETE", `${API}/golden/${each.id}`);
  } catch (error) {
    say(inWords(error));
    return;
  }
  await changed("Removed.");
  document.getElementById("words").focus();
}

async function changed(sentence) {
  say(sentence);
  if (await load()) await askAll();
}
