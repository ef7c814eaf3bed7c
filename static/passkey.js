// A passkey's question lies in the form; the browser answers it, the answer goes with the form.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

async function answer(question, registering) {
  const options = { ...question, challenge: bytes(question.challenge) };
  if (registering) {
    options.user = { ...question.user, id: bytes(question.user.id) };
    options.excludeCredentials = named(question.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: options });
    return packed(made, { attestationObject: text(made.response.attestationObject) });
  }
  options.allowCredentials = named(question.allowCredentials);
  const shown = await navigator.credentials.get({ publicKey: options });
  const { authenticatorData, signature, userHandle } = shown.response;
  return packed(shown, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
}

function packed(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  });
}

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  part.hidden = false;
  const form = part.closest("form");
  part.querySelector("button").addEventListener("click", async () => {
    try {
      const field = part.querySelector("input[type=hidden]");
      field.value = await answer(JSON.parse(part.dataset.question), part.dataset.passkey === "register");
      form.submit();
    } catch {
      part.querySelector("[role=alert]").hidden = false;
    }
  });
}
