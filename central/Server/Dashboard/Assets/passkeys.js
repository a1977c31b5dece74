// Passkeys: a form marked data-passkey first asks central what to sign, has the authenticator sign it, and then goes its
// ordinary way with the answer. Written for the browsers' own JSON forms of Web Authentication level 3.
const forms = document.querySelectorAll('form[data-passkey]');

// A passkey belongs to a name; browsers refuse it to an address such as 127.0.0.1.
const isName = !/^[\d.]+$|^\[/.test(location.hostname);
const canDo = isName && window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

function tell(form, text) {
  form.querySelector('[role=alert]').textContent = text;
}

async function ask(form) {
  const answer = await fetch(form.dataset.question, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok || answer.redirected)
    throw new Error(answer.status === 400 ? await answer.text() : 'Central did not answer; load the page again.');
  return await answer.json();
}

async function sign(form) {
  const { ceremony, options } = await ask(form);
  const credential = form.dataset.passkey === 'create'
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  form.elements.ceremony.value = ceremony;
  form.elements.credential.value = JSON.stringify(credential.toJSON());

  // The passphrase has done its work; it does not travel twice.
  if (form.elements.password)
    form.elements.password.value = '';
  HTMLFormElement.prototype.submit.call(form);
}

for (const form of forms) {
  if (!canDo) {
    tell(form, 'Passkeys need a newer browser, or the page under its name: https, or http://localhost instead of an address.');
    continue;
  }

  form.addEventListener('submit', event => {
    event.preventDefault();
    sign(form).catch(fault => tell(form, fault.name === 'NotAllowedError' ? 'The passkey was not used.' : fault.message));
  });
}
