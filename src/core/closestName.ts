import { distance } from 'fastest-levenshtein';

/** Longer names get no suggestion: comparing them is slow. */
const MAX_LENGTH = 40;

/** The known name closest to a misspelt one; undefined when none is close. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  const [closest] = known
    .map((candidate) => ({
      candidate,
      edits: distance(candidate.toLowerCase(), name.toLowerCase()),
    }))
    .sort((a, b) => a.edits - b.edits);
  return closest && closest.edits <= Math.max(2, name.length / 3) ? closest.candidate : undefined;
}
