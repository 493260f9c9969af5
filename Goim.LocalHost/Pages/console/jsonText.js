// JSON as text. Parsing would change it: user ids are int64, and a message is the raw text of its member.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const OPENS = new Set(['{', '[']), CLOSES = new Set(['}', ']']);

/** The text with a line for each member and element; as it is if it is no JSON. */
export function indented(text) {
  try { JSON.parse(text); } catch { return text; }
  let result = '', depth = 0, last = '';
  const line = () => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(TOKEN)) {
    if (CLOSES.has(token)) depth--;
    const isEmpty = OPENS.has(last) && CLOSES.has(token);
    if (!isEmpty && (OPENS.has(last) || last === ',' || CLOSES.has(token))) result += line();
    result += token === ':' ? ': ' : token;
    if (OPENS.has(token)) depth++;
    last = token;
  }
  return result;
}

/** The raw text of a member of an object, or null if there is none. The last one counts. */
export function rawMember(text, name) {
  try { JSON.parse(text); } catch { return null; }
  const tokens = [...text.matchAll(TOKEN)];
  let depth = 0, found = null, from = -1;
  tokens.forEach(({ 0: token, index }, i) => {
    if (CLOSES.has(token)) depth--;
    const isEnd = (token === ',' && depth === 1) || (token === '}' && depth === 0);
    if (isEnd && from >= 0) {
      found = text.slice(from, index).trimEnd();
      from = -1;
    }
    if (OPENS.has(token)) depth++;
    if (token === ':' && depth === 1 && JSON.parse(tokens[i - 1][0]) === name) from = tokens[i + 1].index;
  });
  return found;
}
