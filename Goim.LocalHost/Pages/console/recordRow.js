// A row of the table of records.
import { el } from './dom.js';
import { messageOf, shortened, usersOf } from './recordText.js';

const COLUMNS = 9, MOST_KEYS = 100;

/** The row of an item: of a record, or of a note between two. */
export function rowOf({ record, note }, view) {
  if (note !== undefined) return el('tr', { className: 'note' }, el('td', { colSpan: COLUMNS }, note));
  const { partition, offset, key, op, server, room, other } = record;
  return el('tr', {},
    el('td', { className: 'number' }, String(partition)), el('td', { className: 'number' }, String(offset)),
    el('td', { className: 'mono' }, key ?? ''), el('td', {}, op), el('td', {}, textOf(server)), usersCell(record),
    el('td', {}, textOf(room)), messageCell(record, view), el('td', {}, other));
}

// The sub keys are shown when they are asked for.
function usersCell(record) {
  const users = usersOf(record);
  if (!record.keys?.length) return el('td', {}, users);
  const keys = record.keys.slice(0, MOST_KEYS).join(', ');
  const more = record.keys.length > MOST_KEYS ? ` and ${record.keys.length - MOST_KEYS} more` : '';
  return el('td', {}, el('details', {}, el('summary', {}, users), el('span', { className: 'mono' }, `${keys}${more}`)));
}

/** Shows the message of a row in another view. */
export function showMessage(row, { record }, view) {
  if (record) row.cells[7].replaceWith(messageCell(record, view));
}

function messageCell(record, view) {
  if (record.msg === null) return el('td');
  const { text, note } = messageOf(record, view);
  const short = shortened(text);
  const content = short === text ? el('pre', {}, text) : details(short, text);
  return note === '' ? el('td', {}, content) : el('td', {}, content, el('span', { className: 'hint' }, note));
}

/** The whole text is made when it is asked for. */
function details(short, text) {
  const element = el('details', {}, el('summary', { className: 'mono' }, short));
  element.addEventListener('toggle', () => {
    if (element.open && element.childElementCount === 1) element.append(el('pre', {}, text));
  });
  return element;
}

const textOf = value => (value === null ? '' : String(value));
