import type { MersenneTwister } from '../src/core/random/mersenneTwister';

/** What a campaign has to work with. */
export interface Ground {
  /** An empty folder of its own, removed afterwards. */
  readonly folder: string;
  /** Seconds after which it begins nothing new. */
  readonly seconds: number;
  /** Where its choices come from: the same seed tries the same things. */
  readonly random: MersenneTwister;
}

/** What a campaign found. */
export interface Finding {
  /** How many things were tried. */
  readonly trials: number;
  /** Failures, each with the data to reproduce it. */
  readonly failures: readonly string[];
  /** Figures, each a line for people. */
  readonly figures: readonly string[];
}

/** One way of attacking the lab. */
export interface Campaign {
  readonly name: string;
  readonly run: (ground: Ground) => Promise<Finding>;
}

/** Says whether there is time for another trial. */
export function timer(seconds: number): () => boolean {
  const end = performance.now() + 1000 * seconds;
  return () => performance.now() < end;
}

/** A whole number in [0, below). */
export function below(random: MersenneTwister, below: number): number {
  return Math.floor((random.uint32() / 2 ** 32) * below);
}

/** One of several. */
export function oneOf<T>(random: MersenneTwister, choices: readonly T[]): T {
  return choices[below(random, choices.length)];
}
