// Calls of the host, with the keys of this tab.
import { keys } from './keys.js';

/** The host answered 401. The page asks for a key then. */
export class KeyNeededError extends Error { name = 'KeyNeededError'; }

const LONGEST_PAUSE = 15_000, LIMIT_FORGOTTEN = 60_000;
let pausedUntil = 0, pause = 0;

// The next key may be another caller's, with a limit of its own.
keys.addEventListener('change', () => { pausedUntil = pause = 0; });

/** False while the page reads nothing, since the caller is above its limit: each refusal is a line in the host's trail. */
export const mayRead = () => performance.now() >= pausedUntil;

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
  if (method === 'GET' && response.status === 429 && response.headers.has('RateLimit-Limit')) rest(response.headers.get('Retry-After'));
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

/** The sentence of an answer with `ret` 65535. Undefined if the answer is none. */
export function errorIn(text) {
  try { return JSON.parse(text).error; } catch { return undefined; }
}

// As long as the host says, and twice as long each time that it says so again.
function rest(seconds) {
  const now = performance.now();
  if (now < pausedUntil) return; // Another call was refused meanwhile.
  const isNew = now - pausedUntil > LIMIT_FORGOTTEN;
  pause = Math.min(Math.max(1_000 * (Number(seconds) || 1), isNew ? 0 : 2 * pause), LONGEST_PAUSE);
  pausedUntil = now + pause;
}
