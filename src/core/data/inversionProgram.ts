import type { AdamStep } from '../training/adam';

/**
 * The inner program of the inversion: seeds of a block of samples, the features they give, the gradient
 * of each sample's mean squared error, Adam. All programs give the same bits.
 */
export interface InversionProgram {
  /** Samples in the block: at least as many as asked for. */
  readonly block: number;
  /** What a step costs in operations of plain TypeScript, for pacing. */
  readonly operations: number;
  /** Takes up samples: `starts` is `[≤ block, inputs]`, `wanted` `[≤ block, F]`. */
  load(starts: Float32Array, wanted: Float32Array): void;
  /** Moves every seed by a step of Adam for each of the factors. */
  run(factors: readonly AdamStep[]): void;
  /** Writes the seeds to `[≤ block, inputs]`, rounded to what the array holds. */
  store(seeds: Float32Array | Float64Array): void;
  /** Gives back what the program holds, once it is done with; left out where that is nothing. */
  dispose?(): void;
}

/** Floating-point operations of a step on one sample; a root or a quotient counts as ten. */
export function operationsPerSample(entries: number, inputs: number): number {
  return 4 * entries + 45 * inputs;
}
