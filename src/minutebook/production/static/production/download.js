// After a release the page comes back with the link to the files; following it starts the download
// without leaving the page. Without this script the link is there to be clicked.
const link = document.querySelector("a[data-starts]");
if (link) {
  history.replaceState(null, "", location.pathname); // a reload must not download again
  // Not before the page is whole: a download that starts earlier keeps it from ever being reported as loaded,
  // and then nothing on it polls.
  addEventListener("load", () => setTimeout(() => link.click()));
}
