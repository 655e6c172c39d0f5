// Numbers, days and lengths of time as people read them.

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const whole = new Intl.NumberFormat();
const share = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });

export const number = (value) => whole.format(value);
export const percent = (part, all) => share.format(all === 0 ? 0 : part / all);

/** A day in the form 2026-05-10, in the reader's own way. */
export const date = (iso) => day.format(new Date(`${iso}T00:00:00Z`));

/** "45 s", "12 min", "3 h 5 min". */
export function lasting(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}
