// Reads /local/records for as long as the page lives: also across a restart of the host, an outage of the broker, and another key.
import { errorIn, KeyNeededError, open, read } from './api.js';
import { host } from './host.js';
import { keys } from './keys.js';
import { withCapital, withEnd } from './problems.js';
import { parse } from './recordText.js';

const FIRST_WAIT = 2_000, LONGEST_WAIT = 15_000, LOST_WAIT = 500, OPEN_TIMEOUT = 15_000;

/** Time until a page that is hidden closes its stream, in ms: a browser opens six connections to a host, for all of its tabs. */
const HIDDEN = 10_000;

/** Time that reading may take before the page gets its turn, in ms. */
const TURN = 10;

class UnavailableError extends Error { name = 'UnavailableError'; }

/** `take(record, size)` gets each record once, `note(text)` what lies between two of them, and `say(text, isBad)` what the stream does. */
export class RecordStream {
  /** Reads a broker that is not embedded from its start too. */
  fromStart = false;
  /** Records that an embedded broker, which keeps the newest 5 MiB of a partition, had dropped before they were read. */
  missed = 0;
  #take; #note; #say;
  #attempt = new AbortController();
  #instance = null;
  #wasOpen = false;
  #read = new Map(); // The highest offset of each partition, of an embedded broker.

  constructor(take, note, say) {
    [this.#take, this.#note, this.#say] = [take, note, say];
    keys.addEventListener('change', () => this.#attempt.abort());
    let hiding;
    document.addEventListener('visibilitychange', () => {
      clearTimeout(hiding);
      if (document.hidden) hiding = setTimeout(() => this.#attempt.abort(), HIDDEN);
    });
    host.addEventListener('restart', () => {
      if (host.settings.instance !== this.#instance) this.#attempt.abort();
    });
  }

  /** Begins again, as at the page's start. */
  again() {
    this.#wasOpen = false;
    this.#read.clear();
    this.#attempt.abort();
  }

  async run() {
    let wait = FIRST_WAIT;
    for (;;) {
      await this.#hostUp();
      const attempt = this.#attempt = new AbortController();
      const { signal } = attempt;
      try {
        await this.#follow(signal);
        wait = FIRST_WAIT;
        this.#say('The stream has ended. Connecting again.', true);
        await pause(LOST_WAIT, signal);
      } catch (problem) {
        if (!signal.aborted) wait = await this.#waitAfter(problem, wait, signal);
      }
      if (signal.aborted) wait = FIRST_WAIT; // Another key, another broker or a new host: nothing of before counts.
      attempt.abort(); // Nothing of it stays open: the host has few places for readers.
    }
  }

  /** Gives the wait after the next refusal. */
  async #waitAfter(problem, wait, signal) {
    const isRefused = problem instanceof UnavailableError || problem instanceof KeyNeededError;
    const why = withEnd(withCapital(problem.message));
    this.#say(isRefused ? `${why} Trying again in ${wait / 1_000} s.` : 'The connection is lost. Connecting again.', true);
    await pause(isRefused ? wait : LOST_WAIT, signal);
    return isRefused ? Math.min(2 * wait, LONGEST_WAIT) : FIRST_WAIT;
  }

  async #hostUp() {
    while (document.hidden) await new Promise(resolve => document.addEventListener('visibilitychange', resolve, { once: true }));
    while (host.state !== 'up') {
      const why = host.state === 'down' ? 'The host does not answer. Waiting for it.' : withCapital(host.reason || 'Connecting.');
      this.#say(why, host.state !== 'connecting');
      await new Promise(resolve => host.addEventListener('change', resolve, { once: true }));
    }
  }

  async #follow(signal) {
    const before = await settings(signal);
    const isEmbedded = before.kafka.embedded;
    const from = isEmbedded || (this.fromStart && !this.#wasOpen) ? 'start' : 'now';
    const late = setTimeout(() => this.#attempt.abort(), OPEN_TIMEOUT);
    const response = await open(`/local/records?from=${from}`, signal).finally(() => clearTimeout(late));
    if (!response.ok) throw new UnavailableError(await refusalIn(response));

    // Otherwise the host has restarted in between, and the stream may be of either process.
    if ((await settings(signal)).instance !== before.instance) return;
    this.#tellGap(before, isEmbedded);
    [this.#instance, this.#wasOpen] = [before.instance, true];
    this.#say(from === 'start' ? 'Reading all records of the topic.' : 'Reading the records that come from now on.', false);
    await this.#lines(response.body, isEmbedded);
  }

  #tellGap({ instance }, isEmbedded) {
    const isNew = this.#instance !== null && this.#instance !== instance;
    if (isNew || !isEmbedded) this.#read.clear();
    const gap = 'Records that were written meanwhile are not shown.';
    if (isNew) this.#note(isEmbedded ? 'The host has started anew, with an empty broker.' : `The host has started anew. ${gap}`);
    else if (this.#wasOpen && !isEmbedded) this.#note(`The stream was interrupted. ${gap}`);
  }

  async #lines(body, isEmbedded) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '', since = performance.now();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      let begin = 0;
      for (let end = value.indexOf('\n'); end >= 0; end = value.indexOf('\n', begin)) {
        this.#line(rest + value.slice(begin, end), isEmbedded);
        [rest, begin] = ['', end + 1];
        if (performance.now() - since < TURN) continue;
        if (!document.hidden) await new Promise(resolve => setTimeout(resolve));
        since = performance.now();
      }
      rest += value.slice(begin);
    }
  }

  #line(line, isEmbedded) {
    const record = parse(line);
    if (isEmbedded) {
      const last = this.#read.get(record.partition) ?? record.offset - 1;
      if (record.offset <= last) return; // Read from the start once more.
      this.missed += record.offset - last - 1;
      this.#read.set(record.partition, record.offset);
    }
    this.#take(record, line.length);
  }
}

async function settings(signal) {
  const answer = await read('/local/settings', signal);
  if (answer.ret === 65535) throw new UnavailableError(answer.error);
  return answer;
}

async function refusalIn(response) {
  return errorIn(await response.text()) ?? `/local/records answered ${response.status}`;
}

function pause(ms, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
