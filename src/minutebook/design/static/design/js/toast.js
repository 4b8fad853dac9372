// A toast stays until dismissed, or ten seconds; the clock stands still while it has the focus or the pointer.

const SECONDS = 10;
const toasts = document.getElementById("toasts");

if (toasts) {
  for (const toast of toasts.children) watch(toast);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof HTMLElement) watch(node);
    }
  }).observe(toasts, { childList: true });

  toasts.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast")?.remove();
  });
}

function watch(toast) {
  let left = SECONDS;
  const timer = setInterval(() => {
    if (!toast.isConnected) clearInterval(timer);
    else if (!toast.matches(":hover, :focus-within") && --left <= 0) toast.remove();
  }, 1000);
}
