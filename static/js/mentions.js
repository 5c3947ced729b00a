// In a text that can mention colleagues (textarea[data-draft]), @ and two letters offer their names; the arrows choose, Enter or Tab takes one.
let list, field, found = [], at = 0, start = 0, wait, asked = 0;

const begun = (el) => /(?:^|\s)@([\p{L}][\p{L} .'-]{1,30})$/u.exec(el.value.slice(0, el.selectionStart));
const close = () => { list?.remove(); list = null; field?.removeAttribute("aria-activedescendant"); };

function draw() {
  close();
  if (!found.length) return;
  list = Object.assign(document.createElement("div"), { id: "mentions", className: "listbox mentions", role: "listbox", ariaLabel: "Colleagues" });
  list.append(...found.map((name, i) => {
    const row = Object.assign(document.createElement("div"), { id: `mentions-${i}`, className: "option", role: "option", textContent: name, ariaSelected: String(i === at) });
    row.onpointerdown = (e) => { e.preventDefault(); take(name); };
    return row;
  }));
  field.after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-activedescendant", `mentions-${at}`);
}

function take(name) {
  field.setRangeText(`@${name} `, start, field.selectionStart, "end");
  close();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

addEventListener("input", ({ target }) => {
  if (!target.matches?.("textarea[data-draft]")) return;
  clearTimeout(wait);
  close();
  const typed = begun(target);
  if (!typed) return;
  wait = setTimeout(async () => {
    const turn = ++asked;
    const answer = await fetch(`/people/options?${new URLSearchParams({ q: typed[1] })}`).then((r) => (r.ok ? r.text() : "")).catch(() => "");
    if (turn !== asked || begun(target)?.[1] !== typed[1] || document.activeElement !== target) return;
    [field, at, start] = [target, 0, target.selectionStart - typed[1].length - 1];
    found = [...new DOMParser().parseFromString(answer, "text/html").querySelectorAll("option")].map((o) => o.text).slice(0, 6);
    draw();
  }, 150);
});

addEventListener("keydown", (e) => {
  if (!list || e.target !== field || e.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (step) at = (at + step + found.length) % found.length;
  else if ((e.key === "Enter" && !e.ctrlKey && !e.metaKey) || e.key === "Tab") { e.preventDefault(); return take(found[at]); }
  else if (e.key === "Escape") { e.preventDefault(); e.stopImmediatePropagation(); return close(); }
  else return;
  e.preventDefault();
  draw();
}, true);

addEventListener("focusout", ({ target }) => target === field && close());
