// The panel with a form for each push.
import { showAnswer, showFailure } from './answers.js';
import { errorIn, keyHeaders, send } from './api.js';
import { fromHex, hexOf, textOf, utf8 } from './bytes.js';
import { keys } from './keys.js';
import { KINDS, problemsOf, requestOf } from './pushKinds.js';
import { receipts } from './receipts.js';
import { showNoRequest, showRequest } from './snippetPanels.js';

const form = document.getElementById('push-form'), button = form.querySelector('[type=submit]');
const { kind, format, message, idempotencyKey } = form.elements;
const CHOICE = 'kind';
let isSending = false;

export function start() {
  kind.addEventListener('change', showFields);
  format.addEventListener('change', convert);
  form.addEventListener('input', show);
  keys.addEventListener('change', show);
  form.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches('textarea')) form.requestSubmit();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (!isSending) push();
  });
  document.getElementById('new-idempotency-key').addEventListener('click', () => {
    idempotencyKey.value = randomId();
    show();
  });
  showFields();
}

function showFields() {
  const names = KINDS[kind.value].fields;
  for (const control of form.elements) {
    if (control.name && control.name !== CHOICE) (control.closest('label, .field') ?? control).hidden = !names.includes(control.name);
  }
  document.getElementById('message-name').textContent = names.includes('format') ? 'Message' : 'Message (m), any JSON';
  show();
}

// The values by name: a box that is not checked is empty. A push without a format has text.
function given() {
  return Object.fromEntries([...form.elements].filter(({ name }) => name && name !== CHOICE)
    .map(({ name, type, checked, value }) => [name, type === 'checkbox' && !checked ? '' : value]));
}

/** Shows the request, or what cannot be sent. Gives the request, or undefined if it cannot be sent. */
function show() {
  const values = given(), problems = problemsOf(kind.value, values);
  say(message, 'message-problem', problems.message);
  say(idempotencyKey, 'idempotency-problem', problems.idempotencyKey);
  if (Object.keys(problems).length > 0) return showNoRequest();
  const request = requestOf(kind.value, values);
  showRequest(request, Object.keys(keyHeaders()));
  return request;
}

function say(control, id, problem) {
  document.getElementById(id).textContent = problem ?? '';
  control.ariaInvalid = problem ? 'true' : null;
}

// The same message in the other form, where it has one.
function convert() {
  const bytes = format.value === 'hex' ? utf8(message.value) : fromHex(message.value);
  const text = format.value === 'hex' ? hexOf(bytes) : bytes && textOf(bytes);
  if (text !== null && !text.includes('\r')) message.value = text; // The field would make a line feed of it.
  show();
}

async function push() {
  const request = show();
  if (!request) return form.querySelector('[aria-invalid=true]').focus();
  isSending = true;
  button.ariaDisabled = 'true';
  button.textContent = 'Pushing…';
  try {
    for (const bytes of request.messages) receipts.sent(bytes);
    const answer = await send(request.method, request.target, request);
    showAnswer(answer);
    if (answer.status === 401) keys.ask(errorIn(answer.text) ?? 'The host asks for a key.');
  } catch (problem) {
    showFailure(`There is no answer: ${problem.message}. The host may have carried out the push nevertheless.`);
  } finally {
    isSending = false;
    button.ariaDisabled = null;
    button.textContent = 'Push';
  }
}

// randomUUID is there only on localhost and with TLS.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}
