// Which records are shown, and the newest of them.

const WHOLE = /^-?\d{1,19}$/;

/** The fields `op`, `room` and `user` of a form. Those that are empty take everything; a record must pass all of them. */
export class RecordFilter {
  #op = ''; #room = null; #user = null;

  /** Reads the fields. One that is no whole number is marked and does not count. */
  read({ op, room, user }) {
    this.#op = op.value;
    this.#room = numberIn(room);
    this.#user = numberIn(user);
  }

  /** Whether a field is filled in. */
  get isOn() { return this.#op !== '' || this.#room !== null || this.#user !== null; }

  passes(record) {
    if (this.#op !== '' && record.op !== this.#op) return false;
    if (this.#room !== null && (record.room === null || String(record.room) !== this.#room)) return false;
    return this.#user === null || (record.keys ?? []).some(key => String(key).startsWith(`${this.#user}_`));
  }
}

/** The newest items, oldest first, by number and by the memory that they take. */
export class Newest {
  items = [];
  #size = 0;

  constructor(most, mostSize) { [this.most, this.mostSize] = [most, mostSize]; }

  push(item) {
    this.items.push(item);
    this.#size += item.size;
    while (this.items.length > this.most || (this.#size > this.mostSize && this.items.length > 1)) this.#size -= this.items.shift().size;
  }

  replace(items) {
    this.clear();
    for (const item of items) this.push(item);
  }

  clear() {
    this.items = [];
    this.#size = 0;
  }
}

function numberIn(field) {
  const text = field.value.trim();
  const isWhole = WHOLE.test(text);
  field.setAttribute('aria-invalid', String(text !== '' && !isWhole));
  return isWhole ? String(BigInt(text)) : null;
}
