// A rate as a line of the last two minutes.
import { WINDOW } from './rates.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 240, HEIGHT = 40;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** A figure with the line, and the present value as text. It is one image for a screen reader, whose name has the numbers. */
export class Sparkline {
  #name; #rate; #value; #image; #line;

  /** `figure` has a `strong` for the value; `name` is such as `Pushes`. */
  constructor(figure, name, rate) {
    [this.#name, this.#rate] = [name, rate];
    this.#value = figure.querySelector('strong');
    this.#image = document.createElementNS(SVG, 'svg');
    this.#line = document.createElementNS(SVG, 'path');
    const attributes = { class: 'sparkline', role: 'img', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' };
    for (const [key, value] of Object.entries(attributes)) this.#image.setAttribute(key, value);
    this.#image.append(this.#line);
    figure.append(this.#image);
    this.draw();
  }

  draw(now = performance.now()) {
    const known = this.#rate.points.filter(point => point.value !== null);
    const most = known.reduce((highest, point) => Math.max(highest, point.value), 0);
    const present = this.#rate.now === null ? 'not known' : `${told(this.#rate.now)}/s`;
    this.#line.setAttribute('d', path(this.#rate.points, now, most || 1));
    this.#image.setAttribute('aria-label', `${this.#name}: ${present} now, at most ${told(most)}/s in the last two minutes`);
    this.#value.textContent = present;
  }
}

const told = value => (value < 100 ? fine : whole).format(value);

/** A gap in the points is one in the line. A point between two gaps is a dash. */
function path(points, now, most) {
  let d = '', follows = false;
  for (const { at, value } of points) {
    if (value !== null) {
      const x = Math.max(0, WIDTH * (1 - (now - at) / WINDOW)), y = HEIGHT - 2 - (HEIGHT - 4) * value / most;
      d += follows ? `L${x.toFixed(1)} ${y.toFixed(1)}` : `M${(x - 1).toFixed(1)} ${y.toFixed(1)}h1`;
    }
    follows = value !== null;
  }
  return d;
}
