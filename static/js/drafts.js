// Keeps what is being written in <textarea data-draft="KEY"> on the server, so that a closed tab or a lost session costs no word.
// The server draws the kept text into the field next time, and forgets it when the form is saved.
const PAUSE = 600; // milliseconds
const waiting = new Map(); // field → timer
const sending = new Map(); // field → what can call the last request off

async function keep(field, leaving = false) {
  clearTimeout(waiting.get(field));
  waiting.delete(field);
  sending.get(field)?.abort();
  const call = new AbortController();
  sending.set(field, call);
  const body = new URLSearchParams({ key: field.dataset.draft, body: field.value });
  let kept = false;
  try {
    // A redirect would be to the sign-in page: then nothing was kept.
    kept = (await fetch("/drafts", { method: "POST", body, keepalive: leaving, redirect: "manual", signal: call.signal })).ok;
  } catch {
    if (call.signal.aborted) return;
  }
  if (kept && body.get("body") === field.value) sessionStorage.removeItem(memory(field));
  tell(field, kept);
}

function tell(field, kept) {
  const out = field.form?.querySelector("[data-draft-status]");
  if (!out) return;
  const root = document.documentElement.dataset;
  const time = new Date().toLocaleTimeString(root.locale, { timeZone: root.zone, hour: "2-digit", minute: "2-digit" });
  if (!kept) out.textContent = "Draft not kept: the server cannot be reached. Leave this page open.";
  else out.textContent = field.value === "" ? "" : `Draft kept ${time}`;
}

// What was typed a moment before a reload can reach the server after the page was drawn: this window remembers it, for the one
// who typed it and for as long as a reload takes.
const FRESH = 10_000; // milliseconds
const memory = (field) => `draft ${document.documentElement.dataset.me} ${field.dataset.draft}`;
for (const field of document.querySelectorAll("textarea[data-draft]")) {
  const [at, typed] = JSON.parse(sessionStorage.getItem(memory(field)) ?? "[0]");
  sessionStorage.removeItem(memory(field));
  if (Date.now() - at < FRESH && typed !== field.value && !field.form?.querySelector("[aria-invalid]")) {
    field.value = typed;
    keep(field);
  }
}

addEventListener("input", ({ target }) => {
  if (!target.matches("textarea[data-draft]")) return;
  sessionStorage.setItem(memory(target), JSON.stringify([Date.now(), target.value]));
  clearTimeout(waiting.get(target));
  waiting.set(target, setTimeout(keep, PAUSE, target));
});

// Saving the form is what the draft was for: a late request must not bring it back.
addEventListener("submit", ({ target }) => {
  for (const field of target.querySelectorAll("textarea[data-draft]")) {
    clearTimeout(waiting.get(field));
    waiting.delete(field);
    sending.get(field)?.abort();
    sessionStorage.removeItem(memory(field));
  }
});

const leave = () => { for (const field of [...waiting.keys()]) keep(field, true); };
addEventListener("pagehide", leave);
addEventListener("visibilitychange", () => document.hidden && leave());
