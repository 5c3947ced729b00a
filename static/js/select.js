// Selecting rows: the head's box takes the page, Shift takes a range, the bar says how many. Without script each box works alone.
for (const form of document.querySelectorAll("form[data-select]")) {
  const boxes = () => [...form.querySelectorAll("[name=id][type=checkbox]")];
  const all = form.querySelector("[data-select-all]");
  let last;

  const tell = () => {
    const list = boxes(), picked = list.filter((box) => box.checked).length;
    for (const out of form.querySelectorAll("[data-selected]")) out.textContent = picked.toLocaleString(document.documentElement.lang || undefined);
    if (all) {
      all.checked = picked > 0 && picked === list.length;
      all.indeterminate = picked > 0 && picked < list.length;
    }
  };

  form.addEventListener("click", (e) => {
    const list = boxes(), to = list.indexOf(e.target), from = list.indexOf(last);
    if (e.target === all) for (const box of list) box.checked = all.checked;
    else if (to < 0) return;
    else if (e.shiftKey && from >= 0) for (const box of list.slice(Math.min(from, to), Math.max(from, to) + 1)) box.checked = e.target.checked;
    if (to >= 0) last = e.target;
    tell();
  });
  // A page that comes back from the browser's memory still has its ticks.
  addEventListener("pageshow", tell);
  tell();
}
