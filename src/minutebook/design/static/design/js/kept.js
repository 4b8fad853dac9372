// Typing survives a lost connection: <form data-keep="prepare-41"> is kept in this tab until it was accepted.

const PREFIX = "minutebook.kept.";
const SKIPPED = new Set(["password", "hidden", "file", "submit", "button"]);

const forms = [...document.querySelectorAll("form[data-keep]")];
forgetAccepted();
for (const form of forms) {
  putBack(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", () => mark(form));
}

document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-sign-out]")) sessionStorage.clear(); // whoever sits here next finds nothing
});

// This page came, so whatever was sent before it has arrived. An error page of the server runs no script.
function forgetAccepted() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && JSON.parse(sessionStorage[key]).sent) sessionStorage.removeItem(key);
  }
}

function keep(form) {
  sessionStorage[keyOf(form)] = JSON.stringify({ sent: false, values: valuesOf(form) });
}

function mark(form) {
  sessionStorage[keyOf(form)] = JSON.stringify({ sent: true, values: valuesOf(form) });
}

function putBack(form) {
  const kept = sessionStorage[keyOf(form)];
  if (!kept) return;
  const { values } = JSON.parse(kept);
  for (const [place, control] of controlsOf(form).entries()) {
    const value = values[`${control.name}#${place}`];
    if (value === undefined) continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = value;
    else control.value = value;
  }
  const note = form.querySelector("[data-kept-note]");
  if (note) note.hidden = false;
}

function valuesOf(form) {
  return Object.fromEntries(
    controlsOf(form).map((control, place) => [
      `${control.name}#${place}`,
      control.type === "checkbox" || control.type === "radio" ? control.checked : control.value,
    ]),
  );
}

function controlsOf(form) {
  return [...form.elements].filter((control) => control.name && !SKIPPED.has(control.type));
}

function keyOf(form) {
  return PREFIX + form.dataset.keep;
}
