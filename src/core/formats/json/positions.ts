/** A position in a text; line and column are 1-based. */
export interface TextPosition {
  readonly line: number;
  /** In UTF-16 units as editors count; a byte order mark does not count. */
  readonly column: number;
}

export const BYTE_ORDER_MARK = '\ufeff';

const LF = 0x0a;
const CR = 0x0d;

/**
 * Returns a function from offsets to positions. Ascending offsets read the text once; an offset on an
 * earlier line starts again.
 */
export function positionsIn(text: string): (offset: number) => TextPosition {
  const mark = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  let line = 1;
  let start = 0;
  let at = 0;
  return (offset) => {
    if (offset < start) [line, start, at] = [1, 0, 0];
    const end = Math.min(offset, text.length);
    while (at < end) {
      const code = text.charCodeAt(at++);
      // Lines end with LF, CRLF or CR.
      if (code === LF || (code === CR && text.charCodeAt(at) !== LF)) {
        line++;
        start = at;
      }
    }
    const column = offset - start + 1;
    return { line, column: line === 1 ? Math.max(1, column - mark) : column };
  };
}
