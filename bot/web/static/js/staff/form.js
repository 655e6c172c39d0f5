// Forms that are sent by script: one at a time, with the refusal shown beside them.

/** Calls `send` when the form is submitted; its error is shown. The fields stay as they are. */
export function onSubmit(form, send) {
  const error = form.querySelector(".error");
  const button = form.querySelector('[type="submit"]');
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    error.textContent = "";
    form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    const empty = [...form.querySelectorAll("[required]")].find((field) => !field.value.trim());
    if (empty) {
      mark(empty);
      error.textContent = `Please fill in “${empty.labels[0].textContent.trim()}”.`;
      return;
    }
    form.setAttribute("aria-busy", "true");
    button.disabled = true;
    try {
      await send();
    } catch (refused) {
      error.textContent = inWords(refused);
    } finally {
      form.removeAttribute("aria-busy");
      button.disabled = false;
    }
  });
}

/** Shows which field is meant and brings the focus there. */
export function mark(field) {
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

/** What went wrong, as a sentence; how long to wait, when that is known. */
export function inWords(error) {
  if (!error.retryAfter) return error.message;
  const minutes = Math.ceil(error.retryAfter / 60);
  const wait = error.retryAfter < 60 ? `${error.retryAfter} seconds` : minutes === 1 ? "a minute" : `${minutes} minutes`;
  return `${error.message} It takes ${wait}.`;
}

/** Makes the buttons beside password fields show and hide what was typed. */
export function revealSecrets() {
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    button.addEventListener("click", () => {
      const shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.textContent = shown ? "Hide" : "Show";
      button.setAttribute("aria-pressed", String(shown));
    });
  }
}

/** Hides passwords again before a form is sent, so that browsers do not keep them as plain text. */
export function hideSecrets() {
  for (const button of document.querySelectorAll('[data-reveal][aria-pressed="true"]')) button.click();
}
