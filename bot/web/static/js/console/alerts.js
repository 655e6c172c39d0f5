// Calls the advisor when somebody needs them: a sound, the tab's title, a notice of the computer.
// Each is chosen by the advisor and remembered in this browser. No patient's words leave the page.

const KEY = "nkbot.console.alerts";
const SECOND = 1_000;

export class Alerts {
  /** `dialog` holds one check box for each way; `on.open(id)` follows a click on a notice. */
  constructor(dialog, on) {
    this.on = on;
    this.dialog = dialog;
    this.chosen = { sound: false, desktop: false, ...read() };
    this.title = document.title;
    this.waiting = 0;
    this.urgent = 0;
    this.audio = null;
    this.sound = dialog.querySelector("#alert-sound");
    this.desktop = dialog.querySelector("#alert-desktop");
    this.note = dialog.querySelector("#alert-note");
    this.sound.checked = this.chosen.sound;
    this.desktop.checked = this.chosen.desktop && permission() === "granted";
    this.desktop.disabled = permission() === "unsupported";
    this.sound.addEventListener("change", () => {
      this.#choose("sound", this.sound.checked);
      if (this.sound.checked) this.#play("waiting");
    });
    this.desktop.addEventListener("change", () => this.#chooseDesktop());
    dialog.querySelector("#alert-try").addEventListener("click", () => this.#play("emergency"));
    // Browsers let a page make a sound only after its user has done something on it.
    document.addEventListener("pointerdown", () => this.chosen.sound && this.#ready(), { once: true });
    document.addEventListener("keydown", () => this.chosen.sound && this.#ready(), { once: true });
  }

  /** The number in the tab's title: who waits, and whether it is urgent. */
  badge(waiting, urgent) {
    if (waiting === this.waiting && urgent === this.urgent) return;
    this.waiting = waiting;
    this.urgent = urgent;
    const mark = urgent ? `(! ${urgent}) ` : waiting ? `(${waiting}) ` : "";
    document.title = mark + this.title;
  }

  /** `kind` is "waiting", "message" or "emergency". */
  call(kind, id, sentence) {
    if (this.chosen.sound) this.#play(kind);
    if (!this.chosen.desktop || permission() !== "granted" || document.hasFocus()) return;
    try {
      const notice = new Notification(sentence, { tag: `${kind}-${id}`, requireInteraction: kind === "emergency" });
      notice.onclick = () => {
        window.focus();
        this.on.open(id);
        notice.close();
      };
    } catch {
      // Some phones allow notices from service workers only.
    }
  }

  async #chooseDesktop() {
    this.note.textContent = "";
    if (this.desktop.checked && permission() === "default") await Notification.requestPermission();
    if (this.desktop.checked && permission() !== "granted") {
      this.desktop.checked = false;
      this.note.textContent = "Your browser blocks notices from this page. Allow them in its site settings, then try again.";
    }
    this.#choose("desktop", this.desktop.checked);
  }

  #choose(name, on) {
    this.chosen[name] = on;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.chosen));
    } catch {
      // Full or forbidden: chosen for as long as the page lives.
    }
  }

  #ready() {
    this.audio ??= new AudioContext();
    if (this.audio.state === "suspended") this.audio.resume();
    return this.audio;
  }

  #play(kind) {
    try {
      const audio = this.#ready();
      TUNES[kind].forEach(([tone, at]) => note(audio, tone, audio.currentTime + at / SECOND));
    } catch {
      // No sound on this machine: title and list still tell.
    }
  }
}

/** Tones in Hz, and when each begins in ms. */
const TUNES = {
  message: [[660, 0]],
  waiting: [[523, 0], [659, 160]],
  emergency: [[880, 0], [660, 180], [880, 360], [660, 540]],
};

function note(audio, tone, at) {
  const oscillator = new OscillatorNode(audio, { frequency: tone, type: "sine" });
  const volume = new GainNode(audio, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.2, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
  oscillator.connect(volume).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.32);
}

function permission() {
  return typeof Notification === "undefined" ? "unsupported" : Notification.permission;
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
