// While a request is out, its button says so: <button data-busy="Downloading…">. Same width, no second press.

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  // After this task, so that the button's own name and value are still sent.
  setTimeout(() => start(button));
  if (event.target.hasAttribute("data-download")) setTimeout(() => stop(button), 4000); // a file leaves the page as it is
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt } = detail;
  for (const button of [elt, ...elt.querySelectorAll("[aria-busy=true]")]) stop(button);
});
window.addEventListener("pageshow", () => document.querySelectorAll("[aria-busy=true]").forEach(stop));

function start(button) {
  button.style.minInlineSize = `${button.offsetWidth}px`;
  button.dataset.words = button.innerHTML;
  button.textContent = button.dataset.busy;
  button.setAttribute("aria-busy", "true");
}

function stop(button) {
  if (button.getAttribute?.("aria-busy") !== "true") return;
  button.innerHTML = button.dataset.words;
  button.removeAttribute("aria-busy");
  button.style.minInlineSize = "";
}
