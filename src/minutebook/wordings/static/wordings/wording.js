// Writing a wording: fields are put in where the cursor was, errors lead to their line.

const source = document.querySelector("[data-wording]");
const find = document.querySelector("[data-find-field]");
const place = document.getElementById("wording-place");

document.addEventListener("click", ({ target }) => {
  const field = target.closest("[data-inserts]");
  if (field) insert(field.dataset.inserts);
  const line = target.closest("[data-line]");
  if (line) goTo(Number(line.dataset.line));
});

find?.addEventListener("input", filter);
find?.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find.value === "") source.focus();
  if (event.key !== "Enter") return;
  event.preventDefault(); // Enter would save the wording
  document.querySelector("[data-field]:not([hidden]) [data-inserts]")?.click();
});

source?.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.ctrlKey) return;
  event.preventDefault();
  find.focus();
  find.select();
});

for (const happens of ["keyup", "click", "input", "focus"]) source?.addEventListener(happens, tellPlace);
document.addEventListener("htmx:afterSettle", filter); // the fields of another pack

function insert(text) {
  if (source.readOnly) return;
  source.focus();
  const [from, to] = [source.selectionStart, source.selectionEnd];
  // This is how a browser lets it be undone with its own key; setRangeText is for those that no longer can.
  if (!document.execCommand("insertText", false, text)) {
    source.setRangeText(text, from, to, "end");
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }
  tellPlace();
}

function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const field of document.querySelectorAll("[data-field]")) {
    const text = field.textContent.toLowerCase();
    field.hidden = !words.every((word) => text.includes(word));
  }
}

function goTo(line) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  source.focus();
  source.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  source.scrollTop = Math.max((source.scrollHeight / lines.length) * (line - 4), 0);
  tellPlace();
}

function tellPlace() {
  if (!place) return;
  const before = source.value.slice(0, source.selectionStart);
  place.textContent = `Line ${before.split("\n").length} of ${source.value.split("\n").length}`;
}
