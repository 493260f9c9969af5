// One record: what a line of /local/records says, and a message as text, JSON or hex.
import { hexOf, textOf } from './bytes.js';
import { indented } from './jsonText.js';

/** Most characters and lines of a message that are shown at once. */
const SHORT = 160, SHORT_LINES = 6;

/**
 * A line as a record: `partition`, `offset`, `key` (hex), `op`, `server`, `keys` (sub keys), `room`, `other` (text), `msg` (base64).
 * What it does not have is null. One whose value is no JSON has the op `unreadable`, and its value as `msg`.
 */
export function parse(line) {
  const { partition, offset, keyHex, value, valueBase64 } = JSON.parse(line);
  const members = membersOf(value);
  const place = { partition, offset, key: keyHex };
  if (members === null) return { ...place, op: 'unreadable', server: null, keys: null, room: null, other: '', msg: valueBase64 };
  const { op, server, subkeys, roomid, msg, ...others } = members;
  const isForServer = op !== 'broadcast' && op !== 'broadcast_room';
  return {
    ...place, op: String(op),
    server: isForServer ? server ?? 0 : null, // Zeros are left out of records.
    keys: Array.isArray(subkeys) ? subkeys : op === 'kick' ? ALL : null,
    room: op === 'broadcast' || op === 'multiple' || op === 'kick' ? null : roomid ?? 0,
    other: Object.entries(others).map(([name, member]) => told(name, member)).join(', '),
    msg: typeof msg === 'string' ? msg : null,
  };
}

/** The sub keys of a kick of all connections of a comet. */
export const ALL = Object.freeze([]);

/** Users of a record's sub keys, at most five by name. */
export function usersOf({ keys }) {
  if (keys === null) return '';
  if (keys === ALL) return 'all of the server';
  const users = [...new Set(keys.map(key => String(key).split('_')[0]))];
  return users.length > 5 ? `${users.slice(0, 5).join(', ')} and ${users.length - 5} more` : users.join(', ');
}

/** A record's message in a view: `text`, `json` or `hex`. Of bytes that have no such view, `note` says so. */
export function messageOf({ msg }, view) {
  const bytes = bytesOf(msg);
  if (view === 'hex') return { text: hexOf(bytes), note: '' };
  const text = textOf(bytes);
  if (text === null) return { text: hexOf(bytes), note: 'no text' };
  if (view === 'text') return { text, note: '' };
  return isJson(text) ? { text: indented(text), note: '' } : { text, note: 'no JSON' };
}

/** What is shown of a text at first. The text itself if it is short. */
export function shortened(text) {
  if (text.length <= SHORT && text.split('\n', SHORT_LINES + 1).length <= SHORT_LINES) return text;
  return `${text.slice(0, SHORT * 4).replace(/\s+/g, ' ').slice(0, SHORT)}…`;
}

function membersOf(value) {
  try {
    const members = JSON.parse(value);
    return members !== null && typeof members === 'object' && !Array.isArray(members) && 'op' in members ? members : null;
  } catch {
    return null;
  }
}

function told(name, member) {
  if (name === 'expires' && Number.isFinite(member) && Math.abs(member) < 8.64e15) return `expires ${new Date(member).toISOString()}`;
  const text = Array.isArray(member) ? member.join(' ') : typeof member === 'string' ? member : JSON.stringify(member);
  return member === true ? name : `${name} ${text.length > SHORT ? `${text.slice(0, SHORT)}…` : text}`;
}

function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64 ?? ''), character => character.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}

function isJson(text) {
  try { return JSON.parse(text) !== undefined; } catch { return false; }
}
