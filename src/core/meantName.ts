import { distance } from 'fastest-levenshtein';

/** Edits between longer names are not worth counting. */
const LONGEST = 40;

/** Of the names that are known the one that was meant, if that can be told. */
export function meantName(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const [closest] = known
    .map((candidate) => ({
      candidate,
      edits: distance(candidate.toLowerCase(), name.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  return closest && closest.edits <= Math.max(2, name.length / 3) ? closest.candidate : undefined;
}
