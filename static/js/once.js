// A form that is on its way is not sent again by a second press. What answers with a download stays on the page, so that
// a form is free again after a while.
const FREE_AFTER = 5000; // milliseconds
const sent = new Set();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || (event.submitter?.getAttribute("formmethod") ?? form.method) !== "post") return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), FREE_AFTER);
});

addEventListener("pageshow", () => sent.clear());
