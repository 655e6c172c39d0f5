// What a one-time link leads to: making an account, or choosing a new password.

import { hideSecrets, mark, onSubmit, revealSecrets } from "./form.js";
import { call } from "./http.js";

const token = location.hash.slice(1);
const title = document.getElementById("title");
const lead = document.getElementById("lead");
const form = document.getElementById("form");
const fields = Object.fromEntries(["name", "login", "password"].map((id) => [id, document.getElementById(id)]));
const FIELD_OF = { login_taken: "login", invalid_login: "login", invalid_name: "name", weak_password: "password" };

addEventListener("hashchange", () => location.reload()); // another link in the same tab
revealSecrets();
look();

onSubmit(form, async () => {
  hideSecrets();
  const body = { token, name: fields.name.value, login: fields.login.value, password: fields.password.value };
  try {
    const { home } = await call("POST", "/invitation/accept", body);
    location.replace(home);
  } catch (error) {
    if (error.code === "invitation_gone") gone(error.message);
    if (FIELD_OF[error.code]) mark(fields[FIELD_OF[error.code]]);
    throw error;
  }
});

async function look() {
  if (!token) {
    gone("This address is not complete. Please open the whole link that you were given.");
    return;
  }
  try {
    show(await call("POST", "/invitation/look", { token }));
  } catch (error) {
    if (error.code === "invitation_gone") gone(error.message);
    else lead.textContent = `${error.message} Reload the page to try again.`;
  }
}

function show(offer) {
  if (offer.purpose === "account") {
    title.textContent = "Welcome";
    lead.textContent = `You are invited as: ${offer.role}. Choose how you want to sign in.`;
    fields.name.value = offer.name;
  } else {
    title.textContent = "Choose a new password";
    lead.textContent = `For the account of ${offer.name}. All sessions of this account end when you save.`;
    document.getElementById("name-row").hidden = true;
    fields.name.value = offer.name;
    fields.login.value = offer.login;
    fields.login.readOnly = true;
    document.getElementById("login-hint").hidden = true;
    document.getElementById("submit").textContent = "Save the password";
  }
  form.hidden = false;
  (offer.purpose === "account" ? fields.login : fields.password).focus();
}

function gone(sentence) {
  form.hidden = true;
  title.textContent = "This link does not work";
  lead.textContent = sentence;
  title.focus();
}
