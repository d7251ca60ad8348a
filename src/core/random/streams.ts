import { invalid, show } from '../errors';
import { MersenneTwister } from './mersenneTwister';

/** What random numbers are drawn for; each purpose has its own streams. */
export type Purpose =
  | 'feature-model'
  | 'coefficients'
  | 'inversion'
  | 'autoencoder'
  | 'initialisation'
  | 'split'
  | 'batches'
  | 'dropout'
  | 'pruning'
  | 'null';

/**
 * The stream of random numbers for one purpose: a Mersenne Twister keyed by the seed, the purpose and
 * the path (specimen, epoch, …). Streams with different names are independent, so numbers drawn for one
 * purpose never depend on other draws, their order, or the worker that makes them.
 * @param seed integer in [0, 2⁵³)
 * @param path words, and integers in [0, 2⁵³)
 * @throws LabError when a number is not such an integer
 */
export function stream(
  seed: number,
  purpose: Purpose,
  ...path: readonly (string | number)[]
): MersenneTwister {
  requireSeed(seed);
  const key = wordsOf(seed);
  for (const part of [purpose, ...path]) {
    // Each part is preceded by its kind and length, so that no two names share a key.
    if (typeof part === 'number') {
      requireIndex(part, "a number in a stream's name");
      key.push(0x6e756d, ...wordsOf(part));
    } else {
      key.push(0x737472, part.length);
      for (let i = 0; i < part.length; i++) key.push(part.charCodeAt(i));
    }
  }
  return MersenneTwister.fromKey(key);
}

/** @throws LabError unless the seed is an integer in [0, 2⁵³) */
export function requireSeed(seed: number): void {
  requireIndex(seed, 'a seed');
}

function requireIndex(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw invalid(`${what} must be an integer from 0 to 9007199254740991, not ${show(value)}`);
  }
}

/** Low and high 32-bit word; the key truncates the first to 32 bits. */
function wordsOf(value: number): number[] {
  return [value, Math.floor(value / 2 ** 32)];
}
