// The records of the topic as they come: the newest first, filtered, pausable.
import { counted, number } from './dom.js';
import { host } from './host.js';
import { Newest, RecordFilter } from './recordFilter.js';
import { rowOf, showMessage } from './recordRow.js';
import { RecordStream } from './recordStream.js';

/** Most rows, and most characters of their lines. */
const MOST = 300, MOST_SIZE = 16 << 20;
const at = id => document.getElementById(id);
const form = at('records-form'), body = at('records-body'), region = at('records-region');
const fields = form.elements;

const filter = new RecordFilter();
const all = new Newest(MOST, MOST_SIZE);
const passing = new Newest(MOST, MOST_SIZE);
const stream = new RecordStream(take, note, say);
const rows = new Map(); // By the item's number.
let paused = null; // The items that are shown meanwhile.
let [items, came, passed, since] = [0, 0, 0, 0]; // since: records that have passed since the pause.
let isScheduled = false, notBefore = 0;

export function start() {
  form.addEventListener('submit', event => event.preventDefault());
  for (const name of ['op', 'room', 'user']) fields[name].addEventListener('input', filterAnew);
  fields.view.addEventListener('change', changeView);
  fields.fromStart.addEventListener('change', () => {
    stream.fromStart = fields.fromStart.checked;
    clear();
    stream.again();
  });
  at('records-pause').addEventListener('click', pauseOrGoOn);
  at('records-clear').addEventListener('click', clear);
  for (const event of ['change', 'restart']) host.addEventListener(event, showFromStart);
  fields.fromStart.checked = false; // A browser may fill in what it was before a reload.
  filterAnew();
  stream.run();
}

/** An embedded broker is always read from the start. */
function showFromStart() {
  at('records-from').hidden = host.settings?.kafka.embedded !== false;
}

function take(record, size) {
  came++;
  const item = { id: items++, record, size };
  all.push(item);
  if (filter.passes(record)) {
    passed++;
    if (paused) since++;
    passing.push(item);
  }
  schedule();
}

function note(text) {
  const item = { id: items++, note: text, size: text.length };
  all.push(item);
  passing.push(item);
  schedule();
}

function say(text, isBad) {
  const state = at('records-state');
  if (state.textContent !== text) state.textContent = text;
  state.className = isBad ? 'bad' : 'hint';
}

/** Of the records that went by while another filter was on, the newest are still among `all`. */
function filterAnew() {
  filter.read(fields);
  const kept = new Map([...passing.items, ...all.items].map(item => [item.id, item]));
  passing.replace([...kept.values()].filter(isShown).sort((one, other) => one.id - other.id));
  passed = passing.items.filter(item => item.record).length;
  schedule();
}

const isShown = ({ record }) => !record || filter.passes(record);

function pauseOrGoOn() {
  paused = paused ? null : passing.items.slice();
  since = 0;
  at('records-pause').textContent = paused ? 'Go on' : 'Pause';
  schedule();
}

function clear() {
  all.clear();
  passing.clear();
  if (paused) paused = [];
  [came, passed, since, stream.missed] = [0, 0, 0, 0];
  schedule();
}

function changeView() {
  const shown = new Map([...passing.items, ...(paused ?? [])].map(item => [item.id, item]));
  for (const [id, row] of rows) if (shown.has(id)) showMessage(row, shown.get(id), fields.view.value);
}

/** Renders with the next frame, and at most a quarter of the time. */
function schedule() {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(frame);
}

function frame(now) {
  if (now < notBefore) {
    requestAnimationFrame(frame);
    return;
  }
  isScheduled = false;
  const begin = performance.now();
  render();
  const end = performance.now();
  notBefore = end + 3 * (end - begin);
}

function render() {
  const shown = (paused ?? passing.items).filter(isShown);
  const wanted = new Set(shown.map(item => item.id));
  for (const [id, row] of rows) {
    if (wanted.has(id)) continue;
    if (row.contains(document.activeElement)) region.focus({ preventScroll: true }); // Focus would be lost with the row.
    row.remove();
    rows.delete(id);
  }
  let next = body.firstElementChild;
  for (const item of shown.toReversed()) {
    const row = rows.get(item.id);
    if (row) {
      next = row.nextElementSibling;
      continue;
    }
    const made = rowOf(item, fields.view.value);
    rows.set(item.id, made);
    body.insertBefore(made, next);
  }
  at('records-count').textContent = count(shown.filter(item => item.record).length);
}

function count(shown) {
  const passes = filter.isOn ? `, ${number(passed)} pass the filter` : '';
  const meanwhile = paused ? ` Paused: ${number(since)} more have come.` : '';
  const missed = stream.missed > 0 ? ` ${number(stream.missed)} were gone from the broker before they could be read.` : '';
  return `${counted(came, 'record')}${passes}, ${number(shown)} shown.${missed}${meanwhile}`;
}
