// One's own account.

import { hideSecrets, mark, onSubmit, revealSecrets } from "./form.js";
import { call } from "./http.js";

const current = document.getElementById("current");
const fresh = document.getElementById("new");
const notice = document.getElementById("notice");
const elsewhere = document.getElementById("sign-out-elsewhere");
const SAVED = "nkbot-password-saved";

revealSecrets();
if (sessionStorage.getItem(SAVED)) {
  sessionStorage.removeItem(SAVED);
  notice.textContent = "Your new password is saved.";
}

onSubmit(document.getElementById("form"), async () => {
  hideSecrets();
  try {
    const { home } = await call("POST", "/console/api/account/password", { current: current.value, new: fresh.value });
    sessionStorage.setItem(SAVED, "1");
    // The page's own token belongs to the session that has just ended.
    location.replace(document.querySelector(".banner") ? home : location.pathname);
  } catch (error) {
    if (error.code === "wrong_password") mark(current);
    if (error.code === "weak_password") mark(fresh);
    throw error.code === "wrong_password" ? new Error("The present password is not right. Please try again.") : error;
  }
});

elsewhere?.addEventListener("click", async () => {
  elsewhere.disabled = true;
  try {
    await call("POST", "/console/api/account/sign-out-elsewhere");
    document.getElementById("elsewhere").textContent = "You are signed in here only.";
    elsewhere.remove();
    notice.textContent = "All your other sessions have ended.";
  } catch (error) {
    elsewhere.disabled = false;
    notice.textContent = error.message;
  }
});
