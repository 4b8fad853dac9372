// No request fails unseen: when the answer to one that was sent in the background is an error, or none comes, a toast
// says so. What was typed stays where it is.
const toasts = document.getElementById("toasts");

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (!saves(detail)) return;
  const status = detail.xhr.status;
  if (status === 403) say("This was not saved: you may look, but not change anything here.");
  else if (status === 404) say("This was not saved: it was changed or released meanwhile. Load the page again.");
  else if (status === 413) say("This was not saved: it is too large for the server.");
  else say("This was not saved. What you typed is still here: try again in a moment.");
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (saves(detail)) say("This was not saved: the server could not be reached. What you typed is still here.");
});

// A fragment that is looked for, and a page that says it is open, are asked for again by themselves.
function saves({ requestConfig, elt }) {
  return requestConfig.verb !== "get" && !elt.hasAttribute("data-asks-again");
}

function say(words) {
  const toast = document.createElement("div");
  toast.className = "toast";
  const text = document.createElement("p");
  text.textContent = words;
  const dismiss = document.createElement("button");
  dismiss.className = "link-button";
  dismiss.dataset.dismiss = "";
  dismiss.textContent = "Dismiss";
  toast.append(text, dismiss);
  toasts?.append(toast);
}
