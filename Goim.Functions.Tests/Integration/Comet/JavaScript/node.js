// node node.js MODULE URL TOKENS OPTIONS: one line of JSON for each thing that the connection does. Reads commands, one a line, such as
// changeRoom 7.
import { createInterface } from 'node:readline';
import { record } from './record.js';

const [module, url, tokens, options] = process.argv.slice(2);
const { connect } = await import(module);
const recorded = record(connect, url, JSON.parse(tokens), JSON.parse(options), line => console.log(JSON.stringify(line)));
for await (const command of createInterface({ input: process.stdin })) {
  const [name, ...values] = command.split(' ');
  recorded[name](...values);
}
