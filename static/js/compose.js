// A link with data-compose="call" (of a telephone number, or to the composer) opens the composer at that kind, ready to write.
addEventListener("click", (e) => {
  const link = e.target.closest("[data-compose]");
  const kind = link && document.querySelector(`.composer [name="kind"][value="${CSS.escape(link.dataset.compose)}"]`);
  if (!kind || e.ctrlKey || e.metaKey || e.shiftKey) return;
  if (link.hash) e.preventDefault(); // It leads here anyway; a tel: link goes on to the telephone.
  link.closest(":popover-open")?.hidePopover();
  kind.checked = true;
  kind.form.querySelector("textarea").focus();
});
