// Looks at the router nodes, the broker, the storage and the comet, and says what is wrong in the terms of docs/operate.md.
import { read, send } from './api.js';
import { host } from './host.js';
import { report, withEnd } from './problems.js';

const COMET = {
  facade: 'The comet cannot register clients, because the host or a router node did not answer its last heartbeat: '
    + 'connected clients stay and get their messages, and new ones are told to come back.',
  broker: 'The comet does not reach the topic of pushes: its clients stay connected and get no messages until the broker is back.',
  offsets: 'The comet has not found the ends of the topic\'s partitions since its start: until then, clients are told to come back.',
  stopping: 'The comet stops: it takes no new clients and closes the others.',
  starting: 'The comet has not started yet: clients cannot connect.',
};
const REDIS = 'new sessions are refused, and pushes, counts and connected clients go on';

/** Asks `/monitor/ping`, and which router nodes do not answer if it says that some do not. */
export async function lookAtParts(signal) {
  const { status, text } = await send('GET', '/monitor/ping', { signal });
  const [part, reason] = text.split(': ');
  if (status === 200) report('parts', {});
  else if (reason) report('parts', { redis: `${reason}: ${REDIS}.` });
  else if (part === 'router') report('parts', { router: await routerSentence(signal) });
  else if (part === 'broker') report('parts', { broker: brokerSentence() });
  else if (part === 'storage') report('parts', { storage: STORAGE });
  else report('parts', { ping: `/monitor/ping answered ${status}: whether the parts of the host work is not known.` });
}

const STORAGE = 'The storage does not answer (AzureWebJobsStorage): requests with an Idempotency-Key are refused, and a deletion that a '
  + 'router node does not confirm fails; pushes without a key go on.';

/** What the embedded comet says of itself. */
export function lookAtComet(comet) {
  const problems = (comet.problem ?? '').split(',').filter(word => word !== '');
  report('comet', Object.fromEntries(problems.map(word => [`comet ${word}`, COMET[word] ?? `The comet says: ${word}.`])));
}

function brokerSentence() {
  const { brokers, topic } = host.settings.kafka;
  return `The broker (${brokers}) does not answer, or its topic ${topic} cannot be used: a push with ack=broker fails, and one with `
    + 'ack=queue is answered and waits for 5 minutes at most.';
}

async function routerSentence(signal) {
  const { error, data } = await read('/1/router/ping', signal).catch(() => ({}));
  const down = (data?.nodes ?? []).filter(node => !node.ok).map(node => `${node.node} (${host.settings.router.nodes[node.node]})`);
  if (down.length === 0 && error) return `The router nodes cannot be used: ${withEnd(error)}`;
  const who = down.length === 0 ? 'A router node does not answer'
    : `Router ${down.length === 1 ? 'node' : 'nodes'} ${down.join(', ')} ${down.length === 1 ? 'does' : 'do'} not answer`;
  return `${who}: pushes to users, connects and counts that need it fail; pushes to rooms and to everyone go on.`;
}
