// The page to sign in.

import { hideSecrets, mark, onSubmit, revealSecrets } from "./form.js";
import { call } from "./http.js";

const form = document.getElementById("form");
const login = document.getElementById("login");
const password = document.getElementById("password");

revealSecrets();
goOnWhenSignedIn();

onSubmit(form, async () => {
  hideSecrets();
  try {
    location.replace(destination(await call("POST", "/sign-in", { login: login.value, password: password.value })));
  } catch (error) {
    if (error.code === "wrong_password") {
      password.value = "";
      mark(password);
    }
    throw error;
  }
});

/** A link from another site arrives without the session; only a request of our own page carries it. */
async function goOnWhenSignedIn() {
  try {
    const found = await call("GET", "/sign-in/session");
    if (found.signed_in) location.replace(destination(found));
  } catch {
    // Then the form is there.
  }
}

/** Where the person wanted to go, if that is a page of ours; not before they chose a password (`stay`). */
function destination({ home, stay }) {
  const wanted = new URLSearchParams(location.search).get("next") ?? "";
  const ours = /^\/(console|editor|insights)([/?]|$)/.test(wanted) && !wanted.includes("\\");
  return ours && !stay ? wanted : home;
}
