// Starts the panels.
import { host } from './host.js';

const STATES = { connecting: 'connecting', up: 'running', down: 'not running', key: 'key needed', refused: 'refused' };
const pill = document.getElementById('host-state');

host.addEventListener('change', () => {
  pill.textContent = STATES[host.state];
  pill.className = `pill ${host.state === 'up' ? 'good' : 'bad'}`;
});
host.watch();
