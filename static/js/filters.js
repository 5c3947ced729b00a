// A form marked data-auto sends itself when a choice changes; typing waits for a pause. Empty fields stay out of the address.
// The page is loaded anew, so the field one was in gets the focus back.
const KEY = "filter-field";
let wait;

function send(field) {
  clearTimeout(wait);
  sessionStorage.setItem(KEY, field.id);
  field.form.requestSubmit();
}

addEventListener("change", ({ target }) => {
  if (target.name && target.form?.matches("[data-auto]")) send(target);
});

addEventListener("input", ({ target }) => {
  if (!target.form?.matches("[data-auto]") || !target.matches("[type=search], [type=text]")) return;
  clearTimeout(wait);
  wait = setTimeout(send, 400, target);
});

addEventListener("formdata", ({ target, formData }) => {
  if (target.method !== "get") return;
  for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
});

const field = document.getElementById(sessionStorage.getItem(KEY));
sessionStorage.removeItem(KEY);
if (field?.form?.matches("[data-auto]")) {
  field.focus();
  if (field.matches("[type=search], [type=text]")) field.setSelectionRange(field.value.length, field.value.length);
}
