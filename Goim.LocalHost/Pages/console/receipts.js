// When this page sent which bytes, so that its clients can tell how long a message took.
const FORGET_AFTER = 30_000, MOST = 100, MOST_BYTES = 32 << 20;

class Receipts {
  #sent = []; // Oldest first.
  #size = 0;

  /** This page pushes a message. Called just before the request, once for each message in it. */
  sent(bytes) {
    this.#sent.push({ bytes, at: performance.now(), clients: new WeakSet() });
    this.#size += bytes.length;
    while (this.#sent.length > MOST || (this.#size > MOST_BYTES && this.#sent.length > 1)) this.#forget();
  }

  /**
   * A client of this page has received a message. Gives the ms since this page pushed it, or null if it did not.
   * Where the same bytes were pushed more than once, each push counts once for each client, the last one first: this page sends one after
   * the other, and earlier ones that the client has not had were for other clients.
   */
  received(bytes, client) {
    const now = performance.now();
    while (this.#sent.length > 0 && now - this.#sent[0].at > FORGET_AFTER) this.#forget();
    const push = this.#sent.findLast(push => !push.clients.has(client) && isEqual(push.bytes, bytes));
    if (!push) return null;
    push.clients.add(client);
    return now - push.at;
  }

  #forget() {
    this.#size -= this.#sent.shift().bytes.length;
  }
}
export const receipts = new Receipts();

const isEqual = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
