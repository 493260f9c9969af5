// Starts the panels.
import * as clients from './clients.js';
import { host } from './host.js';
import * as problems from './problems.js';
import * as pushes from './pushes.js';
import * as records from './records.js';
import * as status from './status.js';

const STATES = { connecting: 'connecting', up: 'running', down: 'not running', key: 'key needed', refused: 'refused' };
const pill = document.getElementById('host-state');

host.addEventListener('change', () => {
  pill.textContent = STATES[host.state];
  pill.className = `pill ${host.state === 'up' ? 'good' : 'bad'}`;
});
clients.start();
pushes.start();
problems.start();
records.start();
status.start();
host.watch();
