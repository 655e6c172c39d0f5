// Whether this advisor is there: chosen with a switch, told to the server when the stream asks.

export class Presence {
  constructor(toggle, api, remembered, onFault) {
    this.toggle = toggle;
    this.api = api;
    this.available = remembered;
    this.onFault = onFault;
    toggle.addEventListener("click", () => this.choose(!this.available));
    this.#draw();
  }

  choose(available) {
    this.available = available;
    this.#draw();
    return this.tell();
  }

  /** Called whenever the server pings; the answer is what keeps an advisor "there". */
  async tell() {
    try {
      await this.api.post("presence", { available: this.available });
    } catch (error) {
      if (!error.retry) this.onFault(error.message);
    }
  }

  #draw() {
    this.toggle.setAttribute("aria-checked", String(this.available));
    this.toggle.querySelector(".switch-name").textContent = this.available ? "Available" : "Away";
  }
}
