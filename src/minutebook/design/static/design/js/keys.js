// Keys: J K move between rows, / searches, F8 goes to the next problem, ? lists the keys.
// Any other letter presses the control that names it: <a data-key="p">, <button data-key="e">.
// Single letters work only outside fields, and can be turned off (WCAG 2.1.4).

const ROW = "[data-row]";
const FIELD = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "F8") return act(event, focusNextProblem());
  if (!lettersAreOn() || event.target.closest(FIELD) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") return act(event, focusSearch());
  if (event.key === "?") return act(event, showKeys());
  if (event.key.length !== 1) return;
  const letter = event.key.toLowerCase();
  if (letter === "j") return act(event, focusRow(+1));
  if (letter === "k") return act(event, focusRow(-1));
  act(event, press(letter));
});

function act(event, done) {
  if (done) event.preventDefault();
}

function lettersAreOn() {
  return document.documentElement.dataset.keys !== "off";
}

function focusRow(step) {
  const rows = [...document.querySelectorAll(ROW)].filter(isShown);
  const here = rows.indexOf(document.activeElement?.closest(ROW));
  const next = rows[here === -1 ? (step > 0 ? 0 : rows.length - 1) : here + step];
  return focus(next?.querySelector("[data-row-link], a, button") ?? next);
}

function focusSearch() {
  const search = document.querySelector("[data-page-search], #global-search");
  return focus(search);
}

function focusNextProblem() {
  const problems = [...document.querySelectorAll("[aria-invalid=true], [data-problem]")].filter(isShown);
  return focus(problems[(problems.indexOf(document.activeElement) + 1) % problems.length]);
}

function press(letter) {
  const inRow = document.activeElement?.closest(ROW)?.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  const control = inRow ?? [...document.querySelectorAll(`main [data-key="${CSS.escape(letter)}"]`)].find(isShown);
  control?.click();
  return Boolean(control);
}

function focus(element) {
  element?.focus();
  element?.scrollIntoView?.({ block: "nearest" });
  return Boolean(element);
}

function isShown(element) {
  return element.checkVisibility();
}

function showKeys() {
  const dialog = document.getElementById("keys-help");
  if (!dialog) return false;
  listKeysOfPage(dialog.querySelector("[data-keys-list]"));
  dialog.showModal();
  return true;
}

function listKeysOfPage(list) {
  for (const old of list.querySelectorAll("[data-of-page]")) old.remove();
  const words = new Map();
  for (const control of document.querySelectorAll("main [data-key]")) {
    words.set(control.dataset.key, control.dataset.keyWords ?? control.getAttribute("aria-label") ?? control.textContent.trim());
  }
  for (const [letter, meaning] of words) {
    const line = document.createElement("div");
    line.dataset.ofPage = "";
    const key = document.createElement("kbd");
    key.textContent = letter.toUpperCase();
    const term = document.createElement("dt");
    term.append(key);
    const description = document.createElement("dd");
    description.textContent = meaning;
    line.append(term, description);
    list.append(line);
  }
}

for (const choice of document.querySelectorAll("[data-keys-choice]")) {
  choice.checked = lettersAreOn();
  choice.addEventListener("change", () => {
    if (choice.checked) delete document.documentElement.dataset.keys;
    else document.documentElement.dataset.keys = "off";
    localStorage.setItem("minutebook.keys", choice.checked ? "on" : "off");
  });
}
