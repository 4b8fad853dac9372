// "Release without a job?" came in answer to Download All. Its page is the pack's own again: a reload asks nothing,
// and going back leads to the button that was pressed.
const question = document.getElementById("job-question");
if (question) {
  history.replaceState(null, "", question.dataset.address);
  question.addEventListener("close", () => document.querySelector("#release button")?.focus());
}
