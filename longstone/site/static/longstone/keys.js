// Passkeys and security keys: the browser asks the key what the house asked, and the form carries its answer.
const MADE = ["clientDataJSON", "attestationObject"];
const SHOWN = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
const SAID = {
  InvalidStateError: "You have added this key already. Use another one.",
  SecurityError: "A key works only where this house is called by its name, not by a number. Open it by its name, such as localhost, and try again.",
};

for (const form of document.querySelectorAll("form[data-key]")) {
  if (!window.PublicKeyCredential) continue;
  form.elements.credential.value = ""; // an answer is good once
  for (const hidden of form.querySelectorAll("[data-with-keys]")) hidden.hidden = false;
  form.addEventListener("submit", (event) => {
    if (unfinished(form)) return; // the house says what is missing
    event.preventDefault();
    touch(form);
  });
}

function unfinished(form) {
  const empty = [...form.querySelectorAll("input[type=text], input[type=password]")].some((one) => !one.value.trim());
  return empty || (form.querySelector("[name=kind]") && !form.querySelector("[name=kind]:checked"));
}

async function touch(form) {
  try {
    const asked = await options(form);
    const answer = form.dataset.key === "create"
      ? await navigator.credentials.create(creation(asked, form))
      : await navigator.credentials.get(request(asked));
    form.elements.credential.value = JSON.stringify(told(answer, form.dataset.key === "create" ? MADE : SHOWN));
    form.submit();
  } catch (fault) {
    say(form, fault);
  }
}

async function options(form) {
  const here = document.getElementById("key-options");
  if (form.dataset.key !== "passkey") return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error("The house did not answer.");
  return (await answer.json()).request_options;
}

function creation({ publicKey }, form) {
  const passkey = form.querySelector("[name=kind]:checked").value === "passkey";
  const selection = { ...publicKey.authenticatorSelection, residentKey: passkey ? "required" : "discouraged", requireResidentKey: passkey };
  if (passkey) selection.userVerification = "required";
  return { publicKey: { ...opened(publicKey), user: { ...publicKey.user, id: bytes(publicKey.user.id) }, authenticatorSelection: selection } };
}

function request({ publicKey }) {
  return { publicKey: opened(publicKey) };
}

function opened(publicKey) {
  const made = { ...publicKey, challenge: bytes(publicKey.challenge) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (publicKey[list]) made[list] = publicKey[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return made;
}

function told(answer, names) {
  const response = {};
  for (const name of names) response[name] = answer.response[name] ? text(answer.response[name]) : null;
  if (answer.response.getTransports) response.transports = answer.response.getTransports();
  return {
    type: answer.type, id: answer.id, rawId: text(answer.rawId), response,
    authenticatorAttachment: answer.authenticatorAttachment, clientExtensionResults: answer.getClientExtensionResults(),
  };
}

function bytes(written) {
  const plain = atob(written.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function say(form, fault) {
  const place = form.querySelector("[data-said]");
  place.textContent = SAID[fault.name] || "The key did not answer, or you stopped it. Press the button and try again, or do it another way.";
  place.hidden = false;
  place.focus();
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[data-held]")) {
    button.disabled = false;
    delete button.dataset.held;
  }
}
