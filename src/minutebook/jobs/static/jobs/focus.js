// A swap takes the control in use with it. The focus goes on to what took its place: the same row of costs,
// else the head of the costs. (A control that has kept its id is found again by htmx itself.)

const ROWS = "[data-costs] [data-row]";
let left = null; // the place of the row in use, or -1; null when the focus was elsewhere

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const inUse = document.activeElement;
  left = detail.target.contains(inUse) ? [...document.querySelectorAll(ROWS)].indexOf(rowOf(inUse)) : null;
});

document.addEventListener("htmx:afterSettle", () => {
  if (left === null || document.activeElement !== document.body) return;
  const rows = [...document.querySelectorAll(ROWS)];
  const row = left < 0 ? undefined : rows[Math.min(left, rows.length - 1)];
  (row?.querySelector("button") ?? document.getElementById("job-costs-title"))?.focus();
  left = null;
});

// The line under an open row belongs to it.
function rowOf(control) {
  return control.closest("[data-row]") ?? control.closest("tr")?.previousElementSibling;
}

// What somebody has opened stays open when the costs above it are drawn again.
const opened = new Set();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  for (const part of detail.target.querySelectorAll("details[data-stays-open]"))
    part.open ? opened.add(part.id) : opened.delete(part.id);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});
