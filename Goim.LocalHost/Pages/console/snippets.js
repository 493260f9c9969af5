// A request as text that runs as it is. Keys are never in it: each form reads them from the environment.
import { hexOf, textOf } from './bytes.js';
import { number } from './dom.js';

/** Bytes. A longer body is not shown: curl could not take it as an argument, and nobody would read it. */
const MOST = 100_000;
const ENVIRONMENT = { 'x-goim-key': 'GOIM_KEY', 'x-functions-key': 'FUNCTION_KEY' };
const CONTROL = /[\p{Cc}]/u, INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * The forms by name. Each takes a request of pushKinds.js, the origin of the host and the names of the headers with keys, and gives
 * `text`, or `problem` if the form cannot have such a request.
 */
export const SNIPPETS = { curl: limited(curl), dotnet: limited(dotnet), http: limited(http) };

function limited(form) {
  return (request, origin, keyNames) => request.body.length <= MOST
    ? form(request, origin, keyNames)
    : { problem: `A body of ${number(request.body.length)} bytes is not shown. Up to ${number(MOST)} are.` };
}

function curl({ target, headers, body }, origin, keyNames) {
  const text = textOf(body), isPlain = text !== null && !CONTROL.test(text.replaceAll('\n', ''));
  const data = text === '' ? `-d ''` : !isPlain ? '--data-binary @-' : `${text.startsWith('@') ? '--data-raw' : '-d'} ${quoted(text)}`;
  const parts = [
    ...keyNames.map(name => `-H "${name}: $${ENVIRONMENT[name]}"`),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    data, quoted(origin + target)];
  const start = isPlain ? 'curl ' : `printf '${octal(body)}' | curl `;
  return { text: start + parts.join(parts.length > 2 ? ' \\\n  ' : ' ') };
}

const quoted = text => `'${text.replaceAll(`'`, `'\\''`)}'`;

// The format of a POSIX printf: it knows \ooo, and not \x. One that begins with - would be an option.
const octal = body => Array.from(body, (byte, i) => {
  const character = String.fromCharCode(byte), isPlain = byte >= 0x20 && byte < 0x7f && !`%\\'`.includes(character);
  return isPlain && (i > 0 || character !== '-') ? character : `\\${byte.toString(8).padStart(3, '0')}`;
}).join('');

function dotnet({ target, headers, body }, origin, keyNames) {
  const text = textOf(body);
  const content = text === '' ? 'new ByteArrayContent([])'
    : text === null ? `new ByteArrayContent(Convert.FromHexString("${hexOf(body).replaceAll(' ', '')}"))`
      : `new StringContent(${csharp(text)})`;
  return {
    text: [
      'using var http = new HttpClient();',
      `using var request = new HttpRequestMessage(HttpMethod.Post, ${literal(origin + target)});`,
      ...keyNames.map(name => `request.Headers.Add("${name}", Environment.GetEnvironmentVariable("${ENVIRONMENT[name]}"));`),
      ...Object.entries(headers).map(([name, value]) => `request.Headers.Add("${name}", ${literal(value)});`),
      `request.Content = ${content};`,
      'using var response = await http.SendAsync(request);',
      'Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");',
      ''].join('\n'),
  };
}

// A line break within a literal would be that of the file, which may be another one.
function csharp(text) {
  const lines = text.split('\n');
  if (lines.length === 1) return literal(text);
  return lines.length > 200 ? escaped(text) : `string.Join('\\n',\n    ${lines.map(literal).join(',\n    ')})`;
}

function literal(text) {
  if (INVISIBLE.test(text) || /^"|"$/.test(text) || !/["\\]/.test(text)) return escaped(text);
  const quotes = '"'.repeat(Math.max(3, 1 + Math.max(0, ...(text.match(/"+/g) ?? []).map(run => run.length))));
  return quotes + text + quotes;
}

function escaped(text) {
  const code = unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const one = character => character === '\n' ? '\\n' : Array.from({ length: character.length }, (_, i) => code(character[i])).join('');
  return `"${text.replace(/["\\]/g, '\\$&').replace(new RegExp(INVISIBLE, 'gu'), one)}"`;
}

// The programs that read such files take these beginnings of a line as the end of a request, a comment or the name of a file, and {{ as a
// variable. They also leave out blank lines around a body.
function http({ method, target, headers, body }, origin, keyNames) {
  const text = textOf(body);
  const reason = text === null ? 'is no text' : CONTROL.test(text.replace(/[\n\t]/g, '')) ? 'has control characters'
    : /^(?:#|\/\/|<|>)/m.test(text) ? 'has a line that begins with #, //, < or >'
      : text.includes('{{') ? 'has {{'
        : text !== text.trim() ? 'begins or ends with white space' : null;
  if (reason) return { problem: `A .http file cannot have this body: it ${reason}. Use curl or .NET.` };
  return {
    text: [
      `${method} ${origin}${target} HTTP/1.1`,
      `Host: ${new URL(origin).host}`,
      ...keyNames.map(name => `${name}: {{$processEnv ${ENVIRONMENT[name]}}}`),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '', text].join('\n'),
  };
}
