// The end of a conversation, in the place of the box to write in: a rating, and a new beginning.

export class Ending {
  /** `on.rate(score, comment)` sends the rating and rejects with an ApiError; `on.again()` begins anew. */
  constructor(on) {
    this.on = on;
    this.root = document.getElementById("ending");
    this.form = document.getElementById("rating");
    this.more = document.getElementById("rating-more");
    this.comment = document.getElementById("comment");
    this.told = document.getElementById("rating-told");
    this.submit = this.form.querySelector("[type=submit]");
    this.form.addEventListener("change", () => {
      this.more.hidden = !this.#score;
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    document.getElementById("again").addEventListener("click", () => on.again());
  }

  /** `rated` tells that this conversation has its rating already. */
  show(rated) {
    if (!this.root.hidden) return;
    const held = document.activeElement;
    this.form.reset();
    this.more.hidden = true;
    this.form.hidden = rated;
    this.told.textContent = rated ? "Thank you for your rating." : "";
    this.root.hidden = false;
    document.getElementById("composer").hidden = true;
    if (held?.closest("[hidden]")) this.root.focus({ preventScroll: true });
  }

  hide() {
    this.root.hidden = true;
    document.getElementById("composer").hidden = false;
  }

  get #score() {
    return Number(this.form.elements.score.value) || 0;
  }

  async #send() {
    if (!this.#score || this.submit.disabled) return;
    this.submit.disabled = true;
    this.told.textContent = "";
    try {
      await this.on.rate(this.#score, this.comment.value.trim());
      this.form.hidden = true;
      this.told.textContent = "Thank you for your rating.";
      this.root.focus({ preventScroll: true });
    } catch (error) {
      this.told.textContent = `Your rating was not sent. ${error.message}`;
    } finally {
      this.submit.disabled = false;
    }
  }
}
