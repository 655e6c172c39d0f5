// A revision as it was, passage by passage: where an answer came from.

import { passageNode } from "./passages.js";
import { call, day, documentApi, inWords, time } from "./ui.js";

const page = document.getElementById("revision-page");
const { slug, number } = page.dataset;

load();
window.addEventListener("hashchange", mark);

async function load() {
  try {
    const { document: status, revision, passages } = await call("GET", documentApi(slug, `revisions/${number}`));
    document.title = `${revision.title}, revision ${number} · NK assistant`;
    document.getElementById("name").textContent = revision.title;
    const review = revision.reviewer ? `Read by ${revision.reviewer}, ${day(revision.reviewed_on)}.` : "Clinical review pending.";
    document.getElementById("facts").replaceChildren(
      `Revision ${number}, saved `,
      time(revision.created_at),
      revision.created_by ? ` by ${revision.created_by}. ` : ". ",
      review,
    );
    const banner = document.getElementById("banner");
    banner.textContent = standing(revision, status);
    banner.classList.toggle("banner-warn", status.live !== revision.number);
    banner.hidden = false;
    document.getElementById("passages").replaceChildren(...passages.map((each) => passageNode(each, { linked: true })));
    mark();
  } catch (error) {
    document.getElementById("gone").hidden = false;
    document.getElementById("gone-text").textContent = inWords(error);
  }
  page.removeAttribute("aria-busy");
  page.dataset.ready = "";
}

function standing(revision, status) {
  if (status.live === revision.number) return "The assistant answers from this revision now.";
  if (status.live !== null) return `This is how it was. The assistant answers from revision ${status.live} now.`;
  return "This is how it was. The assistant does not answer from this document now.";
}

/** Brings the passage that is named in the address into view. */
function mark() {
  document.querySelectorAll(".is-meant").forEach((each) => each.classList.remove("is-meant"));
  const meant = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (!meant) return;
  meant.classList.add("is-meant");
  meant.scrollIntoView({ block: "center" });
  meant.focus({ preventScroll: true });
}
