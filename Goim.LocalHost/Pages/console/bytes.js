// Bytes as text and as hex.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = text => new TextEncoder().encode(text);

/** Null if they are no UTF-8. `isCut`: more bytes follow, so that the last character may be incomplete. */
export function textOf(bytes, isCut = false) {
  try {
    return isCut ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true }) : strict.decode(bytes);
  } catch {
    return null;
  }
}

/** Two digits for each byte, with blanks between. */
export const hexOf = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');

/** Null if the text is no hex. Blanks and line breaks do not count. */
export function fromHex(text) {
  const digits = text.replace(/\s/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], pair => parseInt(pair, 16));
}
