// What is embedded, in memory, elsewhere or off, with the setting that changes it.
import { el } from './dom.js';
import { host } from './host.js';

const body = document.getElementById('parts');
const TOKENS = {
  UserId: 'UserId: a token is any user id, for trials',
  Jwt: 'Jwt: a token is signed',
  Custom: 'of a kind of the host\'s own',
};

/** Shows the parts, by the host's settings. They change only when the host starts anew. */
export function start() {
  for (const event of ['change', 'restart']) host.addEventListener(event, show);
  show();
}

function show() {
  if (host.settings === null) return;
  const rows = partsOf(host.settings).map(([name, state, setting]) => el('tr', {},
    el('th', { scope: 'row' }, name), el('td', {}, state), el('td', {}, el('code', {}, setting))));
  body.replaceChildren(...rows);
}

function partsOf({ kafka, router, comet, storage, tokens, access }) {
  const nodes = Object.entries(router.nodes).map(([name, address]) => `${name} at ${address}`).join(', ');
  return [
    ['Broker', `${placeOf(kafka)}, at ${kafka.brokers}, topics ${kafka.topic} and ${kafka.eventsTopic}`, 'KafkaBrokers'],
    ['Router nodes', `${placeOf(router)}: ${nodes}`, 'Router__Nodes__1'],
    ['Comet', comet.embedded ? `embedded, at ${[comet.webSocket, comet.tcp].filter(Boolean).join(' and ')}` : 'off: none is embedded',
      'Comet__Embedded'],
    ['Storage', storage.on ? 'on: journal and idempotency keys' : 'off: no journal and no idempotency keys', 'AzureWebJobsStorage'],
    ['Tokens', TOKENS[tokens], 'Connect__Tokens'],
    ['Function keys', access.requireKeys ? 'on: requests need one' : 'off: no request needs one', 'LocalHost__RequireKeys'],
    ['Callers', access.callers.length > 0 ? `on: ${access.callers.join(', ')}` : 'off: there are none', 'Access__Callers__{name}__…'],
  ];
}

const placeOf = part => (part.embedded ? 'embedded, in memory' : 'external');
