/*
 * Names and messages come from files, and files from anywhere. What a terminal or an editor would obey
 * instead of showing it is shown by its number: escape sequences, backspaces, marks that turn the direction
 * of writing around, letters without any width.
 */

/** All controls but tab and line feed; line and paragraph separators; what changes direction or is invisible. */
const OBEYED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const OBEYED_IN_LINE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text of several lines, with everything in it shown: an escape as `\x1b`, an override as `\u202e`. */
export function visible(text: string): string {
  return text.replace(OBEYED, numberOf);
}

/** A text that is to stay on its line, such as a name: {@link visible}, with line ends as `\n`. */
export function visibleLine(text: string): string {
  return text.replace(OBEYED_IN_LINE, (character) => SHORT[character] ?? numberOf(character));
}

/** Beyond ASCII as JSON has it: JSON stays JSON. */
function numberOf(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
