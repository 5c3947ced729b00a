// A line marked data-entry is read by the server while one types; what it understood stands below. Only what was seen so is
// added at once: without script, or too early, the form comes first.
let wait;

addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form?.dataset.entry || target.name !== "words") return;
  clearTimeout(wait);
  if (form.elements.seen) form.elements.seen.value = "";
  wait = setTimeout(async () => {
    const words = target.value;
    const said = document.getElementById(target.getAttribute("aria-describedby"));
    if (!words.trim()) return said.replaceChildren();
    const answer = await fetch(`${form.dataset.entry}?${new URLSearchParams({ words })}`).catch(() => null);
    if (!answer?.ok || target.value !== words) return;
    said.innerHTML = await answer.text();
    if (form.elements.seen) form.elements.seen.value = words;
  }, 250);
});
