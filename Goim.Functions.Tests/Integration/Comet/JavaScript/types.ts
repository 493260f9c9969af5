// Compiled against client.d.ts, and not run: what a caller may write, and what not.
import { connect, GoimConnection, GoimDisconnectedError, GoimMessage, type GoimOptions, type GoimState } from
  '../../../../Goim.Comet.Client/js/client.js';

const options: GoimOptions = { signal: AbortSignal.timeout(1), heartbeatIntervalMs: 30_000, queueBytes: 1, WebSocket };
const connection: GoimConnection = connect('wss://comet.example/sub', '42', options);
connect(new URL('wss://comet.example/sub'), () => '42');
connect('/sub', async () => ({ token: '42', expiresInMs: 1_000 }));
connect('/sub', async ({ signal }) => (await fetch('/token', { signal })).text());
connection.addEventListener('state', ({ state, reason, retryInMs }) => `${state.length} ${reason?.length} ${retryInMs?.toFixed()}`);
connection.addEventListener('state', () => connection.close(), { once: true });
connection.removeEventListener('state', () => connection.close());
const state: GoimState = connection.state;

export async function iterate(): Promise<GoimState | string> {
  try {
    for await (const message of connection) {
      const one: GoimMessage = message, bytes: Uint8Array = one.data;
      if (bytes.length > 1) return state;
      if (one.text().length > 0) one.json();
    }
  } catch (error) {
    if (error instanceof GoimDisconnectedError) return error.message;
  }
  return state;
}

export async function takeOne(): Promise<GoimMessage | undefined> {
  const iterator = connection[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  await iterator.return();
  return value;
}

export const room: Promise<number> = connection.changeRoom(7);

// @ts-expect-error: a room is a number.
connection.changeRoom('7');
// @ts-expect-error: a token is needed.
connect('wss://comet.example/sub');
// @ts-expect-error: a number is no token.
connect('wss://comet.example/sub', 42);
// @ts-expect-error: messages are no events.
connection.addEventListener('state', event => event.message);
// @ts-expect-error: no such option.
connect('wss://comet.example/sub', '42', { heartbeat: 30 });
// @ts-expect-error: no such state.
if (connection.state === 'open') connection.close();
// @ts-expect-error: the state is the connection's.
connection.state = 'closed';
