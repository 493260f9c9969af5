// Client of a goim comet, for browsers and Node: connects, stays connected, and gives the messages that arrive. Types: client.d.ts.
// Packets: int32 length of the whole packet, int16 length of the header (16), int16 version, int32 operation, int32 seq, body; big-endian.

const HEADER = 16, MAX_PACKET = 32 << 20, MAX_TOKEN = 8192;
const OP = { heartbeat: 2, message: 5, disconnected: 6, auth: 7, authReply: 8 };
const FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000, PROBE_INTERVAL = 5_000, RENEW_BEFORE = 120_000, LONGEST_TIMER = 2 ** 31 - 1;
const OPTIONS = { heartbeatIntervalMs: [30_000, 1_000, 150_000], connectTimeoutMs: [10_000, 100, 300_000], // Unless set, least, most.
  queueMessages: [1_000, 1, 1_000_000], queueBytes: [32 << 20, 1, 2 ** 30] };

/** A message: the bytes that were pushed, as `data`. */
export class GoimMessage {
  /** @param {Uint8Array} data The bytes. */
  constructor(data) { this.data = data; }
  /** The bytes as UTF-8; what is no UTF-8 becomes U+FFFD. */
  text() { return new TextDecoder().decode(this.data); }
  /** The bytes as JSON. Throws a SyntaxError if they are none. */
  json() { return JSON.parse(this.text()); }
}

/** The connection has ended for good without close(). `message` says why. */
export class GoimDisconnectedError extends Error { name = 'GoimDisconnectedError'; }
/** Connects to a comet, and stays connected until close(). Parameters: those of GoimConnection. */
export const connect = (url, token, options) => new GoimConnection(url, token, options);

/** Events: `message`, with `message`; `state`, with `state`, `reason` and `retryInMs`. */
export class GoimConnection extends EventTarget {
  #url; #token; #options; #state = 'connecting'; #error = null;
  #current = null; // The attempt or connection of now. Events of an earlier one are ignored.
  #wait = FIRST_WAIT; #waiting = null; #isFull = false;
  #queue = []; #queuedBytes = 0; #takers = []; #iterators = 0; #hasListeners = false;
  #lifetime = new AbortController();

