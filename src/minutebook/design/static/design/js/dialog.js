// Native dialogs. <button data-opens="id"> opens, data-closes closes; one that arrives with data-open opens itself.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});

function openArrived(within) {
  for (const dialog of within.querySelectorAll("dialog[data-open]:not([open])")) dialog.showModal();
}

openArrived(document);
document.addEventListener("htmx:afterSettle", ({ target }) => openArrived(target.parentElement ?? document));
