// Elements without HTML: what comes from a message is text and stays text.

/** Makes an element: `el('td', { className: 'number' }, '5')`. Properties are those of the element; children are elements or texts. */
export function el(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const numbers = new Intl.NumberFormat('en');
export const number = value => numbers.format(value);
/** A number with its noun: `counted(1, 'record')` is "1 record", with 2 "2 records". */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A time: tenths of a millisecond only if there are few. */
export const inMs = ms => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
