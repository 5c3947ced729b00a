// Where nobody has chosen a time zone yet, a form marked data-own-zone begins with the browser's. Runs before the combobox
// reads the select.
for (const select of document.querySelectorAll("form[data-own-zone] select[name=time_zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}
