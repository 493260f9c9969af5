// Whether the host answers, its settings, and whether it has started anew.
import { errorIn, mayRead, send } from './api.js';
import { keys } from './keys.js';

const PERIOD = 1_000;

/**
 * `state`: `connecting`, `up`, `down`, `key` (the host asks for a key) or `refused` (the caller lacks the scope `read`).
 * `settings`: the answer of /local/settings, or null before the first one. Event `change`: either has changed.
 * Event `restart`: the host has started anew since the settings were read last.
 */
class Host extends EventTarget {
  state = 'connecting';
  settings = null;
  /** Why the state is not `up`; of `up`, why the settings cannot be read now. */
  reason = '';
  /** Reads the settings now, and then every second. */
  async watch() {
    await this.#ask();
    setTimeout(() => this.watch(), PERIOD);
  }
  async #ask() {
    // Refused until there is another key: each refusal is a line in the host's trail.
    if (this.state === 'key' || this.state === 'refused' || !mayRead()) return;
    try {
      const { status, text } = await send('GET', '/local/settings', { signal: AbortSignal.timeout(5_000) });
      if (status === 200) this.#is(JSON.parse(text));
      else if (status === 401) this.#become('key', errorIn(text) ?? noFunctionKey());
      else if (status === 403) this.#become('refused', errorIn(text) ?? 'The host refuses this page.');
      else this.#become(this.settings ? 'up' : 'connecting', errorIn(text) ?? `it answered ${status}`); // A limit, for example: for a time.
    } catch {
      this.#become('down', 'The host does not answer.');
    }
  }
  #is(settings) {
    const isNew = this.settings !== null && this.settings.instance !== settings.instance;
    this.settings = settings;
    this.#become('up', '');
    if (isNew) this.dispatchEvent(new Event('restart'));
  }
  #become(state, reason) {
    if (this.state === state && this.reason === reason) return;
    Object.assign(this, { state, reason });
    this.dispatchEvent(new Event('change'));
    if (state === 'key' || state === 'refused') keys.ask(reason);
  }
  constructor() {
    super();
    keys.addEventListener('change', () => {
      this.state = 'connecting';
      this.#ask();
    });
  }
}
export const host = new Host();

// The body of such an answer is empty.
const noFunctionKey = () => keys.current.functionKey ? 'The host refuses this function key.' : 'The host asks for a function key.';
