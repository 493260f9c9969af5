// Client of a goim comet, for browsers and Node: connects, stays connected, and gives the messages that arrive. Types: client.d.ts.
// Packets: int32 length of the whole packet, int16 length of the header (16), int16 version, int32 operation, int32 seq, body; big-endian.

const HEADER = 16, MAX_PACKET = 32 << 20, MAX_TOKEN = 8192, SHORT_EXPIRY = 5_000, DONE = { value: undefined, done: true };
const OP = { heartbeat: 2, message: 5, disconnected: 6, auth: 7, authReply: 8, changeRoom: 12, changeRoomReply: 13 };
const FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000, PROBE_INTERVAL = 15_000, RENEW_BEFORE = 120_000, LONGEST_TIMER = 2 ** 31 - 1;
const OPTIONS = { heartbeatIntervalMs: [30_000, 1_000, 150_000], connectTimeoutMs: [10_000, 100, 300_000], // Unless set, least, most.
  queueMessages: [1_000, 1, 1_000_000], queueBytes: [32 << 20, 1, 2 ** 30] };

/** A message: the bytes that were pushed, as `data`. */
export class GoimMessage {
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

/** Gives messages by iteration: `for await (const message of connection)`. Event: `state`, with `state`, `reason` and `retryInMs`. */
export class GoimConnection extends EventTarget {
  #url; #token; #options; #state = 'connecting'; #error = null;
  #current = null; // The attempt or connection of now. Events of an earlier one are ignored.
  #wait = FIRST_WAIT; #waiting = null; #early = null; #mayBeEarly = true; #isFull = false;
  #queue = []; #queuedBytes = 0; #takers = []; // Not both: a taker waits only while the queue is empty.
  #lifetime = new AbortController();

