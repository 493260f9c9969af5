/** What a token function gives. */
export interface GoimToken {
  /** 1 to 8,192 bytes of UTF-8. */
  token: string;
  /** How long the token is valid from now on. Unset: it is not renewed. */
  expiresInMs?: number;
}

/** Gives a token for each attempt to connect, and before the token of a connection expires. If it fails, it is called again later. */
export type GoimTokenFunction = () => string | GoimToken | Promise<string | GoimToken>;

export interface GoimOptions {
  /** Ends the connection, as close() does. */
  signal?: AbortSignal;
  /** Between two heartbeats: 1,000 to 150,000, unless set 30,000. A connection on which two are not answered counts as broken. */
  heartbeatIntervalMs?: number;
  /** From an attempt to connect, with its token, to the answer of the comet: 100 to 300,000, unless set 10,000. */
  connectTimeoutMs?: number;
  /** How many messages may wait to be taken: 1 to 1,000,000, unless set 1,000. */
  queueMessages?: number;
  /** How many bytes of messages may wait to be taken: 1 to 2^30, unless set 32 MiB. */
  queueBytes?: number;
  /** In place of the global WebSocket, which Node has from 22 on: such as that of the package ws. */
  WebSocket?: new (url: string) => unknown;
}

/** `reconnecting`: the connection or an attempt has ended, and the next attempt is waited for. `closed`: for good. */
export type GoimState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** A message. */
export class GoimMessage {
  constructor(data: Uint8Array);
  /** The bytes that were pushed. */
  readonly data: Uint8Array;
  /** The bytes as UTF-8; what is no UTF-8 becomes U+FFFD. */
  text(): string;
  /** The bytes as JSON. Throws a SyntaxError if they are none. */
  json(): any;
}

/** The connection has ended for good without close(). `message` says why. */
export class GoimDisconnectedError extends Error {
  name: 'GoimDisconnectedError';
}

/** A message has arrived. */
export interface GoimMessageEvent extends Event {
  readonly message: GoimMessage;
}

/** The state has changed. */
export interface GoimStateEvent extends Event {
  readonly state: GoimState;
  /** Why, with `reconnecting` and `closed`: the comet's own words, or what went wrong. */
  readonly reason: string | null;
  /** With `reconnecting`, the wait. Null when the messages that wait must be taken first. */
  readonly retryInMs: number | null;
}

export interface GoimEvents {
  message: GoimMessageEvent;
  state: GoimStateEvent;
}

/** A client of a comet. It stays connected until close(), or until the comet says that it may not come back. */
export class GoimConnection extends EventTarget implements AsyncIterable<GoimMessage> {
  /** Connects at once. */
  constructor(url: string | URL, token: string | GoimTokenFunction, options?: GoimOptions);
  readonly state: GoimState;
  /** Ends the connection. Messages that have arrived can still be taken; then the iteration ends. */
  close(): void;
  /** The messages. Ends after close(), and throws a GoimDisconnectedError if the connection has ended for good without it. */
  [Symbol.asyncIterator](): AsyncGenerator<GoimMessage, void, undefined>;
  addEventListener<K extends keyof GoimEvents>(
    type: K, listener: ((event: GoimEvents[K]) => void) | null, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof GoimEvents>(
    type: K, listener: ((event: GoimEvents[K]) => void) | null, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}

/** Connects to a comet: `new GoimConnection(url, token, options)`. */
export function connect(url: string | URL, token: string | GoimTokenFunction, options?: GoimOptions): GoimConnection;
