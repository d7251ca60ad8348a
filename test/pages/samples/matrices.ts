import type { StoredMatrix } from '../../../src/core/attribution/matrix';
import type { MatrixSeries } from '../../../src/protocol/matrix';
import { exampleNull } from '../../core/experiment/exampleNull';

/** Widths of the hidden layers, and the number of features. */
export interface SampleNetwork {
  readonly hidden: readonly number[];
  readonly features: number;
}

export const SMALL: SampleNetwork = { hidden: [64, 16, 16], features: 16 };

/** So many layers that their labels do not fit. */
export const DEEP: SampleNetwork = { hidden: Array<number>(200).fill(4), features: 16 };

/** The series of a network over a few epochs, without rows of metrics or weights. */
export function sampleSeries({ hidden, features }: SampleNetwork): MatrixSeries {
  return {
    experiment: 'NonLinear0',
    run: '20260101-000000',
    state: 'finished',
    hidden,
    features: namesOf(features),
    rows: 'pre-activation',
    nulls: exampleNull({ relative: 4.25 }),
    checkpoints: [0, 10, 20, 30, 40, 50].map((epoch) => ({
      name: `0-dense/${epoch === 0 ? 'initial' : 'training'}/${epoch}`,
      leg: { seed: 0, arm: 'dense', requested: null },
      phase: epoch === 0 ? 'initial' : 'training',
      epoch,
      attribution: true,
      specimen: false,
      facts: {
        testLoss: 0.5 / (1 + epoch),
        r2: 0.5,
        neuronRatio: 0,
        parameterRatio: 0,
        nulls: { relative: 4.25 },
      },
    })),
  };
}

/** A matrix of pseudo-random values within ±1, the same every time. */
export function sampleMatrix({ hidden, features }: SampleNetwork): StoredMatrix {
  const neurons = hidden.reduce((sum, width) => sum + width, 0);
  let start = 0;
  return {
    neurons,
    features,
    values: Float32Array.from({ length: neurons * features }, (_, i) => Math.sin(1 + i * i * 0.37)),
    layers: hidden.map((width, layer) => ({ layer, start, end: (start += width) })),
    units: Uint32Array.from(hidden.flatMap((width) => Array.from({ length: width }, (_, u) => u))),
    featureNames: namesOf(features),
    rows: 'pre-activation',
    completenessError: 0,
  };
}

function namesOf(features: number): string[] {
  return Array.from({ length: features }, (_, f) => `f${f}`);
}
