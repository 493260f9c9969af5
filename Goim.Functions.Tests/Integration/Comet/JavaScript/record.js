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
    // One message, by an iterator that is not used again.
    async take() {
      const { value } = await connection[Symbol.asyncIterator]().next();
      report({ taken: value.text() });
    },
    async leave() {
      const iterator = connection[Symbol.asyncIterator](), waiting = iterator.next();
      await iterator.return();
      report({ left: (await waiting).done });
    },
    throwInListener() {
      connection.addEventListener('state', () => { throw new Error('thrown by a listener'); });
    },
    async changeRoom(roomId) {
      try {
        report({ room: await connection.changeRoom(Number(roomId)) });
      } catch (error) {
        report({ roomError: error.message });
      }
    },
    close() {
      connection.close();
    },
  };
}
