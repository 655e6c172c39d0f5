// The console's page: brings queues, the open conversation, the live stream and alerts together.

import { Alerts } from "./console/alerts.js";
import { ConsoleApi } from "./console/api.js";
import { Conversation } from "./console/conversation.js";
import { Inbox } from "./console/inbox.js";
import { Keys } from "./console/keys.js";
import { Presence } from "./console/presence.js";
import { isUrgent, QUEUES, queueOf, Store } from "./console/store.js";
import { button, element, kept, nickname } from "./console/ui.js";
import { emergencyName } from "./console/words.js";
import { Stream } from "./stream.js";

const root = document.getElementById("console");
const me = { id: Number(root.dataset.me), name: root.dataset.name, role: root.dataset.role };
const csrf = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const api = new ConsoleApi(root.dataset.api, csrf);
const store = new Store(me.id);
const notices = document.getElementById("notice");

const OWNER = "nkbot.console.owner";
if (kept.read(OWNER, me.id) !== me.id) kept.forgetAll();
kept.write(OWNER, me.id);
document.getElementById("sign-out")?.addEventListener("click", () => kept.forgetAll());

const SIGNED_OUT = "You are signed out.";

let offline = false;
let over = false; // the session ended here, or its rights: the page has to be loaded again
let before = null;
let asked = 0;

const inbox = new Inbox(document.getElementById("inbox"), store, { open, queue: load, search, more: () => load(inbox.queue, true) });

const conversation = new Conversation(document.getElementById("desk"), api, me, {
  row: (row) => take(row, false),
  left: (id) => {
    show(null);
    inbox.focus(id);
  },
  gone: (id, sentence) => {
    drop(id);
    tell(sentence);
  },
  erased: drop,
  refused: (item, error) => tell(`A message to ${nickname(item.conversation)} was not sent. ${error.message}`),
});

const alertsDialog = document.getElementById("alerts-dialog");
const alerts = new Alerts(alertsDialog, {
  open: (id) => (id === "requests" ? location.assign("/console/requests") : open(id)),
});
const presence = new Presence(document.getElementById("presence"), api, root.dataset.available === "true", tell);
const keysDialog = document.getElementById("keys-dialog");

document.getElementById("alerts-open").addEventListener("click", () => alertsDialog.showModal());
document.getElementById("keys-open").addEventListener("click", () => keysDialog.showModal());

new Keys(keysDialog, {
  j: () => inbox.move(1),
  k: () => inbox.move(-1),
  n: nextWaiting,
  t: () => conversation.take(),
  r: () => conversation.focusReply(),
  s: () => conversation.mine && conversation.suggestions.open(),
  "/": () => inbox.search.focus(),
  "?": () => keysDialog.showModal(),
  ...Object.fromEntries(QUEUES.map((queue, place) => [String(place + 1), () => inbox.choose(queue)])),
  Escape: escape,
});

const stream = new Stream(api, null, () => 0, {
  event: onEvent,
  state: onConnection,
  gone: signedOut,
});
window.addEventListener("console:signed-out", signedOut);
window.addEventListener("offline", () => onConnection("lost"));
window.addEventListener("online", () => {
  // The stream may have lived on, or may be opened again later: what is shown is made true at once.
  onConnection("open");
  load(inbox.queue);
  conversation.refresh();
});
window.addEventListener("hashchange", () => openFromAddress());

function onEvent(name, data) {
  if (name === "queues") {
    store.counts = data.counts;
    if (data.urgent) {
      // The stream has just opened: what it may have missed is fetched from the log.
      data.urgent.forEach((row) => store.put(row));
      load(inbox.queue);
      conversation.refresh();
    }
    redraw();
  } else if (name === "conversation") {
    take(data, true);
  } else if (name === "gone") {
    if (data.id === conversation.id) conversation.gone("This conversation was erased.");
    else drop(data.id);
  } else if (name === "typing") {
    if (data.conversation === conversation.id) conversation.onTyping(data.typing);
  } else if (name === "ping") {
    presence.tell();
  }
}

/** Takes a newer row in; `live` rows may call the advisor. */
function take(row, live) {
  const known = store.get(row.id);
  store.put(row);
  if (store.get(row.id) !== row) return;
  if (live) {
    call(row, known);
    conversation.onRow(row);
  }
  redraw();
}

