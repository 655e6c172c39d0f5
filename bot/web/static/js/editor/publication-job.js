// One publication as work: how far it is, what holds it, why it failed.

import { confirm } from "./dialogs.js";
import { Decision } from "./publication-held.js";
import { API, button, call, element, plural, time } from "./ui.js";

const STEPS = {
  reading: "Collecting the passages",
  embedding: "Reading the new texts",
  indexing: "Building the search index",
  writing: "Writing it down",
  verifying: "Checking every file",
  asking: "Asking the golden questions",
};
const NAMES = Object.keys(STEPS);
const PILLS = {
  waiting: ["Waits", ""],
  running: ["Under way", "pill-good"],
  held: ["Needs a decision", "pill-wait"],
  failed: ["Not carried out", "pill-late"],
};
const NAMED = 4;

/** The card of a job; `on.done(work)` and `on.failed(error)` hear what the server says to its buttons. */
export class JobCard {
  constructor(id, on) {
    this.id = id;
    this.on = on;
    this.open = true;
    this.state = "";
    this.title = element("h2", { tabindex: "-1" });
    this.pill = element("span", { class: "pill" });
    this.facts = element("p", { class: "quiet" });
    this.body = element("div", { class: "job-body" });
    this.node = element(
      "article",
      { class: "card job" },
      element("div", { class: "job-head" }, this.title, this.pill),
      this.facts,
      this.body,
    );
  }

  show(job, workerLives) {
    this.open = job.state !== "failed";
    if (this.state !== job.state) this.#begin(job);
    if (job.state === "waiting") {
      const why = workerLives ? "It begins in a moment." : "The worker is not running. This begins as soon as it is back.";
      if (this.step.textContent !== why) this.step.textContent = why;
    }
    if (job.state === "running") this.#progress(job);
  }

  focus() {
    this.title.focus();
  }

  #begin(job) {
    this.state = job.state;
    this.node.className = `card job job-${job.state}`;
    this.title.textContent = heading(job);
    const [word, look] = PILLS[job.state] ?? [job.state, ""];
    this.pill.textContent = word;
    this.pill.className = `pill ${look}`.trim();
    this.facts.replaceChildren(...about(job));
    const fill = { held: () => this.#held(job), failed: () => this.#failed(job) }[job.state] ?? (() => this.#working());
    fill();
  }

  #working() {
    this.step = element("p", { class: "job-step", role: "status" });
    this.bar = element("progress", { class: "bar", "aria-label": "How far this step is" });
    this.count = element("p", { class: "quiet job-count" });
    this.bar.hidden = this.state === "waiting";
    const give = button("Give up", "button-outline button-small", () => this.#cancel());
    this.body.replaceChildren(this.step, this.bar, element("div", { class: "job-foot" }, this.count, give));
  }

  #progress(job) {
    const at = NAMES.indexOf(job.phase);
    const step = at < 0 ? "Getting ready" : `Step ${at + 1} of ${NAMES.length}: ${STEPS[job.phase]}`;
    if (this.step.textContent !== step) this.step.textContent = step;
    if (job.total > 1) {
      this.bar.max = job.total;
      this.bar.value = job.done;
    } else {
      this.bar.removeAttribute("value");
    }
    const far = job.total > 1 ? `${number(job.done)} of ${number(job.total)}` : "";
    const left = job.seconds_left === null ? "" : `${span(job.seconds_left)} left in this step`;
    const again = job.attempt > 1 ? "resumed after an interruption" : "";
    this.count.textContent = [far, left, again].filter(Boolean).join(", ");
  }

  async #held(job) {
    this.body.replaceChildren(element("p", { class: "quiet" }, "Fetching what the gate found…"));
    try {
      const whole = await call("GET", `${API}/publications/jobs/${this.id}`);
      const decision = new Decision(whole, {
        accept: (ids) => this.#send("accept", { accepted: ids }),
        giveUp: () => this.#cancel(),
      });
      this.body.replaceChildren(decision.node);
    } catch (error) {
      this.state = "";
      this.on.failed(error);
    }
  }

  #failed(job) {
    const again = button("Try again", "button-solid button-small", () => this.#send("retry", {}));
    this.body.replaceChildren(
      element("p", { class: "job-problem" }, job.problem || "It was not carried out."),
      element("p", { class: "quiet" }, "What was live is live still."),
      element("div", { class: "actions" }, again),
    );
  }

  async #cancel() {
    const sure = await confirm("Give this publication up?", "What is live stays live. The documents keep what was written.", "Give it up", true);
    if (sure) await this.#send("cancel", {});
  }

  async #send(what, body) {
    try {
      this.on.done(await call("POST", `${API}/publications/jobs/${this.id}/${what}`, body));
    } catch (error) {
      this.on.failed(error);
    }
  }
}

function heading(job) {
  const [only] = job.documents;
  if (job.action === "rollback") return `Going back to publication ${job.target}`;
  const what = job.documents.length === 1 ? `“${only.title}”` : job.documents.length ? plural(job.documents.length, "document") : "all new drafts";
  return job.action === "withdraw" ? `Withdrawing ${what}` : `Publishing ${what}`;
}

function about(job) {
  const by = job.asked_by ? [` by ${job.asked_by}`] : [];
  const parts = ["Asked for ", time(job.asked_at), ...by, job.note ? `: “${job.note}”` : ""];
  if (job.documents.length > 1) {
    const named = job.documents.slice(0, NAMED).map((each) => each.title);
    const rest = job.documents.length - named.length;
    parts.push(element("br"), `${named.join(" · ")}${rest ? ` and ${rest} more` : ""}`);
  }
  return parts;
}

const format = new Intl.NumberFormat();

function number(value) {
  return format.format(value);
}

function span(seconds) {
  if (seconds < 90) return `about ${Math.max(seconds, 1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} h`;
}
