// Rates, router nodes, comets, counts of sessions, and the journal, as they are now.
import { read } from './api.js';
import { counted, el, number } from './dom.js';
import { lookAtComet, lookAtParts } from './health.js';
import { host } from './host.js';
import { dataOf, RefusedError, repeat } from './looks.js';
import * as parts from './parts.js';
import { report, withEnd } from './problems.js';
import { Rate } from './rates.js';
import { Sparkline } from './sparkline.js';

const SECOND = 1_000, MOST_ROOMS = 50;
const LOOKS_OF_NODE = { up: 'good', idle: '' };
const at = id => document.getElementById(id);
const [pushes, records] = [new Rate(), new Rate()];
let lines = [];
let comet = null;
let servers = [];

export function start() {
  lines = [new Sparkline(at('pushes-rate'), 'Pushes', pushes), new Sparkline(at('records-rate'), 'Records', records)];
  parts.start();
  host.addEventListener('change', () => { at('status-old').hidden = host.state === 'up' || host.settings === null; });
  host.addEventListener('restart', () => [pushes, records].forEach(rate => rate.gap()));
  repeat(SECOND, lookAtStat, statFailed);
  repeat(SECOND, lookAtParts, partsFailed);
  repeat(SECOND, lookAtOwnComet, () => {});
  repeat(2 * SECOND, lookAtCounts, countsFailed);
}

async function lookAtStat(signal) {
  const stat = await dataOf('/monitor/stat', signal);
  report('stat', {});
  pushes.add(stat.pushes);
  records.add(stat.records.queued + stat.records.acknowledged);
  draw();
  const failed = stat.records.failed;
  at('stat-total').textContent = `Pushes: ${number(stat.pushes)}. Records: ${number(stat.records.queued)} queued, `
    + `${number(stat.records.acknowledged)} acknowledged${failed > 0 ? `, ${number(failed)} failed` : ''}`;
  at('stat-total').className = failed > 0 ? 'bad' : 'hint';
  fill(at('nodes'), stat.routers.map(node => [
    node.node, { text: node.state, className: LOOKS_OF_NODE[node.state] ?? 'bad' },
    node.calls, node.failures, node.retries, ms(node.skewMs)]));
  const { queued, replayed, poison } = stat.journal;
  fill(at('journal'), host.settings.storage.on ? [['on', queued, replayed, poison]] : [['off, there is no storage', '', '', '']]);
}

function statFailed(problem) {
  for (const rate of [pushes, records]) rate.gap();
  draw();
  if (problem instanceof RefusedError) report('stat', { stat: `The counters cannot be read: ${withEnd(problem.message)}` });
}

function draw() {
  for (const line of lines) line.draw();
}

function partsFailed(problem) {
  if (problem?.name !== 'TimeoutError') return;
  report('parts', { ping: 'The host did not say within 5 s whether its parts work: one of them may hang.' });
}

async function lookAtOwnComet(signal) {
  const answer = await read('/local/comet', signal);
  if (typeof answer.embedded !== 'boolean') return; // Refused.
  comet = answer;
  lookAtComet(comet);
  showComets();
}

/** One after the other: a browser opens few connections to one host. */
async function lookAtCounts(signal) {
  const total = await dataOf('/1/count?type=total', signal);
  const rooms = await dataOf('/1/count?type=room', signal);
  servers = await dataOf('/1/count?type=server', signal);
  at('count-total').textContent = `${counted(total.sessions, 'session')} of ${counted(total.users, 'user')}`;
  at('count-total').className = '';
  const most = rooms.toSorted((one, other) => other.Count - one.Count || one.RoomId - other.RoomId);
  fill(at('rooms'), most.slice(0, MOST_ROOMS)
    .map(({ RoomId, Count }) => [RoomId === -1 ? 'none (-1)' : `${RoomId}`, Count]));
  at('more-rooms').textContent = most.length > MOST_ROOMS ? `and ${number(most.length - MOST_ROOMS)} more` : '';
  showComets();
}

function countsFailed(problem) {
  if (problem === null) return;
  const why = problem instanceof RefusedError ? withEnd(problem.message) : 'the host does not answer.';
  at('count-total').textContent = `Sessions cannot be counted: ${why}`;
  at('count-total').className = 'bad';
}

function showComets() {
  const own = comet?.stat;
  const isCounted = !own || servers.some(({ Server }) => Server === own.server);
  const all = isCounted ? servers : [...servers, { Server: own.server, Count: 0 }];
  fill(at('comets'), all.map(({ Server, Count }) => (Server !== own?.server ? [`${Server}`, Count, '', '', '', ''] : [
    `${Server} (embedded)`, Count, own.connections, sum(own.delivered), sum(own.dropped),
    own.lagMs === null ? 'none yet' : ms(own.lagMs)])));
}

/** Shows rows of texts and numbers. The table stays as it is if nothing has changed: someone may be reading or selecting in it. */
function fill(body, rows) {
  const now = JSON.stringify(rows);
  if (body.shownRows === now) return;
  body.shownRows = now;
  const columns = body.parentElement.tHead.rows[0].cells.length;
  const none = el('tr', {}, el('td', { colSpan: columns, className: 'hint' }, 'none'));
  body.replaceChildren(...(rows.length === 0 ? [none] : rows.map(cells => el('tr', {}, ...cells.map(cell)))));
}

function cell(content) {
  if (typeof content === 'number') return el('td', { className: 'number' }, number(content));
  return typeof content === 'string' ? el('td', {}, content) : el('td', { className: content.className }, content.text);
}

const ms = value => ({ text: `${number(value)} ms`, className: 'number' });
const sum = kinds => Object.values(kinds).reduce((total, count) => total + count, 0);
