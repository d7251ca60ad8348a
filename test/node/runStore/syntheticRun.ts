import type { AttributionMatrix } from '../../../src/core/attribution/matrix';
import type { Checkpoint, ExperimentEvent } from '../../../src/core/experiment/events';
import type { MeasuredMean, MetricsRow } from '../../../src/core/experiment/metricsRow';
import {
  legEpochs,
  legName,
  planRun,
  trainingLegOf,
  type Leg,
  type Phase,
} from '../../../src/core/experiment/plan';
import type { FinishedLegs } from '../../../src/core/experiment/runExperiment';
import {
  experimentSchema,
  type Specification,
  type SpecificationInput,
} from '../../../src/core/experiment/specification';
import { MEASURES, type MeasureId } from '../../../src/core/measures/table';
import { layoutOf, parameterCount } from '../../../src/core/network/layout';
import type { Specimen } from '../../../src/core/network/specimen';
import { exampleNull } from '../../core/experiment/exampleNull';

export const ENGINE = { name: 'typescript', description: 'synthetic events' };
const FEATURES = 3;

/** A small experiment; by default one seed, its dense arm and two pruned copies. */
export function specificationOf(changes: Partial<SpecificationInput> = {}): Specification {
  return experimentSchema.parse({
    name: 'synthetic',
    seeds: [42],
    features: { count: FEATURES },
    data: { inputs: 2 },
    specimen: { hidden: [4, 3] },
    training: { epochs: 2 },
    pruning: { ratios: [0, 0.5], retraining: { epochs: 1 } },
    ...changes,
  });
}

/** Picks which of so many legs goes on. */
export type Schedule = (running: number) => number;

/** One leg after the other. */
const IN_ORDER: Schedule = () => 0;

/** Every leg in its turn, as an engine does that trains them together. */
export function roundRobin(): Schedule {
  let turn = 0;
  return (running) => turn++ % running;
}

/**
 * The events of a run whose numbers depend on nothing but leg and epoch; those of pruned legs also on
 * the trained specimen that they start from.
 */
export function* syntheticRun(
  specification: Specification,
  finished?: FinishedLegs,
  schedule: Schedule = IN_ORDER,
): Generator<ExperimentEvent, void> {
  const legs = planRun(specification);
  const done = legs.filter((leg) => finished?.specimenOf(leg));
  const epochs = (some: Leg[]): number =>
    some.reduce((sum, leg) => sum + legEpochs(specification, leg), 0);
  yield {
    type: 'run-started',
    specification,
    engine: ENGINE.description,
    legs,
    epochs: epochs(legs),
    epochsDone: epochs(done),
  };
  yield { type: 'stage-started', stage: 'data', seeds: specification.seeds };
  yield { type: 'data-progress', step: 'autoencoder', done: 1, of: 1 };
  yield {
    type: 'data-ready',
    report: { samples: 10, features: FEATURES, inputs: 2, outputs: 2, autoencoderLoss: 0.25 },
  };
  yield { type: 'null-drawn', nulls: exampleNull() };
  yield { type: 'warning', message: 'some samples are approximate' };
  const trained = new Map<string, Specimen>();
  for (const pruned of [false, true]) {
    const running = [];
    for (const leg of legs.filter(({ requested }) => (requested !== null) === pruned)) {
      const name = legName(leg);
      const known = finished?.specimenOf(leg);
      if (known) trained.set(name, known);
      else running.push(legEvents(specification, leg, trained));
    }
    while (running.length > 0) {
      const i = schedule(running.length);
      const next = running[i].next();
      if (next.done) running.splice(i, 1);
      else yield next.value;
    }
  }
  yield { type: 'run-finished' };
}

function* legEvents(
  specification: Specification,
  leg: Leg,
  trained: Map<string, Specimen>,
): Generator<ExperimentEvent, void> {
  yield { type: 'leg-started', leg };
  yield { type: 'warning', leg, message: `nothing was wrong with ${legName(leg)}` };
  const base = trained.get(legName(trainingLegOf(leg)));
  for (let epoch = 0; epoch <= legEpochs(specification, leg); epoch++) {
    const checkpoint = checkpointOf(specification, leg, epoch, base);
    yield { type: 'epoch-measured', row: rowOf(checkpoint) };
    yield { type: 'checkpoint-ready', checkpoint };
    trained.set(legName(leg), checkpoint.specimen);
  }
  yield { type: 'leg-finished', leg };
}

/** A checkpoint made up of its leg and epoch. */
export function checkpointOf(
  { specimen: { hidden, activation } }: Specification,
  leg: Leg,
  epoch: number,
  base?: Specimen,
): Checkpoint {
  const { requested } = leg;
  const phases: Phase[] = requested === null ? ['initial', 'training'] : ['pruned', 'retraining'];
  const phase = phases[epoch === 0 ? 0 : 1];
  const draw = numbers(`${legName(leg)} ${epoch} ${base?.parameters.join() ?? ''}`);
  const units = hidden.map((width) => {
    const kept = Math.max(1, Math.round(width * (1 - (requested ?? 0))));
    return Array.from({ length: kept }, (_, k) => k + width - kept);
  });
  const layout = layoutOf([2, ...units.map((kept) => kept.length), 2], activation);
  const specimen = {
    layout,
    units,
    parameters: Float32Array.from({ length: parameterCount(layout) }, draw),
  };
  return { leg, phase, epoch, specimen, attribution: matrixOf(units, draw) };
}

function matrixOf(units: number[][], draw: () => number): AttributionMatrix {
  const neurons = units.flat().length;
  let start = 0;
  return {
    neurons,
    features: FEATURES,
    values: Float64Array.from({ length: neurons * FEATURES }, draw),
    rows: 'pre-activation',
    layers: units.map((kept, layer) => ({ layer, start, end: (start += kept.length) })),
    units: Uint32Array.from(units.flat()),
    featureNames: ['odd', 'even', 'größer'],
    completenessError: draw() * 1e-7,
  };
}

/** The row of a checkpoint. */
export function rowOf({ leg, phase, epoch, specimen, attribution }: Checkpoint): MetricsRow {
  const draw = numbers(`row of ${legName(leg)} ${epoch}`);
  const measures = MEASURES.map(({ id }, i): [MeasureId, MeasuredMean] => [
    id,
    { mean: i === 1 ? null : draw(), layers: [draw(), null], missing: i, null: draw() },
  ]);
  return {
    seed: leg.seed,
    arm: leg.arm,
    phase,
    epoch,
    requested: leg.requested,
    neuronRatio: draw(),
    parameterRatio: draw(),
    hidden: specimen.layout.widths.slice(1, -1),
    parameters: specimen.parameters.length,
    trainLoss: epoch === 0 ? null : draw(),
    testLoss: draw(),
    r2: draw(),
    completenessError: attribution.completenessError,
    measures: Object.fromEntries(measures) as Record<MeasureId, MeasuredMean>,
  };
}

/** Numbers in [0, 1) from a text: FNV-1a, then a linear congruential generator. */
function numbers(text: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
