// Small things that all pages of editors draw with. Texts only ever become text nodes.

import { button, element, markdown, plural } from "../console/ui.js";
import { moment as time } from "../staff/time.js";

export { button, element, markdown, plural, time };
export { call, HttpError } from "../staff/http.js";
export { inWords, onSubmit } from "../staff/form.js";

export const API = "/editor/api";

/** The address of a document's API. */
export function documentApi(slug, what = "") {
  return `${API}/documents/${encodeURIComponent(slug)}${what ? `/${what}` : ""}`;
}

/** The address of a document's page; `what` is "history" or "revisions/3". */
export function documentPage(slug, what = "") {
  return `/editor/documents/${encodeURIComponent(slug)}${what ? `/${what}` : ""}`;
}

export const STANDINGS = {
  draft: "Draft",
  review: "In review",
  reviewed: "Reviewed",
  published: "Published",
  replaced: "Not live",
  withdrawn: "Withdrawn",
};
const LOOKS = { published: "pill-good", review: "pill-wait", reviewed: "pill-ready", withdrawn: "pill-off" };

/** Where a revision stands, as a pill. */
export function standingPill(standing, text = STANDINGS[standing] ?? standing) {
  return element("span", { class: `pill ${LOOKS[standing] ?? ""}`.trim() }, text);
}

/** Where a document stands: what patients see, and what waits beside it. */
export function pills(status) {
  const { standing } = status;
  const shown = [];
  if (status.live !== null) shown.push(standingPill("published"));
  if (standing !== "published") {
    const beside = { draft: "Newer draft", review: "Newer one in review", reviewed: "Newer one reviewed", replaced: "Earlier revision is live" };
    shown.push(standingPill(standing, status.live === null ? undefined : beside[standing]));
  }
  return element("span", { class: "pills" }, ...shown);
}

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

/** A day (ISO date) in the reader's own language; what is no day is shown as it is written. */
export function day(iso) {
  const found = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(found.getTime()) ? iso : dayFormat.format(found);
}

/** Today as an ISO date, by the reader's own clock. */
export function today(plusDays = 0) {
  const now = new Date();
  const there = new Date(now.getFullYear(), now.getMonth(), now.getDate() + plusDays);
  const two = (number) => String(number).padStart(2, "0");
  return `${there.getFullYear()}-${two(there.getMonth() + 1)}-${two(there.getDate())}`;
}

let toastEnds = 0;

/** Says something short that needs no answer. */
export function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => (toast.textContent = ""), 6_000);
}

/** Something that stays until it is settled, below the bar; "" takes it away. */
export function notice(text) {
  document.getElementById("notice").textContent = text;
}

/** Calls `work` when nobody has asked again for so many milliseconds. */
export function debounced(work, milliseconds) {
  let waiting = 0;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => work(...given), milliseconds);
  };
}

/** A label with its field below, as forms have it; `hint` explains it. */
export function row(label, field, hint = "") {
  const node = element("div", { class: "form-row" }, element("label", { for: field.id }, label), field);
  if (hint) {
    node.append(element("p", { class: "quiet", id: `${field.id}-hint` }, hint));
    field.setAttribute("aria-describedby", `${field.id}-hint`);
  }
  return node;
}
