// What a form does when it comes back with errors: the summary takes the focus, its links lead to the fields.

function focusSummary(within) {
  within.querySelector("[data-error-summary]")?.focus();
}

focusSummary(document);
document.addEventListener("htmx:afterSettle", ({ target }) => focusSummary(target));

// A link of the summary puts the cursor into the field, not only the field into sight.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const focusable = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
  (focusable ?? field).focus();
});

// aria-disabled keeps a control reachable, so that its reason is read; it must still not act.
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest("[aria-disabled=true]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  { capture: true },
);
