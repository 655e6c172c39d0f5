// The page of figures: asks for a period, and draws it. While the server is still counting, it asks again.

import { chart, publicationMarks } from "./insights/charts.js";
import { byDay, now, publications, thought, unanswered, waiting } from "./insights/parts.js";
import { call } from "./staff/http.js";

const AGAIN_MS = 1_000;
const page = document.getElementById("insights");
const counting = document.getElementById("counting");
const notice = document.getElementById("notice");
const file = document.getElementById("file");

const CHARTS = [
  { name: "conversations", title: "Conversations", wide: true },
  { name: "answered", title: "Answered" },
  { name: "abstained", title: "No answer found" },
  { name: "handed_off", title: "Wished for a person" },
  { name: "emergencies", title: "Emergencies", urgent: true },
  { name: "advice", title: "Personal advice declined" },
  { name: "cannot_answer", title: "Could not answer (fault)", urgent: true },
];

let asked = 0;

document.querySelectorAll('input[name="days"]').forEach((choice) =>
  choice.addEventListener("change", () => load(choice.value)),
);
load(document.querySelector('input[name="days"]:checked').value);

async function load(days) {
  const mine = (asked += 1);
  history.replaceState(null, "", `?days=${days}`);
  file.href = `/insights/api/figures.csv?days=${days}`;
  page.setAttribute("aria-busy", "true");
  delete page.dataset.ready;
  counting.textContent = "Counting …";
  notice.textContent = "";
  try {
    let found = await call("GET", `/insights/api/figures?days=${days}`);
    while (found.counting) {
      if (mine !== asked) return;
      counting.textContent = "Counting … The first time of the day this may take some seconds.";
      await new Promise((done) => setTimeout(done, AGAIN_MS));
      found = await call("GET", `/insights/api/figures?days=${days}`);
    }
    if (mine !== asked) return; // another period was chosen meanwhile
    show(found);
  } catch (error) {
    if (mine !== asked) return;
    notice.textContent = error.message;
    counting.textContent = "";
  }
  page.removeAttribute("aria-busy");
}

function show(found) {
  const empty = CHARTS.every(({ name }) => found.totals[name] === 0);
  put("now", ...now(found.now));
  put(
    "charts",
    ...CHARTS.map((each) => chart(each, found.by_day, found.totals[each.name], each.wide ? publicationMarks(found) : [])),
  );
  put("by-day", byDay(found.by_day, found.totals));
  put("waiting", ...waiting(found));
  put("thought", ...thought(found));
  put("vain", unanswered(found.unanswered));
  put("publications", publications(found.publications));
  document.getElementById("empty").hidden = !empty;
  document.getElementById("counted").hidden = empty;
  document.getElementById("figures").hidden = false;
  counting.textContent = "";
  page.dataset.ready = "";
}

function put(id, ...nodes) {
  document.getElementById(id).replaceChildren(...nodes);
}
