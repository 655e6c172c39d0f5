// Who speaks with the patient now: the words in the bar, and the panel while they wait for a person.

import { initial } from "./render.js";

const WHO = {
  bot: "Automated assistant, not a doctor",
  waiting: "Automated assistant, not a doctor",
  closed: "This conversation has ended",
};

/** When the office opens, in the patient's own time. */
function opening(moment) {
  const date = new Date(moment);
  const day = date.toDateString() === new Date().toDateString() ? "today" : `on ${date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" })}`;
  return `${day} at ${date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
}

/** What the panel says; a pure function of the state that the server tells. */
export function sentences({ place, online, office, opens_at: opensAt, callback }) {
  const line = place === null ? "You are in line." : place === 1 ? "You are next in line." : `You are number ${place} in line.`;
  let more = "The assistant goes on answering until a person joins.";
  if (callback === "noted") more = "We will get back to you. Until then the assistant goes on answering.";
  else if (office === "closed") more = `Our advisors are not at work now. They are back ${opensAt ? opening(opensAt) : "soon"} (your time).`;
  else if (!online) more = "Nobody is here right now. You can leave a number, or go on waiting.";
  return { line, more };
}

export class Standing {
  /** `on.back()` and `on.callBack()` are what the panel's buttons do. */
  constructor(on) {
    this.who = document.getElementById("who");
    this.avatar = document.getElementById("avatar");
    this.mark = document.querySelector(".bar-mark");
    this.person = document.getElementById("person");
    this.panel = document.getElementById("standing");
    this.place = document.getElementById("place");
    this.more = document.getElementById("standing-more");
    this.callMe = document.getElementById("call-me");
    this.back = document.getElementById("back");
    this.back.addEventListener("click", () => on.back());
    this.callMe.addEventListener("click", () => on.callBack());
  }

  /** `pending` tells that a call-back request waits for the network. */
  show(status, handoff, pending) {
    const advisor = status === "advisor" ? handoff.advisor || "An advisor" : null;
    const name = document.createElement("bdi");
    name.textContent = advisor ?? "";
    this.who.replaceChildren(...(advisor ? [name, ", advisor"] : [WHO[status] ?? WHO.bot]));
    this.avatar.textContent = advisor ? initial(advisor) : "";
    this.avatar.hidden = !advisor;
    this.mark.toggleAttribute("hidden", Boolean(advisor));

    const waits = status === "waiting";
    const held = document.activeElement;
    if (waits) {
      const { line, more } = sentences(handoff);
      say(this.place, line);
      say(this.more, pending ? "Your request to be called back is sent when the connection is back." : more);
      this.callMe.hidden = handoff.callback === "noted" || pending;
      const urgent = handoff.callback === "offer" || !handoff.online;
      this.callMe.classList.toggle("button-solid", urgent);
      this.callMe.classList.toggle("button-outline", !urgent);
    }
    this.panel.hidden = !waits;
    this.person.hidden = status !== "bot";
    // The focus does not get lost with a button that goes.
    if (held && held !== document.body && held.closest("[hidden]")) this.#catchFocus();
  }

  #catchFocus() {
    if (!this.panel.hidden) this.panel.focus({ preventScroll: true });
    else document.getElementById("log").focus({ preventScroll: true });
  }
}

/** Changes a live region only when its words change, so that they are not read out again. */
function say(node, sentence) {
  if (node.textContent !== sentence) node.textContent = sentence;
}
