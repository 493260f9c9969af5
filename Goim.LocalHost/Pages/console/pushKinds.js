// The pushes: what each takes, and the request that it makes.
import { fromHex, utf8 } from './bytes.js';
import { rawMember } from './jsonText.js';

const OPTIONS = ['ack', 'detail', 'dry', 'idempotencyKey', 'errors'], RESTRICTIONS = ['except', 'ttl'];
const bytes = given => given.format === 'hex' ? fromHex(given.message) ?? new Uint8Array() : utf8(given.message);
const list = (given, member, values, rest = '') => utf8(`{"m":${given.message},"${member}":[${values}]${rest}}`);

/**
 * `fields`: the fields of the form that count. `target`: the part of them that is in the query. `body`: the bytes that are sent.
 * `messages`: the bytes that clients receive.
 */
export const KINDS = {
  push: {
    path: '/1/push', fields: ['uid', 'message', 'format', ...OPTIONS, ...RESTRICTIONS],
    target: ['uid'], body: bytes, messages: given => [bytes(given)],
  },
  pushs: {
    path: '/1/pushs', fields: ['users', 'message', ...OPTIONS, ...RESTRICTIONS],
    target: [], body: given => list(given, 'u', given.users), messages: given => [utf8(given.message.trim())],
  },
  room: {
    path: '/1/push/room', fields: ['rid', 'ensure', 'message', 'format', ...OPTIONS, ...RESTRICTIONS],
    target: ['rid', 'ensure'], body: bytes, messages: given => [bytes(given)],
  },
  rooms: {
    path: '/1/push/rooms', fields: ['rooms', 'ensure', 'message', ...OPTIONS, ...RESTRICTIONS],
    target: [], body: given => list(given, 'r', given.rooms, given.ensure && ',"ensure":true'),
    messages: given => [utf8(given.message.trim())], // A client is in one of the rooms.
  },
  all: {
    path: '/1/push/all', fields: ['message', 'format', ...OPTIONS, ...RESTRICTIONS],
    target: [], body: bytes, messages: given => [bytes(given)],
  },
  key: {
    path: '/1/push/key', fields: ['key', 'message', 'format', ...OPTIONS, 'ttl'],
    target: ['key'], body: bytes, messages: given => [bytes(given)],
  },
  batch: { // Its lines have their own restrictions: it refuses them in the query.
    path: '/1/push/batch', fields: ['lines', ...OPTIONS],
    target: [], body: given => utf8(given.lines), messages: given => given.lines.split('\n').map(messageOf).filter(Boolean),
  },
};

/**
 * The request: `method`, `target` (path and query), `headers` without keys, `body` and `messages` (bytes).
 * @param given The values of the form's fields by name. An empty one is left out.
 */
export function requestOf(kind, given) {
  const { path, fields, target, body, messages } = KINDS[kind];
  const names = [...target, 'ack', 'detail', 'dry', ...RESTRICTIONS].filter(name => fields.includes(name) && given[name] !== '');
  const query = names.map(name => `${name}=${encoded(given[name])}`).join('&');
  return {
    method: 'POST', target: query ? `${path}?${query}` : path,
    headers: {
      ...(given.idempotencyKey.trim() && { 'Idempotency-Key': given.idempotencyKey.trim() }),
      ...(given.errors && { 'X-Goim-Errors': given.errors }),
    },
    body: body(given), messages: given.dry ? [] : messages(given),
  };
}

/** What cannot be sent at all, by the field's name. What the host refuses is not among it. */
export function problemsOf(kind, given) {
  const problems = {};
  if (KINDS[kind].fields.includes('format') && given.format === 'hex' && !fromHex(given.message)) {
    problems.message = 'This is no hex: expected two digits, 0 to 9 and a to f, for each byte.';
  }
  if (!/^[\x20-\x7e]*$/.test(given.idempotencyKey)) problems.idempotencyKey = 'A header has ASCII characters only.';
  return problems;
}

const encoded = value => encodeURIComponent(value.toWellFormed()).replaceAll('%2C', ',');

function messageOf(line) {
  const message = rawMember(line, 'm');
  return message && utf8(message);
}
