// Turns <select data-combobox> into an input over a list (the ARIA 1.2 pattern). The select stays in the form and carries the value.
// With data-source="/accounts/options" what is typed is looked up there: the answer is a page of <option>s (data-note: a second word).
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
const make = (tag, role, more) => Object.assign(document.createElement(tag), { role, ...more });

function build(select) {
  const id = select.id, label = select.labels[0]?.textContent.trim() ?? "";
  const list = make("div", "listbox", { id: `${id}-list`, hidden: true, ariaLabel: label });
  const input = make("input", "combobox", { id, autocomplete: "off", spellcheck: false, ariaExpanded: "false", ariaAutoComplete: "list", required: select.required });
  const box = make("div", null, { className: "combobox" });
  for (const name of ["aria-describedby", "aria-invalid", "autofocus"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  input.setAttribute("aria-controls", list.id);
  let at = -1, found = [], wait, asked = 0;

  const none = [...select.options].find((o) => o.value === "");
  const chosen = () => (select.value === "" ? "" : select.selectedOptions[0]?.text ?? "");
  const open = (yes) => { list.hidden = !yes; input.ariaExpanded = String(yes); mark(yes ? at : -1); };
  const mark = (i) => {
    at = i;
    [...list.children].forEach((row, n) => { row.ariaSelected = String(n === i); });
    if (i < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[i].id);
    list.children[i].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => { select.value = option.value; input.value = chosen(); open(false); select.dispatchEvent(new Event("change", { bubbles: true })); };
  const draw = (text) => {
    found = [...select.options].filter((o) => fold(o.text).includes(fold(text)));
    list.replaceChildren(...found.map((option, i) => {
      const row = make("div", "option", { id: `${list.id}-${i}`, textContent: option.text });
      if (option.dataset.note) row.append(Object.assign(document.createElement("small"), { textContent: option.dataset.note }));
      row.onpointerdown = (e) => { e.preventDefault(); choose(option); };
      return row;
    }));
    at = text && found.length ? 0 : -1;
    open(found.length > 0);
  };
  const lookUp = async (text) => {
    const turn = ++asked;
    const answer = await fetch(`${select.dataset.source}${select.dataset.source.includes("?") ? "&" : "?"}${new URLSearchParams({ q: text })}`).then((r) => (r.ok ? r.text() : "")).catch(() => "");
    if (turn !== asked || document.activeElement !== input) return; // A later question is under way, or the person has moved on.
    const keep = [none, select.selectedOptions[0]].filter(Boolean), value = select.value;
    const fresh = [...new DOMParser().parseFromString(answer, "text/html").querySelectorAll("option")].filter((o) => keep.every((k) => k.value !== o.value));
    select.replaceChildren(...new Set(keep), ...fresh);
    select.value = value;
    draw(text);
  };

  input.oninput = () => { clearTimeout(wait); if (select.dataset.source) wait = setTimeout(lookUp, 150, input.value); else draw(input.value); };
  input.onclick = () => draw("");
  input.onblur = () => { clearTimeout(wait); if (input.value === "" && none && select.value !== "") choose(none); else open(false); input.value = chosen(); };
  input.onkeydown = (e) => {
    if (e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) { e.preventDefault(); if (list.hidden) draw(""); if (found.length) mark(at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % found.length); }
    else if (e.key === "Enter" && !list.hidden && at >= 0) { e.preventDefault(); choose(found[at]); }
    else if (e.key === "Escape" && !list.hidden) { e.stopPropagation(); input.value = chosen(); open(false); }
  };

  // What stands in for looking up, where there is no script.
  document.getElementById(`${id}-named`)?.remove();
  // The input takes over the id: the label, the hints and the links of the error summary then lead to it.
  Object.assign(select, { id: `${id}-value`, hidden: true, required: false });
  if (none) input.placeholder = none.text;
  input.value = chosen();
  select.after(box);
  box.append(input, list);
}

document.querySelectorAll("select[data-combobox]").forEach(build);
