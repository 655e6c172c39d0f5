// The page of publications: asks the server what is under way, and draws what has changed.

import { JobCard } from "./publication-job.js";
import { History } from "./publication-history.js";
import { Waiting } from "./publication-waiting.js";
import { API, call, inWords, notice, plural, say, time } from "./ui.js";

const BUSY_MS = 1_000;
const QUIET_MS = 5_000;
const HOW = { publish: "published", withdraw: "after a withdrawal", rollback: "brought back" };

const page = document.getElementById("publications-page");
const place = document.getElementById("jobs");
const cards = new Map();
const ended = new Set();
let known = null;
let asking = 0;
let changes = 0;

const on = { done: changed, failed: (error) => say(inWords(error)) };
const waiting = new Waiting(async (documents, note) => {
  const work = await call("POST", `${API}/publications`, { documents, note });
  await changed(work);
  cards.get(Math.max(...work.jobs.map((job) => job.id)))?.focus();
});
const past = new History(on);
start();

async function start() {
  try {
    await everything();
    page.dataset.ready = "";
  } catch (error) {
    notice(inWords(error));
  }
  page.removeAttribute("aria-busy");
  look();
}

async function everything() {
  const [found] = await Promise.all([call("GET", `${API}/publications`), past.load()]);
  showLive(found.live);
  showWork(found.work);
  waiting.show(found.waiting, found.reviewed_only, onTheWay(found.work));
  known = standing(found.work);
  notice("");
  for (const id of ended) {
    await tellEnd(id);
    ended.delete(id);
  }
}

/** Asks again and again: often while something is under way, seldom else, never for a page nobody sees. */
function look() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    if (document.visibilityState === "visible") await lookNow();
    look();
  }, cards.size ? BUSY_MS : QUIET_MS);
}

async function lookNow() {
  const began = changes;
  try {
    if (known === null) {
      await everything();
    } else {
      const work = await call("GET", `${API}/publications/work`);
      if (began === changes) await took(work); // else it is older than what a button has just brought
    }
    notice("");
  } catch (error) {
    notice(inWords(error));
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  known = null; // others may have written something meanwhile
  lookNow();
});

/** Somebody pressed a button here; `work` is what the server says to it. */
async function changed(work) {
  changes += 1;
  await took(work);
  look();
}

/** Draws the work; where something began, ended or went live, the rest of the page as well. */
async function took(work) {
  const now = standing(work);
  for (const card of cards.values()) {
    if (card.open && !work.jobs.some((job) => job.id === card.id)) ended.add(card.id);
  }
  showWork(work);
  if (now === known) return;
  known = null; // until all of it is here; what fails is made up for at the next look
  await everything();
}

function standing(work) {
  return JSON.stringify([work.live, work.jobs.map((job) => [job.id, job.state === "held"]), work.failed?.id ?? null]);
}

function onTheWay(work) {
  return new Set(work.jobs.flatMap((job) => job.documents.map((each) => each.slug)));
}

async function tellEnd(id) {
  const job = await call("GET", `${API}/publications/jobs/${id}`);
  if (job.state === "done") say(`Publication ${job.publication} is live.`);
  if (job.state === "cancelled") say("Given up. What was live stays live.");
}

function showLive(live) {
  document.getElementById("live-title").textContent = live ? `Publication ${live.publication} is live` : "Nothing is live yet";
  const facts = document.getElementById("live-facts");
  if (!live) {
    facts.textContent = "The assistant has nothing to answer from. Publish the first documents below.";
    return;
  }
  const by = live.by ? `, ${HOW[live.action] ?? "published"} by ${live.by}` : "";
  facts.replaceChildren(plural(live.documents, "document"), ", since ", time(live.at), by, live.note ? `: “${live.note}”` : "");
}

function showWork(work) {
  const jobs = [...(work.failed ? [work.failed] : []), ...work.jobs];
  const there = new Set(jobs.map((job) => job.id));
  const focused = place.contains(document.activeElement);
  for (const [id, card] of cards) {
    if (there.has(id)) continue;
    card.node.remove();
    cards.delete(id);
  }
  for (const job of jobs) {
    let card = cards.get(job.id);
    if (!card) {
      card = new JobCard(job.id, on);
      cards.set(job.id, card);
    }
    card.show(job, work.worker);
    if (card.node.parentElement !== place) place.append(card.node);
  }
  if (focused && !place.contains(document.activeElement)) {
    (place.querySelector("h2") ?? document.getElementById("waiting-title")).focus();
  }
  place.hidden = !jobs.length;
}

