// The panel with the clients that this page connects through the embedded comet.
import { ClientCard } from './clientCard.js';
import { host } from './host.js';

const MOST = 8;
const form = document.getElementById('connect'), list = document.getElementById('client-cards');
const field = form.elements.token, problem = document.getElementById('connect-problem');
const cards = [];
let made = 0, attempts = 0, isConnecting = false, shown = 'UserId';

export function start() {
  host.addEventListener('change', showSettings);
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (!isConnecting) add(field.value.trim());
  });
}

function showSettings() {
  if (!host.settings) return;
  const { comet, tokens } = host.settings;
  document.getElementById('comet-off').hidden = comet.embedded;
  form.hidden = document.getElementById('token-hint').hidden = !comet.embedded;
  if (tokens === shown) return;
  shown = tokens;
  const isUser = tokens === 'UserId';
  document.getElementById('token-name').textContent = isUser ? 'User' : 'Token';
  document.getElementById('token-hint').textContent = isUser ? 'Any user id. Up to eight clients.'
    : `A token of the client: Connect__Tokens is ${tokens}. It stays in this page. Up to eight clients.`;
  field.value = isUser ? '42' : '';
}

async function add(token) {
  problem.textContent = '';
  if (cards.length >= MOST) {
    problem.textContent = `There are ${MOST} clients: remove one first.`;
    return;
  }
  isConnecting = true;
  try {
    const { connect } = await module();
    const isUser = shown === 'UserId';
    const name = isUser ? `user ${token}` : `token ${token.length > 12 ? `${token.slice(0, 12)}…` : token}`;
    const card = new ClientCard(`Client ${made + 1}: ${name}`, () => connect('/sub', token), remove);
    made++;
    cards.push(card);
    list.append(card.element);
    if (isUser && /^-?\d+$/.test(token)) field.value = String(BigInt(token) + 1n);
  } catch (error) {
    problem.textContent = `Not connected: ${error.message}.`;
  } finally {
    isConnecting = false;
  }
}

// A browser may remember that a module could not be loaded, so each attempt has an address of its own.
async function module() {
  const address = attempts === 0 ? '/client.js' : `/client.js?attempt=${attempts}`;
  try {
    return await import(address);
  } catch {
    attempts++;
    throw new Error('the comet\'s client.js could not be loaded');
  }
}

function remove(card) {
  const at = cards.indexOf(card);
  card.close();
  card.element.remove();
  cards.splice(at, 1);
  problem.textContent = '';
  const next = cards[at] ?? cards.at(-1);
  (next ? next.element.querySelector('[name=remove]') : field).focus();
}
