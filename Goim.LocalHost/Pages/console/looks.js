// Looks at the host, again and again: while the page is visible and the host answers, each with a limit of time, and never two at once.
import { mayRead, read } from './api.js';
import { host } from './host.js';

const TIMEOUT = 5_000;

/** An answer with `ret` 65535. */
export class RefusedError extends Error { name = 'RefusedError'; }

/**
 * Calls `look(signal)` now, and again `period` ms after it has ended. `failed(problem)` is told what it throws; null where there was
 * nothing to look at.
 */
export async function repeat(period, look, failed) {
  for (;;) {
    if (host.state !== 'up' || document.hidden) failed(null);
    else if (mayRead()) await look(AbortSignal.timeout(TIMEOUT)).catch(failed);
    await new Promise(resolve => setTimeout(resolve, period));
  }
}

/** The `data` of an answer. Rejects with a RefusedError if `ret` is not 1. */
export async function dataOf(path, signal) {
  const answer = await read(path, signal);
  if (answer.ret !== 1) throw new RefusedError(answer.error);
  return answer.data;
}
