// The chat page: brings conversation, outbox and the parts of the page together.

import { Api } from "./api.js";
import { CallbackForm } from "./callback.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Ending } from "./ending.js";
import { Host } from "./host.js";
import { Menu, Question } from "./menu.js";
import { Outbox } from "./outbox.js";
import { authorOf } from "./render.js";
import { Session } from "./session.js";
import { Standing } from "./standing.js";
import { save, transcript } from "./transcript.js";
import { View } from "./view.js";

const TYPING_EVERY_MS = 4_000;
const HOLD_BACK_MS = 800;
const ASK_FOR_PERSON = "talk to a person";

const root = document.getElementById("chat");
const leaveButton = document.getElementById("leave");
const session = new Session();
const messages = new Map();
let offline = false;
let asking = false;
let named = false; // the advisor whose name we know is the one who joined last
let typingToldAt = 0;

const view = new View({
  ask: (text) => (text.trim().toLowerCase() === ASK_FOR_PERSON ? askForPerson() : send(text)),
  rate,
  edit: (item) => composer.set(item.text),
  anew: (item) => {
    restart();
    send(item.text);
  },
});

const conversation = new Conversation(new Api(root.dataset.api), session, {
  message: show,
  state: onState,
  typing: (author, on) => view.typing(on, author === "advisor" ? conversation.handoff.advisor || "The advisor" : undefined),
  connection: onConnection,
  begun: () => menu.show(conversation.status, conversation.exists),
  lost,
});

const outbox = new Outbox(session, (item) => conversation.send(item), {
  trying: (item) => view.waiting.has(item.id) && view.pending(item, "sending"),
  delayed: () => showPending("waiting"),
  sent: (item, answer) => {
    view.settled(item);
    conversation.take(answer);
  },
  refused: (item, error) => {
    const ended = error.code === "conversation_closed";
    view.pending(item, ended ? "ended" : "refused", error.message);
    if (ended) conversation.refresh().catch(() => conversation.take({ status: "closed" }));
  },
});

const composer = new Composer(Number(root.dataset.textLimit), send, tellTyping);
const question = new Question();
const standing = new Standing({ back: backToAssistant, callBack: () => callback.open() });
const ending = new Ending({ rate: rateConversation, again: () => restart() });
const menu = new Menu({
  "menu-back": backToAssistant,
  "menu-save": saveTranscript,
  "menu-end": askToEnd,
  "menu-restart": askToRestart,
  "menu-erase": askToErase,
});
const callback = new CallbackForm(session, callBack, {
  changed: showStanding,
  done: () => {
    view.toEnd();
    view.log.focus({ preventScroll: true });
  },
});
const host = new Host(JSON.parse(root.dataset.sites), {
  opened: (focus) => {
    seen();
    view.toEnd();
    if (focus) focusChat();
  },
  closed: () => {},
});

function send(text) {
  if (!offline) view.notice("");
  const item = outbox.add(text);
  view.pending(item, outbox.failures ? "waiting" : "sending");
}

/** What is on its way, except for what the log has already. */
function showPending(state) {
  outbox.items.filter((item) => !item.arrived).forEach((item) => view.pending(item, state));
}

function show(message) {
  messages.set(message.seq, message);
  if (message.author === "patient") {
    // Our own message may come here before the answer to its request does, or instead of it.
    const own = outbox.arrived(message.text);
    if (own) view.settled(own);
  }
  if (message.kind === "joined") named = false;
  if (message.author === "advisor" && named) session.names[message.seq] ??= conversation.handoff.advisor;
  view.message(message, session.rated[message.seq], session.names[message.seq]);
  seen();
}

/** Who speaks, whether one waits, whether it is over: all that depends on it. */
function onState() {
  const { status, handoff, isClosed } = conversation;
  if (view.isQuiet) view.quiet(false);
  nameAdvisor();
  if (handoff.callback === "noted" && callback.isPending) callback.forget();
  showStanding();
  menu.show(status, conversation.exists);
  composer.invite(status === "advisor" ? "Write to the advisor" : "Ask in your own words");
  if (isClosed) {
    view.typing(false);
    ending.show(Boolean(session.score));
  } else {
    ending.hide();
  }
  seen();
}

function showStanding() {
  standing.show(conversation.status, conversation.handoff, callback.isPending);
}

/** Messages of the advisor who is there now carry the name; the log itself does not tell it. */
function nameAdvisor() {
  const { status, handoff } = conversation;
  named = status === "advisor" && Boolean(handoff.advisor);
  if (!named) return;
  const all = [...messages.values()];
  const joined = Math.max(0, ...all.filter((each) => each.kind === "joined").map((each) => each.seq));
  const unnamed = all.filter((each) => each.author === "advisor" && each.seq > joined && !session.names[each.seq]);
  for (const message of unnamed) {
    session.names[message.seq] = handoff.advisor;
    view.redraw(message, session.rated[message.seq], handoff.advisor);
  }
}

/** What is on the screen counts as seen; the rest is on the badge of the site's button. */
function seen() {
  if (host.isOpen && conversation.lastSeq > session.seen) {
    session.seen = conversation.lastSeq;
    if (conversation.exists) session.save();
  }
  const unread = [...messages.values()].filter((each) => each.author !== "patient" && each.seq > session.seen);
  host.state({ unread: host.isOpen ? 0 : unread.length, active: conversation.exists && !conversation.isClosed });
}

