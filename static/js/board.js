// Moves a card where it was dropped (drag.js) or where Shift with an arrow sends it, asks the server, and puts it back when the
// answer is no. The menu in each card does the same without script.
const board = document.querySelector("[data-board]");
const columns = () => [...board.querySelectorAll("[data-stage]")];
const name = (column) => column.dataset.name ?? column.querySelector("h2").textContent.trim();
let asking = 0;

/** Says what happened. What was refused is shown as well, because the card alone does not tell why it came back. */
function say(text, refused = false) {
  let out = document.querySelector("[data-board-status]");
  if (!out) {
    out = Object.assign(document.createElement("div"), { role: "status" });
    out.dataset.boardStatus = "";
    board.after(out);
  }
  out.className = refused ? "flash" : "visually-hidden";
  out.textContent = text;
}

function count(column, by) {
  const el = column.querySelector("[data-count]");
  if (el) el.textContent = (Number(el.textContent.replace(/\D/g, "")) + by).toLocaleString(document.documentElement.lang || undefined);
}

async function move(card, to) {
  const from = card.closest("[data-stage]"), before = card.nextElementSibling, form = card.querySelector("form");
  if (!to || to === from || card.ariaBusy === "true") return;
  const put = (column, place) => column.querySelector("ol").insertBefore(card, place);
  put(to, to.querySelector("ol").firstElementChild); count(from, -1); count(to, 1);
  card.ariaBusy = "true"; asking += 1;
  const body = new URLSearchParams(new FormData(form));
  body.set("stage", to.dataset.stage);
  const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/plain" }, body, redirect: "manual" }).catch(() => null);
  const words = await answer?.text().catch(() => "");
  card.ariaBusy = null; asking -= 1;
  if (answer?.ok) {
    const [version, said] = (words ?? "").split("\n");
    if (version && form.elements.version) form.elements.version.value = version;
    say(`Moved to ${name(to)}.${said ? ` ${said}.` : ""}`, !!said);
    return refresh(card, to);
  }
  if (answer?.status === 428) return location.assign(words); // The stage asks for something: there it can be given.
  put(from, before?.parentElement === from.querySelector("ol") ? before : null); count(from, 1); count(to, -1);
  say([409, 422].includes(answer?.status) && words ? words : `Not moved: the server did not answer as it should. The deal is still in ${name(from)}.`, true);
  if (answer?.status === 409) refresh(card); // Someone else moved it: show where it is.
}

/** Draws every column as the server has it now, so that totals are exact and other people's moves show. */
async function refresh(card, column) {
  const html = await fetch(location.href, { headers: { Accept: "text/html" } }).then((r) => (r.ok && !r.redirected ? r.text() : "")).catch(() => "");
  const page = new DOMParser().parseFromString(html, "text/html");
  if (asking || board.matches(".dragging") || board.querySelector(":popover-open")) return; // The next move does it.
  const focused = document.activeElement?.closest("[data-card]")?.dataset.card;
  for (const now of columns()) {
    const then = page.querySelector(`[data-stage="${CSS.escape(now.dataset.stage)}"]`), top = now.querySelector("ol").scrollTop;
    if (!then) continue;
    now.replaceChildren(...then.childNodes);
    now.querySelector("ol").scrollTop = top;
  }
  // In a long column the moved card may stand on a page that is not loaded: it stays where it was put.
  const find = (id) => board.querySelector(`[data-card="${CSS.escape(id)}"]`);
  if (!find(card.dataset.card)) column?.querySelector("ol").prepend(card);
  if (focused) find(focused)?.querySelector("h3 a").focus();
}

board?.addEventListener("carddrop", (e) => move(e.target, e.detail));
board?.addEventListener("keydown", async (e) => {
  const card = e.target.closest("[data-card]");
  if (!card || !e.shiftKey || !["ArrowLeft", "ArrowRight"].includes(e.key) || e.target.closest("form")) return;
  e.preventDefault();
  const onwards = (e.key === "ArrowRight") === (getComputedStyle(board).direction === "ltr");
  const all = columns(), to = all[all.indexOf(card.closest("[data-stage]")) + (onwards ? 1 : -1)];
  const moving = move(card, to);
  card.querySelector("h3 a").focus();
  await moving;
  if (card.isConnected) card.querySelector("h3 a").focus();
});
