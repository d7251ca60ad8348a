/** Characters that terminals and editors interpret, hide, or show in another order. */
const INTERPRETED = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A JSON value as written, on one line and shortened; numbers keep their digits.
 * @param offset of the value
 */
export function compactJson(json: string, offset: number, length: number): string {
  // Whitespace between tokens will be removed; what then exceeds the limit is cut.
  const source = json.slice(offset, offset + Math.min(length, 4000));
  const tokens = source.match(/"(?:[^"\\]|\\.)*(?:"|$)|[^\s"]+/gs) ?? [];
  const text = tokens
    .join('')
    .replace(INTERPRETED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
