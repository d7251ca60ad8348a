import type { AdamStep } from '../training/adam';

/**
 * The inner loop of the inversion for a block of samples: features, gradients of each sample's mean squared
 * error, Adam. All implementations give the same bits.
 */
export interface InversionProgram {
  /** Samples in the block: at least the requested number. */
  readonly block: number;
  /** Cost of a step in operations of plain TypeScript, for pacing. */
  readonly operations: number;
  /** Sets the samples: `starts` is `[≤ block, inputs]`, `wanted` `[≤ block, F]`. */
  load(starts: Float32Array, wanted: Float32Array): void;
  /** Makes one Adam step for each of the factors. */
  run(factors: readonly AdamStep[]): void;
  /** Writes the seeds to `[≤ block, inputs]`, rounded to the array's type. */
  store(seeds: Float32Array | Float64Array): void;
  /** Frees memory. */
  dispose?(): void;
}

/** Floating-point operations of a step on one sample; a square root or division counts as ten. */
export function operationsPerSample(entries: number, inputs: number): number {
  return 4 * entries + 45 * inputs;
}
