// What is wrong, in one sentence each at the top of the page, for as long as it is.
import { el } from './dom.js';
import { host } from './host.js';

const box = document.getElementById('problems');

/** One failed look may be chance: a problem is shown from the second one on. */
const LOOKS = 2;

/** By a name of the problem: who has seen it, in how many looks, and its sentence. */
const found = new Map();
const shown = new Map();

/**
 * Tells what a look at a part has found: a sentence for each problem, by a name of it. Problems that the same source has told before,
 * and that are not among them, are over.
 */
export function report(source, sentences, looks = LOOKS) {
  for (const [name, problem] of found) {
    if (problem.source === source && !(name in sentences)) found.delete(name);
  }
  for (const [name, sentence] of Object.entries(sentences)) {
    const seen = found.get(name)?.seen ?? 0;
    found.set(name, { source, sentence, seen: seen + 1, looks });
  }
  show();
}

export function start() {
  host.addEventListener('change', lookAtHost);
  lookAtHost();
}

function lookAtHost() {
  // Nothing is known about the parts while the host cannot be asked.
  if (host.state !== 'up') for (const [name, problem] of found) if (problem.source !== 'host') found.delete(name);
  const sentence = {
    down: 'The host does not answer: nothing here works until it runs again, and then the page goes on by itself.',
    key: 'The host asks for a key: nothing can be shown until you give one with the button Keys.',
    refused: `Nothing can be shown, and what the key's own scopes allow still works: ${withEnd(host.reason)}`,
  }[host.state] ?? (host.reason && `The host does not tell its state now: ${withEnd(host.reason)}`);
  report('host', sentence ? { host: sentence } : {}, 1);
}

function show() {
  for (const [name, element] of shown) {
    if (found.has(name)) continue;
    element.remove();
    shown.delete(name);
  }
  for (const [name, problem] of found) {
    if (problem.seen < problem.looks) continue;
    const element = shown.get(name);
    if (element) {
      if (element.textContent !== problem.sentence) element.textContent = problem.sentence;
    } else {
      shown.set(name, box.appendChild(el('p', { className: 'problem' }, problem.sentence)));
    }
  }
}

/** A sentence of the host may lack its full stop. */
export const withEnd = sentence => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`);

/** A sentence of the host may begin with a small letter. */
export const withCapital = sentence => `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
