/** More levels than any value that is displayed; JSON itself takes no more than some thousands. */
const MAX_DEPTH = 500;
/** Characters of a number, about, and of what stands between entries. */
const PER_NUMBER = 8;
const PER_ENTRY = 2;

/**
 * About how many characters a value takes as JSON; nothing is made of it, and where it is more than
 * `most` it is counted no further.
 * @returns more than `most` also for what is nested too deep to be JSON
 */
export function jsonSize(value: unknown, most: number): number {
  const count = { size: 0, most };
  add(value, count, 0);
  return count.size;
}

function add(value: unknown, count: { size: number; readonly most: number }, depth: number): void {
  if (typeof value === 'string') count.size += value.length + PER_ENTRY;
  else if (typeof value !== 'object' || value === null) count.size += PER_NUMBER;
  else if (depth > MAX_DEPTH) count.size = count.most + 1;
  else if (ArrayBuffer.isView(value)) count.size += 2 * PER_NUMBER * value.byteLength;
  else {
    count.size += PER_ENTRY;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length && count.size <= count.most; i++) {
        add(value[i], count, depth + 1);
      }
      return;
    }
    for (const key in value) {
      if (count.size > count.most) return;
      count.size += key.length + 2 * PER_ENTRY;
      add((value as Record<string, unknown>)[key], count, depth + 1);
    }
  }
}
