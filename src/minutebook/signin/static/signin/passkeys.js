// Passkeys: the browser makes or uses one, and its answer goes with an ordinary form.
//   <form data-passkey="create|prove|sign-in"> with a field named credential; its button has data-passkey-press.
//   Options are in <script type="application/json" id="passkey-options">, or asked of the form's address to sign in.

const WORDS = {
  NotAllowedError: "No passkey was used. Try again, or choose another way.",
  InvalidStateError: "This device already has a passkey for you.",
  SecurityError: "The browser allows passkeys only at the server’s own https address.",
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const knowsPasskeys = "parseCreationOptionsFromJSON" in (window.PublicKeyCredential ?? {});
  for (const button of buttonsOf(form)) button.hidden = !knowsPasskeys;
  if (!knowsPasskeys && form.dataset.passkey === "create") tell(form, "This browser knows no passkeys. Use an authenticator app.");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell(form, "");
    ask(form).then(
      (credential) => {
        form.elements.credential.value = JSON.stringify(credential.toJSON());
        form.submit();
      },
      (error) => tell(form, WORDS[error.name] ?? "The passkey did not work. Try again, or choose another way."),
    );
  });
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey !== "create") {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  }
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
}

async function optionsOf(form) {
  const written = document.getElementById("passkey-options");
  const data = written ? JSON.parse(written.textContent) : await fetched(form.action);
  return (data.creation_options ?? data.request_options).publicKey;
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.hasAttribute("data-passkey-press"));
}

function tell(form, words) {
  document.querySelector(`[data-passkey-problem="${form.id}"]`).textContent = words;
}