function onConnection(state) {
  if (state === "lost" && !offline) view.notice("No connection. We keep trying; nothing you wrote is lost.");
  if (state === "open" && offline) {
    view.notice("");
    outbox.flush();
    callback.retry();
  }
  offline = state === "lost";
}

/** The conversation is gone on the server: the page begins anew and says so. */
function lost() {
  reset();
  view.notice("Your earlier conversation is no longer available. You can simply go on here.");
}

/** The page is as before the first message; what was not sent yet stays. */
function reset() {
  conversation.leave();
  session.forget();
  messages.clear();
  view.quiet(false);
  view.clear();
  view.notice("");
  outbox.items.forEach((item) => (item.arrived = false));
  showPending("sending");
  callback.close();
  onState();
}

/** Begins anew: what was not sent goes too. Gives the box to write in. */
function restart() {
  const left = conversation.isClosed || !conversation.exists ? null : { id: session.id, token: session.token };
  if (left) conversation.api.close(left).catch(() => {}); // nobody is kept waiting for one who has left
  outbox.empty();
  reset();
  composer.box.focus();
  return composer.box;
}

/** A request whose confirmation may have got lost is sent again only when it did not arrive. */
async function callBack(wish) {
  if (callback.isPending) await conversation.refresh();
  if (conversation.handoff.callback === "noted") return;
  try {
    await conversation.callBack(wish);
  } catch (error) {
    if (conversation.handoff.callback !== "noted") throw error; // else the stream was faster than the answer
  }
}

async function askForPerson() {
  if (asking) return;
  asking = true;
  try {
    const { message, isNew } = await conversation.askForPerson();
    if (isNew) view.toEnd();
    else view.find(message.seq);
  } catch (error) {
    if (error.gone) lost();
    view.notice(`Your request for a person was not sent. ${error.message}`, "Try again", askForPerson);
  } finally {
    asking = false;
  }
}

async function backToAssistant() {
  try {
    await conversation.backToAssistant();
    composer.box.focus({ preventScroll: true });
  } catch (error) {
    view.notice(`That was not sent. ${error.message}`, "Try again", backToAssistant);
  }
}

async function rate(seq, helpful) {
  try {
    await conversation.api.feedback(session, seq, helpful);
    session.rated[seq] = helpful;
    session.save();
    view.notice("Thank you. Your rating is noted.");
    return true;
  } catch (error) {
    view.notice(`Your rating was not sent. ${error.message}`);
    return false;
  }
}

async function rateConversation(score, comment) {
  await conversation.api.rating(session, score, comment);
  session.score = score;
  session.save();
}

function saveTranscript() {
  const inOrder = [...messages.values()].sort((one, other) => one.seq - other.seq);
  const nameOf = (message) => authorOf(message, session.names[message.seq]);
  save("conversation.txt", transcript(`Conversation with ${root.dataset.clinic}`, inOrder, nameOf));
}

function askToEnd() {
  const text = "Nobody can write in it any more. You can still read and save it here.";
  question.ask({ title: "End this chat?", text, yes: "End it", no: "Go on" }, async () => {
    await conversation.close();
    return ending.root;
  });
}

function askToRestart() {
  const text = "This conversation ends and disappears from this page. You cannot bring it back here.";
  question.ask({ title: "Start a new conversation?", text, yes: "Start new", no: "Keep it" }, restart);
}

function askToErase() {
  const text = "It is deleted here and at the clinic, for good. Nobody can read it any more, and a call-back you asked for is deleted with it.";
  question.ask({ title: "Delete this conversation?", text, yes: "Delete it", no: "Keep it" }, async () => {
    try {
      await conversation.erase();
    } catch (error) {
      if (!error.gone) throw error;
    }
    outbox.empty();
    reset();
    view.notice("Your conversation has been deleted.");
    return composer.box;
  });
}

function tellTyping() {
  if (!session.id || conversation.isClosed || Date.now() - typingToldAt < TYPING_EVERY_MS) return;
  typingToldAt = Date.now();
  conversation.api.typing(session).catch(() => {}); // nothing depends on it
}

/** On a phone the keyboard would cover half of the chat, so the conversation gets the focus there. */
function focusChat() {
  const writes = !ending.root.hidden ? ending.root : composer.box;
  (matchMedia("(pointer: coarse)").matches ? view.log : writes).focus({ preventScroll: true });
}

document.getElementById("needs-script").remove();
document.getElementById("person").addEventListener("click", askForPerson);
document.querySelectorAll("[data-quick-reply]").forEach((chip) => {
  chip.addEventListener("click", () => send(chip.textContent));
});
leaveButton.hidden = !host.isEmbedded;
leaveButton.addEventListener("click", () => host.close());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && host.isEmbedded && !event.defaultPrevented && !document.querySelector("dialog[open]")) host.close();
});
window.addEventListener("offline", () => onConnection("lost"));
session.watch({
  conversation: (id) => {
    reset();
    if (id && session.adopt()) follow();
    else view.notice("You began anew in another window.");
  },
  released: (id) => {
    const item = outbox.drop(id);
    if (item) view.settled(item);
  },
});

function follow() {
  view.quiet(true);
  conversation.follow();
}

if (session.id) follow();
if (outbox.items.length) {
  // Most of them are in the log already and only their confirmation was lost: show them when they are not.
  outbox.flush();
  setTimeout(() => showPending("sending"), HOLD_BACK_MS);
}
