// Keys are written where they act: data-key="g c" on the link they follow. Nothing fires while a person types.
document.documentElement.dataset.script = "";

const typing = (el) => el.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
let first = "", since = 0;

addEventListener("keydown", (e) => {
  if (e.isComposing || e.defaultPrevented) return;
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) return save(e);
  if (e.key === "Escape") return leave(e);
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || document.documentElement.dataset.keys === "off") return;
  const both = first && performance.now() - since < 1200 ? find(`${first} ${e.key}`) : null;
  const target = both ?? find(e.key);
  first = target ? "" : e.key;
  since = performance.now();
  if (target ? act(target) : walk(e)) e.preventDefault();
});

/** Sends the form one is in by its own button, so that what the button says goes along. */
function save(e) {
  const button = [...(e.target.form?.elements ?? [])].find((el) => el.type === "submit" && !el.disabled);
  if (!button) return;
  e.preventDefault();
  e.target.form.requestSubmit(button);
}

/** Out of the dialog that lies over the page by its [data-leave], unless something is open above that; else out of the field. */
function leave(e) {
  const way = document.querySelector("[data-leave]"), field = e.target;
  // What was typed is not thrown away by one key: the first leaves the field, the second the dialog.
  if (typing(field) && field.value !== field.defaultValue && field.matches("input, textarea")) return field.blur();
  if (way && !document.querySelector(":popover-open")) { e.preventDefault(); way.click(); } else if (typing(field)) field.blur();
}

/** What carries these keys; the page's own wins over the shell's, and what lies under a dialog is out of reach. */
function find(keys) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].filter((el) => !el.closest("[inert]"));
  return all.find((el) => el.closest("main")) ?? all[0];
}

function act(el) {
  if (el.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    el.focus();
    el.select?.();
  } else {
    el.click();
    el.closest(".composer")?.querySelector("textarea")?.focus();
  }
  return true;
}

/** j and k walk the rows of [data-rows], x ticks one (X all up to here), l logs a call; Enter opens it: its link has the focus. */
function walk(e) {
  if (!["j", "k", "x", "X", "l"].includes(e.key)) return false;
  const rows = [...document.querySelectorAll("[data-rows] tbody > tr, [data-rows] > li")].filter((row) => row.checkVisibility());
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (!rows.length || (at < 0 && e.key !== "j")) return false;
  if (e.key === "x" || e.key === "X") {
    const click = new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: e.key === "X" });
    return rows[at].querySelector("[name=id]")?.dispatchEvent(click) ?? false;
  }
  if (e.key === "l") {
    const log = rows[at].querySelector("[data-log]");
    return log ? (log.click(), true) : false;
  }
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + (e.key === "j" ? 1 : -1)))];
  (row.querySelector("th a, .what a") ?? row.querySelector("a, button, input"))?.focus({ focusVisible: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}