  /** Connects at once. */
  constructor(url, token, options = {}) {
    super();
    this.#url = addressOf(url);
    this.#token = typeof token === 'function' ? token : (encoded(token), () => token);
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

  /**
   * Changes to a room of the token's `rooms`; -1 leaves the room. Gives the room, or rejects with an Error that says why not. A new
   * connection is in the room of its token again.
   */
  changeRoom(roomId) {
    return new Promise((resolve, reject) => {
      if ((roomId | 0) !== roomId) throw new TypeError(`roomId is ${roomId}: expected a whole number of 32 bits.`);
      if (this.#state !== 'connected') throw new Error(`the connection is ${this.#state}: expected connected`);
      this.#current.changes.push({ resolve, reject }); // The comet answers them in order.
      this.#send(this.#current, OP.changeRoom, new TextEncoder().encode(roomId));
    });
  }

  /** The messages, shared by all iterators. Ends after close(); throws a GoimDisconnectedError if the connection has ended without it. */
  [Symbol.asyncIterator]() {
    let isDone = false;
    const iterator = {
      next: () => new Promise((resolve, reject) => {
        isDone ? resolve(DONE) : this.#takers.push({ iterator, resolve, reject });
        this.#serve();
      }),
      return: async () => {
        isDone = true;
        this.#takers = this.#takers.filter(taker => taker.iterator !== iterator || taker.resolve(DONE));
        return DONE;
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
  #serve() {
    while (this.#takers.length > 0 && this.#queue.length > 0) {
      const value = this.#queue.shift();
      this.#queuedBytes -= value.data.length;
      this.#takers.shift().resolve({ value, done: false });
    }
    if (this.#isFull && this.#queue.length === 0) this.#retry();
    if (this.#state !== 'closed') return;
    for (const taker of this.#takers.splice(0)) this.#error ? taker.reject(this.#error) : taker.resolve(DONE);
  }
  #deliver(current, message) {
    if (!current.hasRoom) return this.#end(current, `too slow: ${this.#queue.length} messages wait to be taken, and one more came`, 'full');
    this.#queuedBytes += message.data.length;
    this.#queue.push(message);
    this.#serve();
  }

  async #connect() {
    this.#mayBeEarly = !this.#early; // After an early attempt the next wait is not cut short.
    this.#drop();
    const current = this.#current = {
      timers: {}, stop: new AbortController(), unanswered: 0, isProbing: false, renewalWait: FIRST_WAIT, changes: [] };
    this.#after(current, 'limit', this.#options.connectTimeoutMs, () => this.#end(current, `${this.#url} did not answer in time`));
    if (this.#state !== 'connecting') this.#say('connecting');
    const token = await this.#newToken(current);
    if (!token) return;
    try {
      current.socket = Object.assign(new this.#options.WebSocket(this.#url), { binaryType: 'arraybuffer' });
    } catch (problem) { return this.#end(current, `${this.#url}: ${problem.message}`, 'final'); }
    const on = (type, listener) => current.socket.addEventListener(type, listener);
    on('open', () => this.#send(current, OP.auth, token));
    on('message', event => this.#receive(current, event.data));
    const broke = () => this.#end(current, current.since ? 'the connection broke' : `${this.#url}: no connection was made`);
    ['close', 'error'].forEach(type => on(type, broke)); // Browsers send both, Node 20 only one. None says why.
  }

  // Null if the attempt has ended, or the function has failed. It has failed too if it gives no token.
  async #newToken(current) {
    try {
      await null; // Not called within the constructor, when nobody listens yet.
      if (current !== this.#current) return null;
      const given = await this.#token({ signal: current.stop.signal }), token = encoded(given?.token ?? given);
      current.expires = given?.expiresInMs > 0 ? Date.now() + given.expiresInMs : null;
      return current === this.#current ? token : null;
    } catch (problem) {
      if (!current.since) this.#end(current, `the token function failed: ${problem?.message ?? problem}`);
      else this.#renewIn(current, 0); // The connection stays. If its token expires, the comet ends it.
      return null;
    }
  }
  // Earlier by up to a fifth, since many pages connect at once. If little is left or the function failed, waits as those of #retry.
  #renewIn(current, left) {
    const isShort = left < SHORT_EXPIRY;
    const wait = isShort ? shortened(current.renewalWait) : Math.max(left / 2, left - RENEW_BEFORE) * (1 - Math.random() / 5);
    current.renewalWait = isShort ? Math.min(2 * current.renewalWait, LONGEST_WAIT) : FIRST_WAIT;
    this.#after(current, 'renewal', wait, async () => this.#send(current, OP.auth, await this.#newToken(current)));
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
        return this.#end(current, `${this.#url} sent a packet of ${length} bytes in a message of ${left}: expected a comet's`, 'final');
      }
      Object.assign(current, { unanswered: 0, isProbing: false });
      const op = view.getInt32(at + 8), body = new Uint8Array(data.slice(at + HEADER, at + length));
      if (op === OP.message) this.#deliver(current, new GoimMessage(body));
      if (op === OP.disconnected) this.#end(current, ...farewell(body));
      if (op === OP.authReply) this.#accepted(current);
      if (op === OP.changeRoomReply) settle(current.changes.shift(), body);
    }
  }

  #accepted(current) {
    if (current.expires) this.#renewIn(current, current.expires - Date.now());
    if (current.since) return; // A renewal.
    clearTimeout(current.timers.limit);
    current.since = Date.now();
    this.#after(current, 'beat', this.#options.heartbeatIntervalMs, () => this.#beat(current));
    this.#say('connected');
  }

  // Counts heartbeats, not time: timers of a page in the background run late, and before what has arrived meanwhile is read.
  #beat(current) {
    if (current.unanswered >= 2) return this.#end(current, 'no heartbeat was answered');
    current.unanswered++;
    this.#send(current, OP.heartbeat);
    const interval = Math.min(this.#options.heartbeatIntervalMs, current.isProbing ? PROBE_INTERVAL : Infinity);
    this.#after(current, 'beat', interval, () => this.#beat(current));
  }

  // The page is visible again, or the machine online: the wait is cut short, and the connection may be dead.
  #wake() {
    if (globalThis.document?.visibilityState === 'hidden') return;
    if (this.#waiting && this.#mayBeEarly) this.#early ??= setTimeout(() => this.#connect(), Math.random() * FIRST_WAIT);
    if (!this.#current?.since || this.#current.isProbing) return;
    this.#beat(Object.assign(this.#current, { unanswered: 0, isProbing: true }));
  }

  // Connects again, unless kind is 'final': when the queue has been emptied if it is 'full', and never early if the comet 'told' to.
  #end(current, reason, kind) {
    if (current !== this.#current) return;
    if (kind === 'final') return this.#finish(new GoimDisconnectedError(reason), reason);
    const lasted = Date.now() - current.since >= this.#options.heartbeatIntervalMs;
    if (lasted) this.#wait = FIRST_WAIT;
    this.#mayBeEarly = kind !== 'told' && (lasted || this.#mayBeEarly);
    this.#drop();
    this.#isFull = kind === 'full';
    this.#say('reconnecting', reason, this.#isFull ? null : this.#retry());
  }

  // 1 s, then twice as long each time, at most 30 s, each shortened at random by up to a half: a comet's clients do not return together.
  #retry() {
    const wait = shortened(this.#wait);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    this.#isFull = false;
    this.#waiting = setTimeout(() => this.#connect(), wait);
    return wait;
  }
  #finish(error, reason) {
    if (this.#state === 'closed') return;
    this.#drop();
    this.#error = error;
    this.#lifetime.abort();
    this.#say('closed', reason);
    this.#serve();
  }
  #drop() {
    const { timers, socket, stop, changes } = this.#current ?? { timers: {}, changes: [] };
    for (const timer of [...Object.values(timers), this.#waiting, this.#early]) clearTimeout(timer);
    this.#current = this.#waiting = this.#early = null;
    this.#isFull = false;
    for (const change of changes) change.reject(new Error('the connection ended before the comet answered'));
    stop?.abort();
    socket?.close();
  }
  #after(current, name, ms, action) {
    if (current !== this.#current) return;
    clearTimeout(current.timers[name]);
    current.timers[name] = setTimeout(action, Math.min(ms, LONGEST_TIMER));
  }

  #say(state, reason = null, retryInMs = null) {
    this.#state = state;
    this.dispatchEvent(Object.assign(new Event('state'), { state, reason, retryInMs }));
  }
}

const shortened = ms => ms * (1 - Math.random() / 2);
function encoded(token) {
  const bytes = new TextEncoder().encode(typeof token === 'string' ? token : ''), size = bytes.length;
  if (size >= 1 && size <= MAX_TOKEN) return bytes;
  throw new TypeError(`the token has ${size} bytes: expected a string of 1 to ${MAX_TOKEN}`);
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
// Undefined if it is not the body of a comet.
function parsed(body) {
  try { return new GoimMessage(body).json(); } catch { return undefined; }
}
// The answer to a change of room: {"roomId":7} or {"error":"…"}.
function settle(change, body) {
  const said = parsed(body);
  Number.isInteger(said?.roomId) ? change?.resolve(said.roomId) : change?.reject(new Error(String(said?.error ?? 'no reason was given')));
}
// The reason, and its kind: the client connects again only if the comet says so.
function farewell(body) {
  const said = parsed(body);
  return [String(said?.reason ?? 'no reason was given').replace(/\p{Cc}/gu, ' '), said?.reconnect === true ? 'told' : 'final'];
}
