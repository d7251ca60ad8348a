const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

const LEVELS = 64;

/**
 * What a JSON text has too much of to be parsed: some megabytes of brackets become gigabytes, and take a
 * checker minutes. Costs far less than parsing.
 * @param text UTF-8
 * @param most values that it may have
 * @returns undefined where it has a bearable number of values and levels
 */
export function excessOf(text: Uint8Array, most: number): string | undefined {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case QUOTE:
        for (i++; i < text.length && text[i] !== QUOTE; i++) {
          if (text[i] === BACKSLASH) i++;
        }
        break;
      case COMMA:
        if (++values > most) return `it has more than ${most} values`;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > LEVELS) return `it has more than ${LEVELS} levels`;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return undefined;
}
