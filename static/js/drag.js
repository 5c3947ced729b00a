// Lifts a [data-card] with the mouse, a pen or (held for a moment, so that scrolling stays scrolling) a finger, and tells the card
// where it was let go: a "carddrop" event whose detail is the [data-stage] under it.
const HOLD = 350, SLACK = 6, EDGE = 48; // milliseconds, pixels, pixels

for (const board of document.querySelectorAll("[data-board], [data-week]")) {
  let drag = null, justDropped = false;

  const over = (column) => {
    for (const other of board.querySelectorAll(".over")) other.classList.toggle("over", other === column);
    column?.classList.add("over");
  };
  const lift = () => {
    const { left, top, width } = drag.card.getBoundingClientRect();
    const ghost = drag.card.cloneNode(true);
    ghost.querySelectorAll("form, button").forEach((el) => el.remove());
    Object.assign(ghost, { ariaHidden: "true", inert: true });
    ghost.classList.add("ghost");
    ghost.style.inlineSize = `${width}px`;
    document.body.append(ghost);
    Object.assign(drag, { ghost, dx: drag.x - left, dy: drag.y - top, scroll: setInterval(atEdge, 16) });
    board.setPointerCapture(drag.id);
    board.classList.add("dragging");
    drag.card.classList.add("lifted");
    follow();
  };
  const follow = () => {
    drag.ghost.style.translate = `${drag.x - drag.dx}px ${drag.y - drag.dy}px`;
    over(document.elementFromPoint(drag.x, drag.y)?.closest("[data-stage]"));
  };
  const atEdge = () => {
    const { left, right } = board.getBoundingClientRect();
    const by = drag.x < left + EDGE ? -12 : drag.x > right - EDGE ? 12 : 0;
    if (by) { board.scrollLeft += by; follow(); }
  };
  const end = (drop) => {
    const { card, ghost, hold, scroll } = drag, column = board.querySelector(".over");
    clearTimeout(hold); clearInterval(scroll);
    drag = null;
    if (!ghost) return;
    ghost.remove(); over(null); board.classList.remove("dragging"); card.classList.remove("lifted");
    justDropped = true;
    if (drop && column) card.dispatchEvent(new CustomEvent("carddrop", { bubbles: true, detail: column }));
  };

  board.addEventListener("pointerdown", (e) => {
    justDropped = false;
    const card = e.target.closest("[data-card]");
    if (!card || drag || e.button !== 0 || e.target.closest("button, form, [data-grip]")) return;
    drag = { card, id: e.pointerId, x: e.clientX, y: e.clientY, touch: e.pointerType === "touch" };
    if (drag.touch) drag.hold = setTimeout(lift, HOLD);
  });
  board.addEventListener("pointermove", (e) => {
    if (e.pointerId !== drag?.id) return;
    const moved = Math.hypot(e.clientX - drag.x, e.clientY - drag.y) > SLACK;
    if (!drag.ghost) return drag.touch ? moved && end(false) : moved && lift();
    Object.assign(drag, { x: e.clientX, y: e.clientY });
    follow();
  });
  board.addEventListener("pointerup", (e) => e.pointerId === drag?.id && end(true));
  board.addEventListener("pointercancel", (e) => e.pointerId === drag?.id && end(false));
  addEventListener("keydown", (e) => e.key === "Escape" && drag?.ghost && end(false));
  // The browser's own answers to the same gestures: scrolling once lifted, a link's picture, its menu, its click.
  board.addEventListener("touchmove", (e) => drag?.ghost && e.preventDefault(), { passive: false });
  board.addEventListener("dragstart", (e) => e.preventDefault());
  board.addEventListener("contextmenu", (e) => drag?.touch && e.preventDefault());
  board.addEventListener("click", (e) => { if (justDropped && e.detail) { e.preventDefault(); e.stopPropagation(); justDropped = false; } }, true);
}
