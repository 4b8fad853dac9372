// The documents of a pack are put in order by hand: the grip is dragged, the row follows, and where it is let go is
// sent once. Without this script, and for the keyboard, each row has Move up and Move down.

const icon = `<svg class="icon small" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">${[5, 11]
  .map((x) => [3, 8, 13].map((y) => `<circle cx="${x}" cy="${y}" r="1.4"/>`).join(""))
  .join("")}</svg>`;

addGrips();
document.addEventListener("htmx:afterSettle", addGrips);

function addGrips() {
  for (const row of document.querySelectorAll("[data-order] > li:not(:has(> .grip))")) {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.title = "Drag to change the order";
    grip.setAttribute("aria-hidden", "true");
    grip.innerHTML = icon;
    row.append(grip);
  }
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.(".grip");
  if (!grip || event.button) return;
  event.preventDefault();
  drag(grip.closest("li"));
});

function drag(row) {
  const list = row.parentElement;
  const after = row.nextElementSibling; // where it goes back to
  row.classList.add("dragged");

  const move = ({ clientY }) => {
    const over = [...list.children].find((other) => other !== row && clientY < middle(other));
    if (over !== row.nextElementSibling) list.insertBefore(row, over ?? null);
  };
  const escape = ({ key }) => key === "Escape" && end(false);
  const drop = () => end(true);
  const cancel = () => end(false);
  const listeners = { pointermove: move, pointerup: drop, pointercancel: cancel, keydown: escape };
  const end = (isKept) => {
    row.classList.remove("dragged");
    for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener);
    if (!isKept) list.insertBefore(row, after);
    else if (row.nextElementSibling !== after) send(list, row);
  };
  // On the document: a row that moves in its list would let go of a pointer that it had captured.
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener);
}

function middle(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}

function send(list, row) {
  const values = { document: row.dataset.document, before: row.nextElementSibling?.dataset.document ?? "" };
  window.htmx.ajax("POST", list.dataset.order, { values, target: "#documents", swap: "outerHTML" });
}

// An arrow at the end of the list leads nowhere.
document.addEventListener("click", (event) => {
  if (event.target.closest(".moves [aria-disabled=true]")) event.preventDefault();
}, true);

// Options open under their document and close again; what is typed in others stays.
document.addEventListener("htmx:beforeRequest", (event) => {
  const opener = event.target.closest?.(".opens-options[aria-expanded=true]");
  if (!opener) return;
  event.preventDefault();
  document.getElementById(opener.getAttribute("aria-controls")).replaceChildren();
  opener.setAttribute("aria-expanded", "false");
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const opener = detail.requestConfig?.elt;
  if (!opener?.classList.contains("opens-options")) return;
  opener.setAttribute("aria-expanded", "true");
  detail.target.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
});
