// Lists the buttons and links of the page with the same name that do different things.
const what = (control) => {
  if (control.matches("a")) return control.getAttribute("href");
  if (control.matches("summary")) return "fold";
  const fields = control.form && control.type === "submit" ? [...new FormData(control.form, control)].filter(([name]) => name !== "request") : [];
  const { copy, reveal } = control.dataset;
  return JSON.stringify([control.formAction, fields.map(String), copy, reveal]);
};
const seen = new Map();
const same = [];
for (const control of document.querySelectorAll("main a[href], main button, main summary")) {
  if (!control.checkVisibility()) continue;
  const name = (control.getAttribute("aria-label") ?? control.textContent).replace(/\s+/g, " ").trim();
  const act = what(control);
  if (seen.has(name) && (act === "fold" || seen.get(name) !== act)) same.push(`${name}: ${seen.get(name)} and ${act}`);
  seen.set(name, act);
}
return same;
