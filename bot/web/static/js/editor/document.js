// The page of one document: where it stands, what may happen next, and the place where it is written.

import { settleConflict } from "./conflict.js";
import { said, sayNext } from "./kept.js";
import { Steps } from "./steps.js";
import { call, day, documentApi, documentPage, element, inWords, notice, pills, say, time, today } from "./ui.js";
import { Workbench } from "./workbench.js";

const POLL_MS = 1_500;
const page = document.getElementById("document-page");
const { slug, publications } = page.dataset;
const nameNode = document.getElementById("name");
const facts = document.getElementById("facts");
const jobBanner = document.getElementById("job-banner");
const newsBanner = document.getElementById("news-banner");

let status = null;
let people = [];
let polling = 0;
let stoodAt = "";

const bench = new Workbench(slug, {
  save,
  typed: (name, value) => name === "title" && (nameNode.textContent = value.trim() || slug),
});
const steps = new Steps(slug, {
  mayGo() {
    if (!bench.dirty) return true;
    say("Please save your changes first.");
    document.getElementById("save").focus();
    return false;
  },
  done(answer, sentence) {
    const reload = answer.document.latest.number !== status.latest.number;
    say(sentence);
    if (reload) load();
    else stand(answer.document, "job" in answer ? answer.job : null);
  },
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && status && look());
load();

async function load() {
  try {
    const found = await call("GET", documentApi(slug));
    people = found.people;
    stand(found.document, found.job);
    bench.open(found.article, found.document.latest.number);
    const wanted = new URLSearchParams(location.hash.slice(1)).get("section");
    if (wanted) bench.goTo(wanted);
    notice("");
    const words = said();
    if (words) say(words);
  } catch (error) {
    document.getElementById("gone").hidden = false;
    document.getElementById("gone-text").textContent = inWords(error);
    document.getElementById("steps").hidden = true;
  }
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
}

/** Shows where the document stands now. What is the same stays as it is: somebody may have the focus on it. */
function stand(found, job) {
  const shown = JSON.stringify([found, Boolean(job)]);
  if (shown !== stoodAt) draw(found, job);
  stoodAt = shown;
  showJob(job);
}

function draw(found, job) {
  status = found;
  document.title = `${found.title} · NK assistant`;
  nameNode.textContent = found.title;
  const who = found.latest.created_by ? ` by ${found.latest.created_by}` : "";
  const care = element("button", { type: "button", class: "link", "aria-haspopup": "dialog" }, found.owner || found.review_due ? "Change" : "Say who looks after it");
  care.append(element("span", { class: "visually-hidden" }, found.owner || found.review_due ? " who looks after it" : ""));
  care.addEventListener("click", () => steps.care());
  const read = found.latest.reviewer ? `Read by ${found.latest.reviewer}, ${day(found.latest.reviewed_on)}.` : "Clinical review pending.";
  facts.replaceChildren(
    pills(found),
    element("span", {}, `Revision ${found.latest.number}${who}, `, time(found.latest.created_at), ". ", read),
    element("span", { class: "care" }, ...cared(found), care),
  );
  steps.show(found, job, people);
}

function cared(found) {
  const told = [];
  if (found.owner) told.push(`Looked after by ${found.owner}. `);
  if (found.review_due) {
    told.push(`Read again by ${day(found.review_due)}`);
    told.push(found.review_due < today() ? element("span", { class: "pill pill-late" }, "overdue") : "");
    told.push(" ");
  }
  return told;
}

const JOB_WORDS = { publish: "Publishing", withdraw: "Withdrawing", rollback: "Rolling back" };

function showJob(job) {
  clearTimeout(polling);
  jobBanner.hidden = !job;
  if (!job) return;
  const what = JOB_WORDS[job.action] ?? "Publishing";
  const states = {
    waiting: "waits for its turn.",
    running: job.phase ? `is under way: ${job.phase}${job.total ? ` ${job.done} of ${job.total}` : ""}.` : "is under way.",
    held: "is held: some answers would get worse. Somebody must look at it.",
  };
  const text = `${what} ${states[job.state] ?? "is under way."} Asked for by ${job.asked_by}. `;
  const link = publications ? [element("a", { href: publications, class: "text-link" }, "All publications")] : [];
  if (jobBanner.firstChild?.textContent !== text) jobBanner.replaceChildren(text, ...link);
  polling = setTimeout(poll, POLL_MS);
}

async function poll() {
  if (document.visibilityState === "hidden") {
    polling = setTimeout(poll, POLL_MS);
    return;
  }
  try {
    const before = status;
    const found = await call("GET", documentApi(slug));
    stand(found.document, found.job);
    if (!found.job) tellEnd(before, found.document);
  } catch {
    polling = setTimeout(poll, 4 * POLL_MS);
  }
}

function tellEnd(before, now) {
  if (now.live === before.live && now.standing === before.standing) {
    notice("It was not carried out. The page of publications tells why.");
  } else {
    say(now.live === null ? "Withdrawn. The assistant no longer answers from it." : `Revision ${now.live} is live.`);
  }
}

/** Back at this page: has somebody else saved meanwhile? */
async function look() {
  try {
    const found = await call("GET", documentApi(slug));
    const newest = found.document.latest;
    if (newest.number === bench.number) {
      stand(found.document, found.job);
      return;
    }
    if (!bench.dirty) {
      load();
      return;
    }
    newsBanner.textContent = `${newest.created_by || "Somebody"} saved revision ${newest.number} meanwhile. When you save, you see the difference first; nothing is overwritten.`;
    newsBanner.hidden = false;
  } catch {
    // It will be told when something is saved.
  }
}

async function save(content, sent, said) {
  const body = { ...content, ...said, based_on: bench.number };
  let answer;
  try {
    answer = await call("POST", documentApi(slug, "revisions"), body);
  } catch (error) {
    if (error.code !== "edit_conflict") throw error;
    settle(content).catch((refused) => notice(inWords(refused)));
    return;
  }
  newsBanner.hidden = true;
  document.getElementById("kept-banner").hidden = true;
  bench.settle(answer.document.latest.number, sent);
  stand(answer.document, null);
  if (answer.review_cleared) {
    say("Saved. The review was of other words and is taken out.");
    await load();
  } else {
    say(answer.saved ? `Saved as revision ${answer.document.latest.number}.` : "Nothing to save: that is what the newest revision says.");
  }
}

async function settle(content) {
  const { document: now } = await call("GET", documentApi(slug));
  const choice = await settleConflict(slug, content, bench.number, now.latest);
  if (choice === null) return;
  if (choice === "theirs") {
    bench.forget();
    sayNext(`This is revision ${now.latest.number}.`);
    bench.leaving = true;
    location.reload();
    return;
  }
  stand(now, null);
  bench.openUnsaved(choice.article, choice.number);
  const compare = element("a", { class: "text-link", href: `${documentPage(slug, "history")}?from=${choice.number}`, target: "_blank" }, `Revision ${choice.number}`);
  newsBanner.replaceChildren(
    ...(choice.clashes.length
      ? [`You both changed ${choice.clashes.join(", ")}: your words stand here, theirs are in `, compare, ". Look it over, then save."]
      : ["Both are together now. Look it over, then save."]),
  );
  newsBanner.hidden = false;
  nameNode.focus();
}
