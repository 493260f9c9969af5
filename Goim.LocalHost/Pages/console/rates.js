// Rates of counters that only grow, for the last two minutes.

/** Time that is kept, in ms. */
export const WINDOW = 120_000;

/** Two looks further apart tell nothing about the time between them, in ms. */
const LONGEST_STEP = 4_000;
const MOST_POINTS = 120;

/**
 * The rate of one counter. `points` are `{ at, value }`, oldest first: ms of `performance.now()`, and the rate in a second; null is a gap.
 */
export class Rate {
  points = [];
  #last = null;

  /** Takes the counter's value. One that has fallen was reset, or is that of a new process: this gives a gap, and no negative rate. */
  add(counter, at = performance.now()) {
    const last = this.#last;
    const follows = last !== null && counter >= last.counter && at > last.at && at - last.at < LONGEST_STEP;
    this.#keep(follows ? (counter - last.counter) * 1_000 / (at - last.at) : null, at);
    this.#last = { counter, at };
  }

  /** The counter is not known now. */
  gap(at = performance.now()) {
    this.#last = null;
    if (this.points.at(-1)?.value != null) this.#keep(null, at);
  }

  /** The present rate. Null if it is not known. */
  get now() { return this.points.at(-1)?.value ?? null; }

  #keep(value, at) {
    this.points.push({ at, value });
    while (this.points.length > MOST_POINTS || this.points[0].at < at - WINDOW) this.points.shift();
  }
}
