// Calls of the host, with the keys of this tab.
import { keys } from './keys.js';

/** The host answered 401. The page asks for a key then. */
export class KeyNeededError extends Error { name = 'KeyNeededError'; }

/** The headers with the keys that the user has given. */
export function keyHeaders() {
  const { callerKey, functionKey } = keys.current;
  return { ...(callerKey && { 'x-goim-key': callerKey }), ...(functionKey && { 'x-functions-key': functionKey }) };
}

/**
 * Sends a request. Gives `status`, `text`, `ms` (time to the end of the answer) and `response`, whatever the status is.
 * Rejects with a TypeError if the host does not answer.
 */
export async function send(method, path, { body, headers, signal } = {}) {
  const started = performance.now();
  const response = await fetch(path, { method, body, signal, headers: { ...headers, ...keyHeaders() }, cache: 'no-store' });
  const text = await response.text();
  return { status: response.status, text, ms: performance.now() - started, response };
}

/** Reads JSON of an endpoint that needs the scope `read`. Gives the whole answer, also one with `ret` 65535. */
export async function read(path, signal) {
  const answer = await send('GET', path, { signal });
  if (answer.status === 401) throw new KeyNeededError(errorIn(answer.text) ?? 'The host asks for a key.');
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new Error(`${path} answered ${answer.status}.`);
  }
}

/** Opens a stream, such as /local/records. Gives the response; its status may be an error's. */
export async function open(path, signal) {
  const response = await fetch(path, { signal, headers: keyHeaders(), cache: 'no-store' });
  if (response.status === 401) throw new KeyNeededError('The host asks for a key.');
  return response;
}

function errorIn(text) {
  try { return JSON.parse(text).error; } catch { return undefined; }
}
