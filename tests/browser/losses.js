// Applies `style`, lists what the page loses with it, and takes it away again.
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets = [sheet];
const lost = [];
const name = (element) => `${element.tagName.toLowerCase()}.${element.className} ${element.textContent.trim().slice(0, 40)}`;
const isShown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
const isForReaders = (element) => element.closest(".sr") || getComputedStyle(element).clipPath !== "none";
// The boxes of the texts in an element that people see.
const textsOf = (element) => [...element.childNodes].flatMap((node) => {
  if (node.nodeType === Node.ELEMENT_NODE) return isForReaders(node) || !isShown(node) ? [] : textsOf(node);
  if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) return [];
  const range = document.createRange();
  range.selectNodeContents(node);
  return [range.getBoundingClientRect()];
});
const width = document.documentElement.clientWidth;

if (document.documentElement.scrollWidth > width) lost.push(`scrolls sideways: ${document.documentElement.scrollWidth} of ${width}`);
for (const element of document.querySelectorAll("body *")) {
  if (!isShown(element) || isForReaders(element) || element.closest("svg")) continue;
  const { overflowX, overflowY } = getComputedStyle(element);
  const cuts = [overflowX, overflowY].some((overflow) => overflow === "hidden" || overflow === "clip");
  const isLarger = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
  if (cuts && isLarger && !element.matches("input, select, textarea, progress")) lost.push(`is cut: ${name(element)}`);
}
for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
  if (!isShown(control) || isForReaders(control) || control.matches(".skip")) continue;
  const box = control.getBoundingClientRect();
  if (box.left < -1 || box.right > width + 1 || box.height < 10) lost.push(`is out of sight: ${name(control)}`);
  if (control.matches("button, .button") && textsOf(control).some((text) => text.right > box.right + 1 || text.bottom > box.bottom + 1)) {
    lost.push(`text leaves: ${name(control)}`);
  }
  const edge = getComputedStyle(control);
  const hasEdge = edge.borderTopStyle !== "none" && parseFloat(edge.borderTopWidth) > 0;
  const needsEdge = control.matches(".button, .input") && !control.matches(".button-link, [type=file]");
  if (matchMedia("(forced-colors: active)").matches && needsEdge && !hasEdge) lost.push(`has no edge: ${name(control)}`);
}
document.adoptedStyleSheets = [];
return lost;
