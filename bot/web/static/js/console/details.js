// Beside the transcript: why the patient is here, a summary, enquiries, private notes, and the record itself.

import { button, element, kept, moment, nickname, plural, since } from "./ui.js";
import { emergencyName, REASONS, STATUSES, WORK_KINDS, WORK_STATES } from "./words.js";

/** `on` are what the parts ask for: `find(seq)`, `note(text)`, `work(item, change)`, `erase()`. */
export class Details {
  constructor(root, on) {
    this.root = root;
    this.on = on;
    this.note = root.querySelector("#note");
    this.noteState = root.querySelector("#note-state");
    this.id = null;
    this.note.addEventListener("input", () => {
      this.noteState.textContent = "";
      if (this.id) kept.write(this.#draft, this.note.value);
    });
    root.querySelector("#note-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#keepNote();
    });
    root.querySelector("#erase").addEventListener("click", () => on.erase());
  }

  draw(whole, canErase) {
    const row = whole.conversation;
    if (row.id !== this.id) {
      this.id = row.id;
      this.note.value = kept.read(this.#draft, "");
    }
    this.#part("why", why(whole));
    this.#part("summary", summary(whole.summary, this.on));
    this.#part("work", whole.work_items.map((item) => workItem(item, this.on)));
    this.root.querySelector("#part-work").hidden = !whole.work_items.length;
    this.#part("notes", whole.notes.map(note));
    this.#part("record", record(row, whole));
    const download = this.root.querySelector("#export");
    download.href = download.dataset.address.replace("ID", encodeURIComponent(row.id));
    download.download = `conversation-${row.id.slice(0, 8)}.json`;
    this.root.querySelector("#erase").hidden = !canErase;
  }

  /** Nothing of a conversation stays on the page that does not show it. */
  clear() {
    this.id = null;
    ["why", "summary", "work", "notes", "record"].forEach((name) => this.#part(name, []));
    this.note.value = "";
    this.noteState.textContent = "";
  }

  #part(name, nodes) {
    this.root.querySelector(`#part-${name} .part-body`).replaceChildren(...nodes);
  }

  get #draft() {
    return `nkbot.console.note.${this.id}`;
  }

  async #keepNote() {
    const text = this.note.value.trim();
    if (!text) return;
    this.noteState.textContent = "";
    if (await this.on.note(text)) {
      this.note.value = "";
      kept.write(this.#draft, null);
      this.noteState.textContent = "Noted.";
    } else {
      this.noteState.textContent = "The note was not kept. Please try again.";
    }
  }
}

function why({ conversation: row, handoffs }) {
  const nodes = [];
  const last = handoffs.at(-1);
  if (row.alert) {
    const name = emergencyName(row.alert.kind).toLowerCase();
    nodes.push(element("p", { class: "why-urgent" }, `Possible emergency: ${name}, `, ago(row.alert.at), "."));
  }
  if (last && !(row.alert && last.reason === "emergency")) nodes.push(element("p", {}, REASONS[last.reason] ?? last.reason, ", ", ago(last.requested_at), "."));
  else if (!last && !row.alert) nodes.push(element("p", { class: "quiet" }, "The patient has not asked for a person."));
  if (handoffs.length > 1) {
    const earlier = handoffs.slice(0, -1).reverse();
    nodes.push(
      element(
        "details",
        { class: "fold" },
        element("summary", {}, `${plural(earlier.length, "time")} before`),
        element("ul", {}, ...earlier.map((each) => element("li", {}, `${REASONS[each.reason] ?? each.reason}, ${moment(each.requested_at)}`))),
      ),
    );
  }
  return nodes;
}

function ago(iso) {
  const node = since(iso);
  const rest = node.textContent === "now" ? " a moment ago" : "";
  return rest ? element("time", { datetime: iso, title: moment(iso) }, rest.trim()) : element("span", {}, node, " ago");
}

function summary(found, on) {
  const nodes = [];
  if (found.asked.length) {
    nodes.push(
      element("h3", {}, "What the patient asked"),
      element(
        "ul",
        { class: "asked" },
        ...found.asked.map((each) =>
          element("li", {}, button(each.text, "asked-find", () => on.find(each.seq), { dir: "auto" })),
        ),
      ),
    );
    if (found.asked_before) nodes.push(element("p", { class: "quiet" }, `And ${plural(found.asked_before, "earlier question")}.`));
  } else {
    nodes.push(element("p", { class: "quiet" }, "The patient has not asked anything yet."));
  }
  if (found.topics.length) {
    nodes.push(
      element("h3", {}, "What was quoted to them"),
      element("ul", {}, ...found.topics.map((topic) => element("li", {}, topic))),
    );
  }
  if (found.emergencies.length) {
    nodes.push(element("h3", {}, "Emergencies"), element("ul", {}, ...found.emergencies.map((kind) => element("li", {}, emergencyName(kind)))));
  }
  const counted = [plural(found.patient_messages, "message")];
  if (found.answered) counted.push(plural(found.answered, "answer"));
  if (found.not_answered) counted.push(`${plural(found.not_answered, "question")} without an answer`);
  nodes.push(element("p", { class: "quiet" }, `${counted.join(", ")}.`));
  return nodes;
}

function note(entry) {
  return element(
    "li",
    { class: "note" },
    element("p", { class: "note-text", dir: "auto" }, entry.text),
    element("p", { class: "quiet" }, `${entry.author}, `, element("time", { datetime: entry.created_at }, moment(entry.created_at))),
  );
}

export function workItem(item, on) {
  const fields = [
    ["Name", item.name],
    ["Contact", item.contact],
    ["Country", item.country],
    ["Best time", item.best_time],
    ["About", item.about],
  ].filter(([, value]) => value);
  const state = element(
    "select",
    { "aria-label": "State" },
    ...Object.entries(WORK_STATES).map(([value, name]) =>
      element("option", { value, selected: value === item.state ? "" : null }, name),
    ),
  );
  state.addEventListener("change", () => on.work(item, { state: state.value }));
  const owner = item.owner
    ? [element("span", {}, `${item.owner.name} looks after it.`), button("Give it back", "button-text", () => on.work(item, { owner: null }))]
    : [element("span", { class: "quiet" }, "Nobody looks after it."), button("Take it", "button-text", () => on.work(item, { owner: "me" }))];
  return element(
    "li",
    { class: `work work-${item.state}` },
    element("p", { class: "work-kind" }, `${WORK_KINDS[item.kind] ?? item.kind} · `, since(item.created_at)),
    element("dl", {}, ...fields.flatMap(([name, value]) => [element("dt", {}, name), element("dd", { dir: "auto" }, value)])),
    element("p", { class: "work-row" }, state, ...owner),
  );
}

function record(row, { rating }) {
  const pairs = [
    ["Name here", nickname(row.id)],
    ["Status", row.advisor && row.status === "advisor" ? `With ${row.advisor.name}` : STATUSES[row.status]],
    ["Began", moment(row.created_at)],
    ["Last change", moment(row.updated_at)],
  ];
  const nodes = [
    element("dl", {}, ...pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
  ];
  if (rating) {
    nodes.push(element("p", {}, `The patient rated this conversation ${rating.score} of 5.`));
    if (rating.comment) nodes.push(element("blockquote", { dir: "auto" }, rating.comment));
  }
  return nodes;
}
