// Every htmx request that writes carries the token of the page's <meta name="csrf-token">.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
});

// A form with errors comes back as 422 and is shown like any other answer.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status === 422) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
