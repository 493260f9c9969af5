// A client of this page: its connection, its state and what it has received.
import { hexOf, textOf } from './bytes.js';
import { counted, el, inMs } from './dom.js';
import { receipts } from './receipts.js';

const SHOWN = 100, FEW = 10; // Messages. More than a few in a frame are not read out.
const MOST_CHARACTERS = 1_000, MOST_HEX = 256, CHECKED = 65_536;
const OWN = 'close() was called'; // As client.js says it.
const LOOKS = { connecting: 'warn', connected: 'good', reconnecting: 'warn', closed: 'bad' };
const template = document.getElementById('client-card');

export class ClientCard {
  element = template.content.firstElementChild.cloneNode(true);
  #connect; #connection; #waiting; #retryAt = 0;
  #count = 0; #pending = []; #isDue = false;

  /**
   * Connects at once.
   * @param name Tells the cards apart.
   * @param connect Makes a connection of client.js.
   * @param remove Called when the user removes the card.
   */
  constructor(name, connect, remove) {
    this.#connect = connect;
    this.#find('h3').textContent = name;
    this.#find('.messages').ariaLabel = `Messages of ${name}`;
    this.#find('article').ariaLabel = name;
    this.#find('[name=toggle]').addEventListener('click', () => this.#isClosed ? this.#open() : this.close());
    this.#find('[name=remove]').addEventListener('click', () => remove(this));
    this.#find('.change').addEventListener('submit', event => {
      event.preventDefault();
      this.#changeRoom(event.target.elements.room.value.trim());
    });
    this.#open();
  }

  close() { this.#connection.close(); }
  get #isClosed() { return this.#connection.state === 'closed'; }
  #find(selector) { return this.element.querySelector(selector); }

  #open() {
    const connection = this.#connection = this.#connect();
    connection.addEventListener('state', ({ state, reason, retryInMs }) => this.#show(state, reason, retryInMs));
    this.#show(connection.state, null, null);
    this.#receive(connection);
  }
  async #receive(connection) {
    try {
      for await (const { data } of connection) this.#add(data);
    } catch { /* Closed for good: the event has told why. */ }
  }

  #show(state, reason, retryInMs) {
    const pill = this.#find('.pill');
    pill.textContent = state;
    pill.className = `pill ${LOOKS[state]}`;
    this.#find('.reason').textContent = reason === OWN ? 'This page has disconnected it.' : reason ?? '';
    this.#find('[name=toggle]').textContent = state === 'closed' ? 'Connect again' : 'Disconnect';
    if (state !== 'connected') this.#find('.room').textContent = '';
    clearInterval(this.#waiting);
    this.#find('.wait').textContent = '';
    if (retryInMs === null) return;
    this.#retryAt = performance.now() + retryInMs;
    this.#waiting = setInterval(() => this.#countDown(), 250);
    this.#countDown();
  }
  #countDown() {
    const left = Math.max(0, this.#retryAt - performance.now());
    this.#find('.wait').textContent = `Next attempt in ${(left / 1_000).toFixed(1)} s.`;
  }

  async #changeRoom(given) {
    const said = this.#find('.room');
    if (!/^-?\d+$/.test(given)) {
      said.textContent = 'The room was not changed: expected a whole number, or -1 for no room.';
      return;
    }
    said.textContent = 'Changing the room…';
    try {
      const room = await this.#connection.changeRoom(Number(given));
      said.textContent = room === -1 ? 'In no room now.' : `In room ${room} now.`;
    } catch (problem) {
      said.textContent = `The room was not changed: ${problem.message}`;
    }
  }

  #add(data) {
    this.#count++;
    this.#pending.push({ data, at: new Date(), ms: receipts.received(data, this) });
    if (this.#pending.length > SHOWN) this.#pending.shift();
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => this.#render());
  }
  #render() {
    this.#isDue = false;
    const added = this.#pending.splice(0).reverse(), list = this.#find('ol');
    this.#find('.messages').ariaLive = added.length > FEW ? 'off' : 'polite';
    list.prepend(...added.map(row));
    while (list.children.length > SHOWN) list.lastChild.remove();
    const count = counted(this.#count, 'message');
    this.#find('.count').textContent = `${count}, newest first${this.#count > SHOWN ? `, the last ${SHOWN} are shown` : ''}.`;
  }
}

function row({ data, at, ms }) {
  const { text, kind, isCut } = shown(data);
  const size = counted(data.length, 'byte');
  const facts = [ms !== null && `${inMs(ms)} after the push`, kind, isCut ? `${size}, shortened` : size];
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(part => String(part).padStart(2, '0')).join(':');
  return el('li', {},
    el('p', { className: 'hint' }, `${time}.${String(at.getMilliseconds()).padStart(3, '0')} · ${facts.filter(Boolean).join(' · ')}`),
    ...(text === '' ? [] : [el('pre', { dir: 'auto' }, text)]));
}

// Text if the first part is UTF-8.
function shown(data) {
  const text = textOf(data.subarray(0, CHECKED), data.length > CHECKED);
  if (text === null) return { text: hexOf(data.subarray(0, MOST_HEX)), kind: 'hex', isCut: data.length > MOST_HEX };
  const first = text.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, ''); // Not half of a character.
  return { text: first, kind: '', isCut: first.length < text.length || data.length > CHECKED };
}
