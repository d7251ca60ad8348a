/** More levels than displayed values have, and fewer than JSON.stringify supports. */
const MAX_DEPTH = 500;
/** Approximate characters of a number, and of the separators of an entry. */
const PER_NUMBER = 8;
const PER_ENTRY = 2;

/**
 * Estimates the length of a value as JSON without serialising it; stops counting above `most`.
 * @returns more than `most` also for values that are nested too deeply
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