function call(row, known) {
  if (isUrgent(row) && known?.alert?.at !== row.alert.at) {
    alerts.call("emergency", row.id, `Possible emergency: ${emergencyName(row.alert.kind).toLowerCase()} (${nickname(row.id)})`);
  } else if (row.status === "waiting" && known?.status !== "waiting" && presence.available) {
    alerts.call("waiting", row.id, `${nickname(row.id)} waits for a person.`);
  } else if (queueOf(row, me.id) === "mine" && known && known.ownership !== row.ownership && conversation.id !== row.id) {
    alerts.call("waiting", row.id, `${nickname(row.id)} was passed on to you.`);
  } else if (queueOf(row, me.id) === "mine" && row.unread && known?.last_seq !== row.last_seq) {
    if (conversation.id !== row.id || !document.hasFocus()) alerts.call("message", row.id, `${nickname(row.id)} wrote something.`);
  }
}

function redraw() {
  inbox.draw();
  drawRequests(store.counts.requests ?? 0);
  const urgent = store.urgent().length;
  alerts.badge(store.counts.waiting ?? 0, urgent);
  root.classList.toggle("has-urgent", urgent > 0);
}

/** Call-back requests that nobody has begun with, beside their place in the navigation. */
function drawRequests(count) {
  const place = document.querySelector('[data-place="work-items"]');
  if (!place) return;
  let bubble = place.querySelector(".count");
  if (!bubble) place.append((bubble = element("span", { class: "count" })));
  if (bubble.dataset.count === String(count)) return;
  const known = bubble.dataset.count !== undefined;
  if (known && count > Number(bubble.dataset.count)) alerts.call("message", "requests", "A patient asks to be called back.");
  bubble.dataset.count = count;
  bubble.replaceChildren(...(count ? [String(count), element("span", { class: "visually-hidden" }, " open")] : []));
}

async function load(queue, more = false) {
  const number = ++asked;
  inbox.moreButton.hidden = true;
  if (!more) inbox.draw(true);
  try {
    const found = await api.queue(queue, more ? before : null);
    if (number !== asked) return;
    if (more) found.conversations.forEach((row) => store.put(row));
    else store.replace(queue, found.conversations);
    if (queue === "mine") store.replace("others", found.colleagues);
    store.counts = found.counts;
    before = found.before;
    inbox.moreButton.hidden = !before;
    redraw();
  } catch (error) {
    if (number === asked && !offline) tell(error.message, "Try again", () => load(queue));
  }
}

async function search(text) {
  const number = ++asked;
  if (!text) {
    inbox.results(null);
    load(inbox.queue);
    return;
  }
  try {
    const found = await api.search(text);
    if (number !== asked) return;
    inbox.moreButton.hidden = true;
    inbox.results(found.conversations);
  } catch (error) {
    if (number === asked) tell(error.message);
  }
}

function open(id) {
  show(id);
  conversation.open(id);
}

/** On a phone either the list or the conversation is shown. The address keeps what is open. */
function show(id) {
  root.dataset.view = id ? "conversation" : "list";
  inbox.select(id);
  const wanted = id ? `#${id}` : location.pathname;
  if (location.hash.slice(1) !== (id ?? "")) history.replaceState(null, "", wanted);
}

function openFromAddress() {
  const id = location.hash.slice(1);
  if (/^[0-9a-f]{32}$/.test(id)) open(id);
}

function nextWaiting() {
  const next = store.queue("waiting").find((row) => row.id !== conversation.id) ?? store.queue("waiting")[0];
  if (next) {
    if (inbox.queue !== "waiting" || inbox.found) inbox.choose("waiting");
    open(next.id);
  } else tell("Nobody is waiting.");
}

function escape(inField) {
  if (inField && document.activeElement !== document.body) {
    const list = document.activeElement === inbox.search;
    document.activeElement.blur();
    if (list) inbox.focus(conversation.id);
    return true;
  }
  if (conversation.detailsShown) {
    conversation.hideDetails();
    return true;
  }
  if (conversation.id) {
    conversation.close();
    return true;
  }
  return false;
}

function drop(id) {
  store.remove(id);
  inbox.found &&= inbox.found.filter((row) => row.id !== id);
  redraw();
}

function onConnection(state) {
  if (state === "open" && !navigator.onLine) return; // the last words of a line that is cut
  if (state === "lost" && !offline) {
    tell("No connection. What you see may be old; what you write is kept and sent later.");
    root.classList.add("offline");
  }
  if (state === "open" && offline) {
    tell("");
    root.classList.remove("offline");
    conversation.outbox.flush();
  }
  offline = state === "lost";
}

function signedOut(event) {
  stream.close();
  const sentence = event?.detail ?? SIGNED_OUT;
  tell(sentence, sentence === SIGNED_OUT ? "Sign in" : "Reload", () => location.reload());
  over = true;
  root.classList.add("offline");
}

function tell(sentence, label = "", onClick = null) {
  if (over) return; // what else fails now fails because of it, and the way out must stay
  notices.replaceChildren(sentence);
  if (label) notices.append(" ", button(label, "button-text", onClick));
}

inbox.choose("waiting");
openFromAddress();
root.dataset.ready = "";
