// Moves a meeting to the half hour it is dropped on (drag.js), or stretches it by its lower edge. Both fill in the form that the page
// has for it and send it: the answer is the week as it stands then. Without script, the meeting's own form does the same.
const week = document.querySelector("[data-week]"), form = document.getElementById("move");

function send(card, times) {
  form.action = `/meetings/${card.dataset.card}/time`;
  form.elements.version.value = card.dataset.version;
  for (const name of ["start", "end"]) {
    form.elements[name].value = times[name] ?? "";
    form.elements[name].disabled = !times[name];
  }
  form.requestSubmit();
}

/** Half an hour after the beginning of a row, as the clocks on the wall show it. */
function endOf(row) {
  const at = new Date(`${row}:00Z`);
  at.setUTCMinutes(at.getUTCMinutes() + 30);
  return at.toISOString().slice(0, 16);
}

week?.addEventListener("carddrop", (e) => {
  const start = e.detail.dataset.stage, here = e.target.closest("td");
  if (start && e.detail !== here) send(e.target, { start });
});

let grip = null;
const rowUnder = (e) => document.elementsFromPoint(e.clientX, e.clientY).map((el) => el.closest("tr")).find((row) => row?.closest("[data-week]") === week);
week?.addEventListener("pointerdown", (e) => {
  const cell = e.target.closest("[data-grip]")?.closest("td");
  if (!cell || e.button !== 0) return;
  e.preventDefault(); e.stopPropagation();
  grip = { cell, card: cell.querySelector("[data-card]"), row: null };
  week.setPointerCapture(e.pointerId);
});
week?.addEventListener("pointermove", (e) => {
  if (!grip) return;
  grip.row = rowUnder(e) ?? grip.row;
  for (const row of week.rows) row.classList.toggle("reach", row === grip.row);
});
week?.addEventListener("pointerup", () => {
  if (!grip) return;
  const { cell, card, row } = grip, day = cell.dataset.stage?.slice(0, 10);
  grip = null;
  row?.classList.remove("reach");
  const time = [...(row?.cells ?? [])].map((c) => c.dataset.stage?.slice(11)).find(Boolean);
  const end = time && endOf(`${day}T${time}`);
  if (end > cell.dataset.stage) send(card, { end });
});
