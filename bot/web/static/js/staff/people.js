// The page of people: the list, and the dialogs that change it.

import { element } from "../markdown.js";
import { inWords, onSubmit } from "./form.js";
import { call } from "./http.js";
import { LinkDialog, sure } from "./people-dialogs.js";
import { moment } from "./time.js";

const API = "/console/api/people";
const page = document.getElementById("people-page");
const notice = document.getElementById("notice");
const links = new LinkDialog(document.getElementById("link-dialog"));

const inviteDialog = document.getElementById("invite-dialog");
const inviteForm = document.getElementById("invite-form");
const inviteName = document.getElementById("invite-name");

const personDialog = document.getElementById("person-dialog");
const roleForm = document.getElementById("role-form");
const personError = personDialog.querySelector(".error");
const personDone = document.getElementById("person-done");
const buttons = Object.fromEntries(
  ["password-link", "sign-out-person", "disable", "enable"].map((id) => [id, document.getElementById(id)]),
);

let person = null;

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

document.getElementById("invite").addEventListener("click", () => {
  inviteForm.reset();
  inviteForm.querySelector(".error").textContent = "";
  inviteDialog.showModal();
  inviteName.focus();
});

onSubmit(inviteForm, async () => {
  const role = inviteForm.querySelector('[name="invite-role"]:checked').value;
  const name = inviteName.value.trim();
  const { link } = await call("POST", `${API}/invitations`, { name, role });
  inviteDialog.close();
  links.show(link, `With it ${name} makes an account.`);
  await load();
});

roleForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const role = roleForm.querySelector('[name="person-role"]:checked').value;
  change("role", { role }, (now) => `${now.name}: ${now.role_name} from now on.`);
});

buttons["sign-out-person"].addEventListener("click", () => {
  change("sign-out", null, (now) => (now.me ? "All your other sessions have ended." : `${now.name} is signed out everywhere.`));
});

buttons.disable.addEventListener("click", async () => {
  const text = `${person.name} is signed out at once and cannot sign in any more. You can enable the account again later.`;
  if (await sure(`Disable the account of ${person.name}?`, text, "Disable the account")) {
    change("disabled", { disabled: true }, (now) => `The account of ${now.name} is disabled.`);
  }
});

buttons.enable.addEventListener("click", () => {
  change("disabled", { disabled: false }, (now) => `${now.name} can sign in again.`);
});

buttons["password-link"].addEventListener("click", () =>
  attempt(async () => {
    const { link } = await call("POST", `${API}/${person.id}/password-link`, {});
    personDialog.close();
    links.show(link, `With it ${person.name} chooses a new password.`);
    await load();
  }),
);

document.getElementById("invite").disabled = false; // it was no use before this script came
load();

async function load() {
  try {
    const found = await call("GET", API);
    document.getElementById("people").replaceChildren(...found.people.map(personRow));
    document.getElementById("invitations").replaceChildren(...found.invitations.map(invitationRow));
    document.getElementById("invitations-card").hidden = !found.invitations.length;
    notice.textContent = "";
  } catch (error) {
    notice.textContent = error.message;
  }
  page.removeAttribute("aria-busy");
}

function personRow(each) {
  const name = element("td", {}, element("span", { class: "person-name" }, each.name));
  if (each.me) name.append(" ", element("span", { class: "pill" }, "you"));
  if (each.disabled) name.append(" ", element("span", { class: "pill pill-off" }, "disabled"));
  else if (each.sessions) name.append(" ", element("span", { class: "pill pill-good" }, "signed in"));
  const open = element("button", { type: "button", class: "button button-outline button-small", "aria-haspopup": "dialog" }, "Change");
  open.append(element("span", { class: "visually-hidden" }, ` ${each.name}`));
  open.addEventListener("click", () => show(each));
  return element(
    "tr",
    each.disabled ? { class: "is-off" } : {},
    name,
    element("td", { "data-label": "Login" }, element("span", { class: "wrap" }, each.login)),
    element("td", { "data-label": "Role" }, element("span", {}, each.role_name)),
    element("td", { "data-label": "Last sign-in" }, each.last_sign_in_at ? moment(each.last_sign_in_at) : element("span", {}, "never")),
    element("td", { class: "cell-end" }, open),
  );
}

function invitationRow(each) {
  const withdraw = element("button", { type: "button", class: "button button-outline button-small" }, "Withdraw");
  withdraw.append(element("span", { class: "visually-hidden" }, ` the link for ${each.name}`));
  withdraw.addEventListener("click", async () => {
    withdraw.disabled = true;
    try {
      await call("DELETE", `${API}/invitations/${each.id}`);
      await load();
      document.getElementById("invite").focus();
      notice.textContent = `The link for ${each.name} does not work any more.`;
    } catch (error) {
      withdraw.disabled = false;
      notice.textContent = error.message;
    }
  });
  const purpose = each.purpose === "account" ? `Make an account: ${each.role_name}` : "Choose a new password";
  return element(
    "tr",
    {},
    element("td", {}, element("span", { class: "person-name" }, each.name)),
    element("td", { "data-label": "To" }, element("span", {}, purpose)),
    element("td", { "data-label": "Made by" }, element("span", {}, each.invited_by)),
    element("td", { "data-label": "Works until" }, moment(each.expires_at)),
    element("td", { class: "cell-end" }, withdraw),
  );
}

function show(each) {
  fill(each);
  personError.textContent = "";
  personDone.textContent = "";
  if (!personDialog.open) personDialog.showModal();
  document.getElementById("person-title").focus();
}

function fill(each) {
  person = each;
  document.getElementById("person-title").textContent = each.name;
  const browsers = each.sessions === 1 ? "one browser" : `${each.sessions} browsers`;
  const state = each.disabled ? "disabled" : each.sessions ? `signed in on ${browsers}` : "not signed in";
  document.getElementById("person-lead").textContent = `${each.login}, ${state}`;
  for (const choice of roleForm.querySelectorAll('[name="person-role"]')) choice.checked = choice.value === each.role;
  buttons.disable.hidden = each.disabled;
  buttons.enable.hidden = !each.disabled;
  buttons["password-link"].hidden = each.disabled || each.me;
  buttons["sign-out-person"].hidden = each.disabled || !each.sessions;
  buttons["sign-out-person"].textContent = each.me ? "Sign out in other browsers" : "Sign out everywhere";
}

/** Changes the person of the dialog; `done` makes the sentence that says so. */
function change(what, body, done) {
  return attempt(async () => {
    const now = await call("POST", `${API}/${person.id}/${what}`, body ?? {});
    if (now.me && (now.disabled || now.role !== "administrator")) {
      location.assign("/sign-in"); // one's own page is closed now; it leads on to what is left
      return;
    }
    const hadFocus = document.activeElement;
    fill(now);
    personDone.textContent = done(now);
    if (hadFocus?.hidden) document.getElementById("person-title").focus();
    await load();
  });
}

async function attempt(work) {
  personError.textContent = "";
  personDone.textContent = "";
  try {
    await work();
  } catch (error) {
    personError.textContent = inWords(error);
  }
}
