/** What a token function gives. */
export interface GoimToken {
  /** 1 to 8,192 bytes of UTF-8. */
  token: string;
  /** How long the token is valid from now on. Unset: it is not renewed. */
  expiresInMs?: number;
}

/**
 * Gives a token for each attempt to connect, and before the token of a connection expires. If it fails, or gives no token, it is called
 * again later. `signal` is aborted when the token is no longer needed.
 */
export type GoimTokenFunction = (call: { signal: AbortSignal }) => string | GoimToken | Promise<string | GoimToken>;

export interface GoimOptions {
  /** Ends the connection, as close() does. */
  signal?: AbortSignal;
  /** Between two heartbeats: 1,000 to 150,000, unless set 30,000. A connection on which two are not answered counts as broken. */
  heartbeatIntervalMs?: number;
  /** From an attempt to connect, with its token, to the answer of the comet: 100 to 300,000, unless set 10,000. */
  connectTimeoutMs?: number;
  /** How many messages may wait to be taken: 1 to 1,000,000, unless set 1,000. Those that the comet has sent together may exceed it. */
  queueMessages?: number;
  /** How many bytes of messages may wait to be taken: 1 to 2^30, unless set 32 MiB. The last ones may exceed it. */
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

/** The state has changed. */
export interface GoimStateEvent extends Event {
  readonly state: GoimState;
  /** Why, with `reconnecting` and `closed`: the comet's own words, or what went wrong. */
  readonly reason: string | null;
  /** With `reconnecting`, the wait. Null when the messages that wait must be taken first. */
  readonly retryInMs: number | null;
}

// The DOM's types name these types, and Node's do not.
type ListenerArguments = Parameters<EventTarget['addEventListener']>;
type RemovalArguments = Parameters<EventTarget['removeEventListener']>;

/** Takes messages, one for each call of next(). */
export interface GoimIterator extends AsyncIterableIterator<GoimMessage> {
  next(): Promise<IteratorResult<GoimMessage, undefined>>;
  /** Ends this iterator, not the connection. A call of next() that waits ends too. */
  return(): Promise<IteratorReturnResult<undefined>>;
  [Symbol.asyncIterator](): GoimIterator;
}

/** A client of a comet. It stays connected until close(), or until the comet says that it may not come back. */
export class GoimConnection extends EventTarget implements AsyncIterable<GoimMessage> {
  /**
   * Connects at once.
   * @param url Such as `wss://comet.example/sub`. In a page it may be relative to it.
   * @param token 1 to 8,192 bytes of UTF-8, or a function that gives it.
   */
  constructor(url: string | URL, token: string | GoimTokenFunction, options?: GoimOptions);
  readonly state: GoimState;
  /** Ends the connection. Messages that have arrived can still be taken; then the iteration ends. */
  close(): void;
  /**
   * Changes to a room, and gives the room that the client is in then. Rejects with an Error that says why not: the comet's own words, or
   * that the connection is not `connected`, or ended before the comet answered. A new connection is in the room of its token again.
   * @param roomId One of the rooms that the token names for this; -1 leaves the room.
   */
  changeRoom(roomId: number): Promise<number>;
  /**
   * The messages. Ends after close(), and throws a GoimDisconnectedError if the connection has ended for good without it.
   * Several iterators share the messages: each message goes to one of them.
   */
  [Symbol.asyncIterator](): GoimIterator;
  addEventListener(type: 'state', listener: (event: GoimStateEvent) => void, options?: ListenerArguments[2]): void;
  addEventListener(...args: ListenerArguments): void;
  removeEventListener(type: 'state', listener: (event: GoimStateEvent) => void, options?: RemovalArguments[2]): void;
  removeEventListener(...args: RemovalArguments): void;
}

/** Connects to a comet: `new GoimConnection(url, token, options)`. */
export function connect(url: string | URL, token: string | GoimTokenFunction, options?: GoimOptions): GoimConnection;
