// The chat page: brings session, outbox, stream and view together.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Outbox } from "./outbox.js";
import { forget, load, save } from "./session.js";
import { Stream } from "./stream.js";
import { View } from "./view.js";

const TYPING_EVERY_MS = 5_000;
const HOLD_BACK_MS = 800;

const root = document.getElementById("chat");
const api = new Api(root.dataset.api);
const restartButton = document.getElementById("restart");
const personButton = document.getElementById("person");
const dialog = document.getElementById("restart-dialog");

let session = load();
let stream = null;
let lastSeq = 0;
let beginning = null;
let typingToldAt = 0;
let asking = false;
let offline = false;

const view = new View({
  ask: (text) => (text.trim().toLowerCase() === "talk to a person" ? askForPerson() : send(text)),
  rate,
  edit: (item) => composer.set(item.text),
});

const outbox = new Outbox(session.waiting, deliver, {
  changed: () => save(session),
  trying: (item) => view.waiting.has(item.id) && view.pending(item, "sending"),
  delayed: () => outbox.items.forEach((item) => view.pending(item, "waiting")),
  sent: (item, answer) => {
    view.settled(item);
    show(answer.message);
  },
  refused: (item, error) => {
    view.pending(item, "refused", error.message);
    if (error.code === "conversation_closed") ended();
  },
});

const composer = new Composer(Number(root.dataset.textLimit), send, tellTyping);

function send(text) {
  if (!offline) view.notice("");
  const item = outbox.add(text);
  view.pending(item, outbox.failures ? "waiting" : "sending");
}

/** Sends one message; begins a conversation first where there is none, or where the old one is gone. */
async function deliver(item) {
  await ensureConversation();
  try {
    return await api.send(session, item.id, item.text);
  } catch (error) {
    if (!error.gone) throw error;
    lost();
    await ensureConversation();
    return api.send(session, item.id, item.text);
  }
}

function ensureConversation() {
  if (session.id) return Promise.resolve();
  beginning ??= api
    .begin()
    .then((begun) => {
      session.id = begun.conversation_id;
      session.token = begun.token;
      save(session);
      begun.messages.forEach(show);
      follow();
    })
    .finally(() => {
      beginning = null;
    });
  return beginning;
}

function follow() {
  restartButton.hidden = false;
  stream = new Stream(api, session, () => lastSeq, {
    event: onEvent,
    state: onConnection,
    gone: lost,
  });
}

function onEvent(name, data) {
  if (name === "message") {
    // Our own message may come here before the answer to its request does.
    const own = data.author === "patient" && outbox.busy && outbox.items[0];
    if (own && own.text === data.text) view.settled(own);
    show(data);
  } else if (name === "status") {
    if (view.isQuiet) view.quiet(false);
    if (data.status === "closed") ended();
  } else if (name === "typing") {
    view.typing(data.typing);
  }
}

function show(message) {
  if (message.seq <= lastSeq && view.shown.has(message.seq)) return;
  view.message(message, session.rated[message.seq]);
  // Only an unbroken row counts: what is missing comes with the stream.
  while (view.shown.has(lastSeq + 1)) lastSeq += 1;
}

function onConnection(state) {
  if (state === "lost" && !offline) view.notice("No connection. We keep trying; nothing you wrote is lost.");
  if (state === "open" && offline) view.notice("");
  offline = state === "lost";
}

/** The conversation is gone on the server: the page begins anew and says so. */
function lost() {
  reset();
  view.notice("Your earlier conversation is no longer available. You can simply go on here.");
}

function ended() {
  stream?.close();
  composer.close("This conversation has ended");
  view.typing(false);
  view.notice("This conversation has ended.", "Start a new one", restart);
}

function reset() {
  stream?.close();
  stream = null;
  lastSeq = 0;
  session.id = null;
  session.token = null;
  session.rated = {};
  view.quiet(false);
  view.clear();
  view.notice("");
  outbox.items.forEach((item) => view.pending(item, "sending"));
  composer.open();
  restartButton.hidden = true;
  save(session);
}

function restart() {
  outbox.items.length = 0;
  reset();
  forget();
  composer.box.focus();
}

async function askForPerson() {
  if (asking) return;
  asking = true;
  try {
    await ensureConversation();
    const { message, isNew } = await api.handoff(session);
    show(message);
    if (isNew) {
      view.toEnd();
      return;
    }
    view.find(message.seq);
    view.notice("You have already asked for a person. Your request is noted.");
  } catch (error) {
    if (error.gone) lost();
    view.notice(`Your request for a person was not sent. ${error.message}`, "Try again", askForPerson);
  } finally {
    asking = false;
  }
}

async function rate(seq, helpful) {
  try {
    await api.feedback(session, seq, helpful);
    session.rated[seq] = helpful;
    save(session);
    view.notice("Thank you. Your rating is noted.");
    return true;
  } catch (error) {
    view.notice(`Your rating was not sent. ${error.message}`);
    return false;
  }
}

function tellTyping() {
  if (!session.id || Date.now() - typingToldAt < TYPING_EVERY_MS) return;
  typingToldAt = Date.now();
  api.typing(session).catch(() => {}); // nothing depends on it
}

document.getElementById("needs-script").remove();
personButton.addEventListener("click", askForPerson);
restartButton.addEventListener("click", () => {
  dialog.returnValue = "keep";
  dialog.showModal();
});
dialog.addEventListener("close", () => dialog.returnValue === "restart" && restart());
document.querySelectorAll("[data-quick-reply]").forEach((chip) => {
  chip.addEventListener("click", () => send(chip.textContent));
});
window.addEventListener("offline", () => onConnection("lost"));

if (session.id) {
  view.quiet(true);
  follow();
}
if (session.waiting.length) {
  // Most of them are in the log already and only their confirmation was lost: show them when they are not.
  outbox.flush();
  setTimeout(() => outbox.items.forEach((item) => view.pending(item, "sending")), HOLD_BACK_MS);
}
