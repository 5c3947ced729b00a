// Keeps "40 min. ago" and SLA countdowns true while a page stays open. The server wrote the first value; words come from Intl.
const locale = document.documentElement.lang || undefined;
const MINUTE = 60_000, HOUR = 60, DAY = 1440; // the latter two in minutes
const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const unit = (n, u) => new Intl.NumberFormat(locale, { style: "unit", unit: u, unitDisplay: "short" }).format(n);

/** Minutes as people say them: 38 min, 6 hr 48 min, 2 days. */
function length(minutes) {
  const m = Math.abs(minutes);
  if (m < HOUR) return unit(m, "minute");
  if (m >= DAY) return unit(Math.floor(m / DAY), "day");
  return unit(Math.floor(m / HOUR), "hour") + (m % HOUR ? ` ${unit(m % HOUR, "minute")}` : "");
}

/** How long ago, or how far ahead; past a week the date that the server wrote says more. */
function distance(minutes) {
  const m = Math.abs(minutes);
  if (m >= 7 * DAY) return null;
  if (m < HOUR) return ago.format(minutes, "minute");
  return m < DAY ? ago.format(Math.trunc(minutes / HOUR), "hour") : ago.format(Math.trunc(minutes / DAY), "day");
}

function tick() {
  const until = (moment) => Math.round((Date.parse(moment) - Date.now()) / MINUTE);
  for (const el of document.querySelectorAll("time[data-ago]")) {
    const words = distance(until(el.dateTime));
    if (words) el.textContent = words;
  }
  for (const el of document.querySelectorAll(".clock[data-due]:not([data-paused])")) {
    const left = until(el.dataset.due), late = left < 0;
    el.classList.toggle("late", late);
    el.classList.toggle("soon", !late && left <= Number(el.dataset.soon ?? 60));
    el.querySelector("span").textContent = ((late ? el.dataset.lateText : el.dataset.leftText) ?? "{}").replace("{}", length(left));
  }
}

if (document.querySelector("time[data-ago], .clock[data-due]")) {
  setInterval(() => document.hidden || tick(), MINUTE / 2);
  addEventListener("visibilitychange", () => document.hidden || tick());
}
