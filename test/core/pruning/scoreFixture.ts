import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataSet } from '../../../src/core/data/dataSet';
import type { Activation } from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';

/** A network of test/fixtures/scores.json, with its data and what PyTorch computed. */
export interface ScoredNet {
  readonly widths: number[];
  readonly activations: Activation[];
  readonly parameters: number[];
  readonly samples: number;
  readonly inputs: number[];
  readonly targets: number[];
  readonly gradient: number[];
  readonly units: Readonly<Record<'taylor' | 'taylor-gate' | 'activation' | 'apoz', number[][]>>;
  readonly snip: number[][];
  readonly movement: {
    readonly steps: number;
    readonly learningRate: number;
    readonly scores: number[][];
  };
  readonly masks: readonly {
    readonly ratio: number;
    readonly scope: 'global' | 'layer';
    readonly outputLayer: boolean;
    readonly masks: number[][];
  }[];
}

/** A network that Torch-Pruning pruned step by step. */
export interface IterativeCase {
  readonly widths: number[];
  readonly ratio: number;
  readonly steps: number;
  readonly parameters: number[];
  /** Per step and hidden layer: original indices of the units that are left. */
  readonly left: number[][][];
}

export const { nets: NETS, iterative: ITERATIVE } = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../fixtures/scores.json'), 'utf8'),
) as { readonly nets: readonly ScoredNet[]; readonly iterative: readonly IterativeCase[] };

export function specimenOfNet({ widths, activations, parameters }: ScoredNet): Specimen {
  return specimenOf({ widths, activations }, Float32Array.from(parameters));
}

export function dataOfNet({ widths, samples, inputs, targets }: ScoredNet): DataSet {
  return {
    samples,
    inputDim: widths[0],
    outputDim: widths[widths.length - 1],
    inputs: Float32Array.from(inputs),
    targets: Float32Array.from(targets),
  };
}

/** Largest difference, relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  const scale = Math.max(1e-300, ...expected.map(Math.abs));
  return Math.max(0, ...expected.map((value, i) => Math.abs(actual[i] - value) / scale));
}