  /**
   * Connects at once.
   * @param {string|URL} url Such as `wss://comet.example/sub`. In a page it may be relative to it.
   * @param {string|Function} token The token, or a function that gives it: called for each attempt, and before the token expires.
   * @param {object} [options] See client.d.ts.
   */
  constructor(url, token, options = {}) {
    super();
    this.#url = addressOf(url);
    this.#token = typeof token === 'function' ? token : () => token;
    this.#options = checked(options);
    const until = { signal: this.#lifetime.signal }, wake = () => this.#wake();
    options.signal?.addEventListener('abort', () => this.close(), until);
    for (const type of ['online', 'pageshow']) globalThis.addEventListener?.(type, wake, until);
    for (const type of ['resume', 'visibilitychange']) globalThis.document?.addEventListener(type, wake, until);
    options.signal?.aborted ? this.close() : this.#connect();
  }

  /** `connecting`, `connected`, `reconnecting` (the next attempt is waited for) or `closed`. */
  get state() { return this.#state; }
  /** Ends the connection. Messages that have arrived can still be taken; then the iteration ends. */
  close() { this.#finish(null, 'close() was called'); }

  /** As of EventTarget. The first listener for `message` gets the messages that wait, unless they are being iterated. */
  addEventListener(type, ...rest) {
    super.addEventListener(type, ...rest);
    if (type !== 'message' || this.#hasListeners) return;
    this.#hasListeners = true;
    queueMicrotask(() => { while (!this.#iterators && this.#queue.length) this.#dispatch('message', { message: this.#take() }); });
  }

  /** The messages. Ends after close(), and throws a GoimDisconnectedError if the connection has ended for good without it. */
  async *[Symbol.asyncIterator]() {
    this.#iterators++;
    try {
      while (this.#queue.length > 0 || this.#state !== 'closed') {
        if (this.#queue.length > 0) yield this.#take();
        else await new Promise(resolve => this.#takers.push(resolve));
      }
    } finally { this.#iterators--; }
    if (this.#error) throw this.#error;
  }

  #take() {
    const message = this.#queue.shift();
    this.#queuedBytes -= message.data.length;
    if (this.#isFull && this.#queue.length === 0 && this.#state === 'reconnecting') this.#retry();
    return message;
  }
  #deliver(current, message) {
    if (this.#iterators > 0 || !this.#hasListeners) {
      const waiting = this.#queue.length;
      if (!current.hasRoom) return this.#end(current, `too slow: ${waiting} messages wait to be taken, and one more came`, true, true);
      this.#queuedBytes += message.data.length;
      this.#queue.push(message);
      this.#takers.splice(0).forEach(resolve => resolve());
    }
    this.#dispatch('message', { message });
  }

  async #connect() {
    this.#drop();
    const current = this.#current = { timers: {}, unanswered: 0, isProbing: false };
    this.#after(current, 'limit', this.#options.connectTimeoutMs, () => this.#end(current, `${this.#url} did not answer in time`, true));
    if (this.#state !== 'connecting') this.#say('connecting');
    const token = await this.#newToken(current);
    if (!token) return;
    try {
      current.socket = Object.assign(new this.#options.WebSocket(this.#url), { binaryType: 'arraybuffer' });
    } catch (problem) { return this.#end(current, `${this.#url}: ${problem.message}`, false); }
    const on = (type, listener) => current.socket.addEventListener(type, listener);
    on('open', () => this.#send(current, OP.auth, token));
    on('message', event => this.#receive(current, event.data));
    const broke = () => this.#end(current, current.since ? 'the connection broke' : `${this.#url}: no connection was made`, true);
    ['close', 'error'].forEach(type => on(type, broke)); // Browsers send both, Node 20 only one. None says why.
  }

  // Null if the attempt has ended, or the function has failed.
  async #newToken(current) {
    let given;
    try {
      given = await Promise.resolve().then(this.#token); // Not called within the constructor, when nobody listens yet.
    } catch (problem) {
      if (!current.since) this.#end(current, `the token function failed: ${problem?.message ?? problem}`, true);
      else this.#renewIn(current, Math.max(FIRST_WAIT, (current.expires - Date.now()) / 2));
      return null;
    }
    const text = given?.token ?? given, token = new TextEncoder().encode(typeof text === 'string' ? text : ''), size = token.length;
    if (size < 1 || size > MAX_TOKEN) this.#end(current, `the token has ${size} bytes: expected a string of 1 to ${MAX_TOKEN}`, false);
    current.expires = given?.expiresInMs > 0 ? Date.now() + given.expiresInMs : null;
    return current === this.#current ? token : null;
  }
  #renewIn(current, ms) {
    this.#after(current, 'renewal', ms, async () => this.#send(current, OP.auth, await this.#newToken(current)));
  }

  #send(current, op, body = []) {
    if (!body || current !== this.#current || current.socket.readyState !== 1) return;
    const packet = new Uint8Array(HEADER + body.length), view = new DataView(packet.buffer);
    [packet.length, HEADER << 16 | 1, op, 1].forEach((value, i) => view.setInt32(4 * i, value)); // Version 1, seq 1.
    packet.set(body, HEADER);
    current.socket.send(packet);
  }

  // A WebSocket message of a comet is one packet, or several in a row.
  #receive(current, data) {
    const view = new DataView(data instanceof ArrayBuffer ? data : new ArrayBuffer(1));
    current.hasRoom = this.#queue.length < this.#options.queueMessages && this.#queuedBytes < this.#options.queueBytes;
    for (let at = 0, length; current === this.#current && at < view.byteLength; at += length) {
      const left = view.byteLength - at;
      length = left < HEADER ? left : view.getInt32(at);
      if (length < HEADER || length > Math.min(left, MAX_PACKET) || view.getInt16(at + 4) !== HEADER) {
        return this.#end(current, `${this.#url} sent a packet of ${length} bytes in a message of ${left}: expected a comet's`, false);
      }
      Object.assign(current, { unanswered: 0, isProbing: false });
      const op = view.getInt32(at + 8), body = new Uint8Array(data.slice(at + HEADER, at + length));
      if (op === OP.message) this.#deliver(current, new GoimMessage(body));
      if (op === OP.disconnected) this.#end(current, ...farewell(body));
      if (op === OP.authReply) this.#accepted(current);
    }
  }

  #accepted(current) {
    const left = current.expires - Date.now();
    if (current.expires) this.#renewIn(current, Math.max(FIRST_WAIT / 2, left / 2, left - RENEW_BEFORE));
    if (current.since) return; // A renewal.
    clearTimeout(current.timers.limit);
    current.since = Date.now();
    this.#after(current, 'beat', this.#options.heartbeatIntervalMs, () => this.#beat(current));
    this.#say('connected');
  }

  // Counts heartbeats, not time: timers of a page in the background run late, and before what has arrived meanwhile is read.
  #beat(current) {
    if (current.unanswered >= 2) return this.#end(current, 'no heartbeat was answered', true);
    current.unanswered++;
    this.#send(current, OP.heartbeat);
    const interval = Math.min(this.#options.heartbeatIntervalMs, current.isProbing ? PROBE_INTERVAL : Infinity);
    this.#after(current, 'beat', interval, () => this.#beat(current));
  }

  // The page is visible again, or the machine online: no time to wait, and the connection may be dead.
  #wake() {
    if (globalThis.document?.visibilityState === 'hidden') return;
    if (this.#waiting) this.#connect();
    if (!this.#current?.since || this.#current.isProbing) return;
    this.#beat(Object.assign(this.#current, { unanswered: 0, isProbing: true }));
  }

  #end(current, reason, reconnect, isFull = false) {
    if (current !== this.#current) return;
    if (!reconnect) return this.#finish(new GoimDisconnectedError(reason), reason);
    if (Date.now() - current.since >= this.#options.heartbeatIntervalMs) this.#wait = FIRST_WAIT; // Not after one that ended at once.
    this.#drop();
    this.#isFull = isFull;
    this.#say('reconnecting', reason, isFull ? null : this.#retry());
  }

  // 1 s, then twice as long each time, at most 30 s, each shortened at random by up to a half: a comet's clients do not return together.
  #retry() {
    const wait = this.#wait * (1 - Math.random() / 2);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    this.#waiting = setTimeout(() => this.#connect(), wait);
    this.#isFull = false;
    return wait;
  }

  #finish(error, reason) {
    if (this.#state === 'closed') return;
    this.#drop();
    this.#error = error;
    this.#lifetime.abort();
    this.#say('closed', reason);
    this.#takers.splice(0).forEach(resolve => resolve());
  }

  #drop() {
    const { timers, socket } = this.#current ?? { timers: {} };
    this.#current = null;
    for (const timer of [...Object.values(timers), this.#waiting]) clearTimeout(timer);
    this.#waiting = null;
    socket?.close();
  }
  #after(current, name, ms, action) {
    if (current !== this.#current) return;
    clearTimeout(current.timers[name]);
    current.timers[name] = setTimeout(action, Math.min(ms, LONGEST_TIMER));
  }

  #say(state, reason = null, retryInMs = null) {
    this.#state = state;
    this.#dispatch('state', { state, reason, retryInMs });
  }
  #dispatch(type, members) { this.dispatchEvent(Object.assign(new Event(type), members)); }
}

function addressOf(url) {
  const base = globalThis.location?.href, address = URL.canParse(url, base) ? new URL(url, base).href.replace(/^http/, 'ws') : '';
  if (/^wss?:\/\/[^@/]+\/[^#]*$/.test(address)) return address;
  throw new TypeError(`url is '${url}': expected an address such as wss://comet.example/sub.`);
}
function checked(options) {
  const all = { WebSocket: options.WebSocket ?? globalThis.WebSocket };
  if (!all.WebSocket) throw new TypeError('There is no WebSocket: expected Node 22 or later, or options.WebSocket.');
  for (const [name, [unset, least, most]] of Object.entries(OPTIONS)) {
    const value = all[name] = options[name] ?? unset;
    if (!(value >= least && value <= most)) throw new RangeError(`${name} is ${value}: expected a number from ${least} to ${most}.`);
  }
  return all;
}

// The reason, and whether to connect again: not unless the comet says so.
function farewell(body) {
  let said;
  try { said = new GoimMessage(body).json(); } catch { /* It is not the body of a comet. */ }
  return [String(said?.reason ?? 'no reason was given').replace(/\p{Cc}/gu, ' '), said?.reconnect === true];
}
