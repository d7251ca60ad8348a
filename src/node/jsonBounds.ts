const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** More than anything that the lab writes into a file that is parsed as a whole. */
const MOST = { depth: 64, values: 500_000 } as const;

/**
 * What a JSON text has too much of to be parsed: some megabytes of brackets become gigabytes, and take a
 * checker minutes. Costs far less than parsing.
 * @returns undefined where it has a bearable number of values and levels
 */
export function excessOf(text: string): string | undefined {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) {
          if (text.charCodeAt(i) === BACKSLASH) i++;
        }
        break;
      case COMMA:
        if (++values > MOST.values) return `it has more than ${MOST.values} values`;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > MOST.depth) return `it has more than ${MOST.depth} levels`;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
    }
  }
  return undefined;
}
