// Ticking an event posts the form and swaps it whole; the focus goes on to the fields that have just opened.
let ticked = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  const box = event.target;
  ticked = box.name === "kind" && box.checked ? box.value : "";
});

document.addEventListener("htmx:afterSwap", () => {
  if (!ticked) return;
  const opened = document.querySelector(`input[name=event][value$=":${ticked}"]`);
  const field = opened?.parentElement.querySelector("input:not([type=hidden]), select, textarea");
  field?.focus();
  ticked = "";
});
