// What works alike on every page for staff: signing out.

import { call } from "./http.js";

const button = document.getElementById("sign-out");
const notice = document.getElementById("notice");

button?.addEventListener("click", async () => {
  button.disabled = true;
  try {
    await call("POST", "/console/api/sign-out");
    location.assign("/sign-in");
  } catch (error) {
    button.disabled = false;
    notice.textContent = error.message;
  }
});
