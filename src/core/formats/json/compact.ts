/** What a terminal or an editor would obey, or show as nothing or in another order. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * A JSON value with the characters of the text, on one line and shortened: numbers keep their digits.
 * @param offset where the value begins
 */
export function compactJson(json: string, offset: number, length: number): string {
  // Space between tokens takes part of it, and what is left over is cut.
  const source = json.slice(offset, offset + Math.min(length, 4000));
  const tokens = source.match(/"(?:[^"\\]|\\.)*(?:"|$)|[^\s"]+/gs) ?? [];
  const text = tokens
    .join('')
    .replace(UNSEEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
