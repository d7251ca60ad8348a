import type { AttributionMatrix } from '../../../src/core/attribution/matrix';
import { checkpointName, type Leg, type Phase } from '../../../src/core/experiment/plan';
import { type NeuronIndex, indexNeurons } from '../../../src/figures/matrix/neuronIndex';
import type { MatrixSeries, SeriesCheckpoint } from '../../../src/protocol/matrix';

/** A matrix of these kept units per layer; values follow from their places. */
export function matrixOf(
  units: readonly (readonly number[])[],
  features: number,
  value: (row: number, feature: number) => number = (row, f) => Math.sin(7 * row + 3 * f + 1),
): AttributionMatrix {
  let start = 0;
  const layers = units.map((own, layer) => ({ layer, start, end: (start += own.length) }));
  const values = new Float64Array(start * features);
  for (let i = 0; i < values.length; i++) {
    values[i] = value(Math.floor(i / features), i % features);
  }
  return {
    neurons: start,
    features,
    values,
    rows: 'pre-activation',
    layers,
    units: Uint32Array.from(units.flat()),
    featureNames: Array.from({ length: features }, (_, f) => `f${f}`),
    completenessError: 0,
  };
}

const HIDDEN = [4, 3];
export const NEURON_INDEX: NeuronIndex = indexNeurons(HIDDEN);

function checkpoint(leg: Leg, phase: Phase, epoch: number): SeriesCheckpoint {
  const name = checkpointName(leg, phase, epoch);
  return { name, leg, phase, epoch, attribution: true, specimen: true };
}

/** A run of two seeds, two arms, two ratios, with every epoch kept. */
export function seriesOf(changes: Partial<MatrixSeries> = {}): MatrixSeries {
  const checkpoints = [1, 2].flatMap((seed) =>
    (['dense', 'dropout'] as const).flatMap((arm) => [
      ...[0, 1, 2].map((epoch) =>
        checkpoint({ seed, arm, requested: null }, epoch === 0 ? 'initial' : 'training', epoch),
      ),
      ...[0.25, 0.5].flatMap((requested) =>
        [0, 1, 2].map((epoch) =>
          checkpoint({ seed, arm, requested }, epoch === 0 ? 'pruned' : 'retraining', epoch),
        ),
      ),
    ]),
  );
  return {
    experiment: 'Sample',
    run: 'run-1',
    state: 'finished',
    hidden: HIDDEN,
    features: ['f0', 'f1', 'f2', 'f3', 'f4'],
    rows: 'pre-activation',
    checkpoints,
    ...changes,
  };
}
