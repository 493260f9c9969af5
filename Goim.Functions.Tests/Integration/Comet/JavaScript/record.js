// Makes a connection with client.js, and reports what it does.
export function record(connect, url, tokens, options, report) {
  let calls = 0;
  const connection = connect(url, () => {
    report({ token: ++calls });
    const token = tokens[Math.min(calls, tokens.length) - 1];
    if (token === 'throw') throw new Error('no token today');
    return token;
  }, options);
  connection.addEventListener('state', ({ state, reason, retryInMs }) => report({ state, reason, retryInMs }));
  return {
    async iterate() {
      try {
        for await (const message of connection) report({ message: message.text(), bytes: message.data.length });
        report({ end: 'closed' });
      } catch (error) {
        report({ end: error.name, reason: error.message });
      }
    },
    listen() {
      connection.addEventListener('message', ({ message }) => report({ event: message.text() }));
    },
    throwInListener() {
      connection.addEventListener('message', () => { throw new Error('thrown by a listener'); });
    },
    close() {
      connection.close();
    },
  };
}
