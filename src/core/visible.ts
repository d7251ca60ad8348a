/*
 * Names and messages may come from untrusted files. Characters that a terminal or an editor would interpret
 * instead of showing are escaped: escape sequences, backspaces, marks that change the writing direction,
 * zero-width characters.
 */

/** Controls except tab and line feed; line and paragraph separators; direction marks; zero-width characters. */
const INTERPRETED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const INTERPRETED_IN_LINE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text of several lines with such characters escaped: an escape as `\x1b`, an override as `\u202e`. */
export function visible(text: string): string {
  return text.replace(INTERPRETED, escaped);
}

/** A text for a single line, such as a name: {@link visible}, with line ends as `\n`. */
export function visibleLine(text: string): string {
  return text.replace(INTERPRETED_IN_LINE, (character) => SHORT[character] ?? escaped(character));
}

/** `\xNN` for ASCII, otherwise `\uNNNN` as in JSON. */
function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
