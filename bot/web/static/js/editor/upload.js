// Sends one file and follows how it is read. Large ones are refused before they are sent.

import { csrfToken } from "../staff/http.js";
import { API, call, HttpError } from "./ui.js";

const ASK_AGAIN_MS = 500;
const BROKEN = "The file did not arrive: there is no connection just now. Please try again in a moment.";

export class Upload {
  /** `on.sent(share)` while it is sent (0 to 1), `on.state(state, ahead)` while it waits and is read. */
  constructor(file, limit, on) {
    this.file = file;
    this.limit = limit;
    this.on = on;
    this.stopped = false;
  }

  /** The file as {article, taken}. Throws an error with a sentence; with code "stopped" after `stop`. */
  async run() {
    if (this.file.size > this.limit) {
      throw new HttpError(413, "file_too_large", "This file is larger than 10 MB. Please upload its text, or split it by topic.");
    }
    let found = await this.#send();
    while (!this.stopped) {
      if (found.state === "done") return found;
      if (found.state === "refused") throw new HttpError(422, "refused", found.message);
      this.on.state(found.state, found.ahead);
      await new Promise((go) => setTimeout(go, ASK_AGAIN_MS));
      found = await call("GET", `${API}/uploads/${found.id}`);
    }
    throw new HttpError(0, "stopped", "");
  }

  stop() {
    this.stopped = true;
    this.request?.abort();
  }

  #send() {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
      this.request = request;
      request.open("POST", `${API}/uploads?name=${encodeURIComponent(this.file.name)}`);
      request.setRequestHeader("X-CSRF-Token", csrfToken());
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => event.total && this.on.sent(event.loaded / event.total));
      request.addEventListener("load", () => {
        if (request.status === 202) resolve(request.response);
        else reject(new HttpError(request.status, request.response?.error?.code ?? "", request.response?.error?.message ?? BROKEN));
      });
      request.addEventListener("error", () => reject(new HttpError(0, "offline", BROKEN)));
      request.addEventListener("abort", () => reject(new HttpError(0, "stopped", "")));
      request.send(this.file);
    });
  }
}
