// Shows the answer to a push.
import { counted, el, inMs } from './dom.js';
import { indented } from './jsonText.js';

const HEADERS = ['Retry-After', 'Allow', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'WWW-Authenticate'];
const MOST = 20_000; // Characters.
const region = document.getElementById('answer');

/** @param answer One of `send` in api.js. */
export function showAnswer({ status, text, ms, response }) {
  const lines = text.trimEnd().split('\n'), failed = lines.filter(line => /^\{"ret":65535\b/.test(line)).length;
  const isGood = status === 200 && failed === 0;
  const outcome = isGood ? 'Accepted' : failed < lines.length && status === 200 ? `${failed} of ${lines.length} lines failed` : 'Failed';
  const headers = HEADERS.filter(name => response.headers.has(name)).map(name => `${name}: ${response.headers.get(name)}`);
  const body = text.length > MOST ? text : lines.map(indented).join('\n');
  region.replaceChildren(
    el('p', {},
      el('span', { className: `pill ${isGood ? 'good' : 'bad'}` }, `${status} ${response.statusText}`.trim()),
      ` ${outcome}, in ${inMs(ms)}.`),
    ...(headers.length > 0 ? [el('pre', {}, headers.join('\n'))] : []),
    text === '' ? el('p', { className: 'hint' }, 'The answer is empty.') : el('pre', { tabIndex: 0 }, body.slice(0, MOST)),
    ...(body.length > MOST ? [el('p', { className: 'hint' }, `Shortened: ${counted(text.length, 'character')}.`)] : []));
}

export function showFailure(sentence) {
  region.replaceChildren(el('p', { className: 'bad' }, sentence));
}
