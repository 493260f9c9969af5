// A row of the table of records.
import { el } from './dom.js';
import { messageOf, shortened, usersOf } from './recordForm.js';

const COLUMNS = 9;

/** The row of an item: of a record, or of a note between two. */
export function rowOf({ record, note }, view) {
  if (note !== undefined) return el('tr', { className: 'note' }, el('td', { colSpan: COLUMNS }, note));
  const { partition, offset, key, op, server, room, other } = record;
  return el('tr', {},
    el('td', { className: 'number' }, String(partition)), el('td', { className: 'number' }, String(offset)),
    el('td', { className: 'mono' }, key ?? ''), el('td', {}, op), el('td', {}, textOf(server)), el('td', {}, usersOf(record)),
    el('td', {}, textOf(room)), messageCell(record, view), el('td', {}, other));
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

const textOf = (value) => (value === null ? '' : String(value));
