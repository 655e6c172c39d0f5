// A new document: written here, or brought in as a file. Either way it opens unsaved.

import { blankArticle, slugOf } from "./article.js";
import { sayNext, started } from "./kept.js";
import { API, call, documentPage, element, inWords, plural, say, time } from "./ui.js";
import { Upload } from "./upload.js";
import { Workbench } from "./workbench.js";

const page = document.getElementById("new-page");
const limit = Number(page.dataset.limit);
const ways = document.getElementById("ways");
const nameNode = document.getElementById("name");
const facts = document.getElementById("facts");
const goOn = document.getElementById("go-on");
const file = document.getElementById("file");
const drop = document.getElementById("drop");
const box = document.getElementById("upload");
const bar = document.getElementById("upload-bar");
const state = document.getElementById("upload-state");
const problem = document.getElementById("upload-error");

let upload = null;
let ownSlug = false;

const bench = new Workbench("", { save, typed });

document.getElementById("write-it").addEventListener("click", () => begin(blankArticle()));
document.getElementById("choose").addEventListener("click", () => file.click());
file.addEventListener("change", () => {
  if (file.files.length) bring(file.files[0]);
  file.value = "";
});
document.getElementById("upload-stop").addEventListener("click", () => upload?.stop());
for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", over);
  });
}
drop.addEventListener("drop", (event) => {
  const [first] = event.dataTransfer.files;
  if (event.dataTransfer.files.length > 1) problem.textContent = "One file at a time, please.";
  else if (first) bring(first);
});
// A file dropped beside the place for it must not make the browser leave this page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

const given = started();
if (given) begin({ ...blankArticle(), ...given });
else offerKept();
page.dataset.ready = "";

function offerKept() {
  const kept = bench.kept.read();
  if (!kept) return;
  const article = kept.content.article;
  const again = element("button", { type: "button", class: "link" }, "Go on with it");
  again.addEventListener("click", () => {
    ownSlug = true;
    goOn.hidden = true;
    show();
    bench.resume();
    if (article?.title.trim()) nameNode.textContent = article.title;
    nameNode.focus();
  });
  const discard = element("button", { type: "button", class: "link" }, "Throw it away");
  discard.addEventListener("click", () => {
    bench.kept.forget();
    goOn.hidden = true;
    document.getElementById("write-it").focus();
  });
  const title = article?.title?.trim();
  goOn.replaceChildren(title ? `“${title}” of ` : "What you wrote on ", time(kept.at), " is not saved yet. ", again, " ", discard);
  goOn.hidden = false;
}

/** Opens the place to write with something that is not saved yet. */
function begin(article, { leftOut = false } = {}) {
  goOn.hidden = true;
  ownSlug = Boolean(article.slug);
  show();
  bench.openUnsaved(article, 0, { leftOut });
  if (article.title) nameNode.textContent = article.title;
  document.getElementById("title").focus();
}

function show() {
  ways.hidden = true;
  facts.textContent = "Not saved yet. Patients see nothing of it until it is published.";
}

function typed(name, value) {
  if (name === "slug") ownSlug = value.trim() !== "";
  if (name !== "title") return;
  nameNode.textContent = value.trim() || "New document";
  if (ownSlug) return;
  bench.article.slug = slugOf(value);
  bench.fields.slug.value = bench.article.slug;
}

async function bring(chosen) {
  if (upload) return;
  problem.textContent = "";
  box.hidden = false;
  document.getElementById("upload-name").textContent = chosen.name;
  bar.value = 0;
  state.textContent = "Sending…";
  for (const id of ["choose", "write-it"]) document.getElementById(id).disabled = true;
  document.getElementById("upload-stop").focus();
  upload = new Upload(chosen, limit, {
    sent(share) {
      bar.value = 100 * share;
    },
    state(now, ahead) {
      bar.removeAttribute("value");
      const waiting = ahead ? `Waiting: ${plural(ahead, "file")} before it.` : "Waiting: other files are being read first.";
      const text = now === "reading" ? "Reading…" : waiting;
      if (state.textContent !== text) state.textContent = text;
    },
  });
  try {
    const found = await upload.run();
    const article = { ...found.article, slug: found.taken ? "" : found.article.slug };
    if (found.taken) article.slug = await freeSlug(found.article.slug);
    begin(article, { leftOut: true });
    const dropped = article.dropped.length;
    say(dropped ? `Read. ${plural(dropped, "part")} left out; they are listed at the end.` : "Read. Look it over, then save.");
  } catch (error) {
    problem.textContent = error.code === "stopped" ? "" : inWords(error);
  } finally {
    upload = null;
    box.hidden = true;
    for (const id of ["choose", "write-it"]) document.getElementById(id).disabled = false;
    if (!ways.hidden) document.getElementById("choose").focus();
  }
}

/** An address like this one that no document has. */
async function freeSlug(slug) {
  const { documents } = await call("GET", `${API}/documents`);
  const taken = new Set(documents.map((each) => each.slug));
  let number = 2;
  while (taken.has(`${slug.slice(0, 76)}-${number}`)) number += 1;
  return `${slug.slice(0, 76)}-${number}`;
}

async function save(content, _sent, { note }) {
  const { slug } = await call("POST", `${API}/documents`, { ...content, note });
  bench.kept.forget();
  bench.leaving = true;
  sayNext("Saved as a draft.");
  location.replace(documentPage(slug));
}
