// Starts the panels.
import * as clients from './clients.js';
import { host } from './host.js';
import * as pushes from './pushes.js';

const STATES = { connecting: 'connecting', up: 'running', down: 'not running', key: 'key needed', refused: 'refused' };
const pill = document.getElementById('host-state');

host.addEventListener('change', () => {
  pill.textContent = STATES[host.state];
  pill.className = `pill ${host.state === 'up' ? 'good' : 'bad'}`;
});
clients.start();
pushes.start();
host.watch();
