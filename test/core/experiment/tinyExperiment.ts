import type { DataSet } from '../../../src/core/data/dataSet';
import type { Engine } from '../../../src/core/engine/engine';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import type { ExperimentContext } from '../../../src/core/experiment/context';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import type { MetricsRow } from '../../../src/core/experiment/metricsRow';
import { parseSpecification } from '../../../src/core/experiment/parse';
import {
  runExperiment,
  type DataSource,
  type FinishedLegs,
} from '../../../src/core/experiment/runExperiment';
import { runNullInSteps } from '../../../src/core/experiment/drawRunNull';
import type { Specification } from '../../../src/core/experiment/specification';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import { layoutOf, type Network } from '../../../src/core/network/layout';
import { normal } from '../../../src/core/random/normal';
import { stream } from '../../../src/core/random/streams';
import { UNPACED, type Pace } from '../../../src/core/stop';

const FEATURES = 5;
const INPUTS = 3;
const SAMPLES = 40;

/** A network from features to inputs, with a ReLU in between. */
export const ENCODER: Network = networkOf([FEATURES, 4, INPUTS]);

/** Inputs from the normal distribution; two targets that a small network learns. */
export const DATA: DataSet = dataSet();

const IN_MEMORY: DataSource = inMemory(DATA);

/** A data source that has all it gives. */
export function inMemory(data: DataSet, warnings: readonly string[] = []): DataSource {
  // eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
  return async function* () {
    const { samples, inputDim: inputs, outputDim: outputs } = data;
    const report = { samples, features: FEATURES, inputs, outputs };
    return { data, encoder: ENCODER, report, warnings };
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** A specification that runs in a few milliseconds; sections are merged into its own. */
export function tiny(sections: Readonly<Record<string, unknown>> = {}): Specification {
  const own: Readonly<Record<string, Fields>> = {
    data: { source: 'imported', data: 'data.pth', encoder: 'encoder.pth' },
    specimen: { hidden: [8, 6] },
    training: { epochs: 3, batchSize: 8, learningRate: 0.01 },
    pruning: { ratios: [0, 0.25, 0.5], retraining: { epochs: 2, learningRate: 0.01 } },
    measures: { nullNeurons: 28 },
  };
  const merged = Object.entries(sections).map(([name, value]) =>
    name in own ? [name, { ...own[name], ...(value as Fields) }] : [name, value],
  );
  const text = JSON.stringify({ name: 'Tiny', ...own, ...Object.fromEntries(merged) });
  return parseSpecification(text, 'tiny.json');
}

/** What legs of an experiment share. */
export function contextOf(specification: Specification, data = DATA): ExperimentContext {
  const steps = runNullInSteps(specification, { encoder: ENCODER });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return { specification, data, encoder: ENCODER, nulls: step.value };
}

/** What a test may change of a run. */
export interface Circumstances {
  readonly engine?: Engine;
  readonly data?: DataSource;
  readonly pace?: Pace;
  readonly finished?: FinishedLegs;
}

/** A run of the tiny experiment in this process. */
export function running(
  specification: Specification,
  { engine = typescriptEngine(), data = IN_MEMORY, pace = UNPACED, finished }: Circumstances = {},
): AsyncGenerator<ExperimentEvent, void> {
  return runExperiment(specification, { engine, data, pace, finished });
}

/** All events of a run. */
export async function eventsOf(
  specification: Specification,
  circumstances?: Circumstances,
): Promise<ExperimentEvent[]> {
  const events: ExperimentEvent[] = [];
  for await (const event of running(specification, circumstances)) events.push(event);
  return events;
}

type EventOf<T extends ExperimentEvent['type']> = Extract<ExperimentEvent, { type: T }>;

/** The events of one type. */
export function ofType<T extends ExperimentEvent['type']>(
  events: readonly ExperimentEvent[],
  type: T,
): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type);
}

/** The rows of a run. */
export function rowsOf(events: readonly ExperimentEvent[]): MetricsRow[] {
  return ofType(events, 'epoch-measured').map(({ row }) => row);
}

function networkOf(widths: readonly number[]): Network {
  const layout = layoutOf(widths, 'relu');
  return { layout, parameters: torchLinearInitialisation(layout, stream(7, 'initialisation')) };
}

function dataSet(): DataSet {
  const source = stream(7, 'coefficients');
  const inputs = Float32Array.from({ length: SAMPLES * INPUTS }, () => normal(source));
  const targets = Float32Array.from({ length: SAMPLES * 2 }, (_, i) => {
    const [a, b, c] = inputs.subarray(INPUTS * Math.floor(i / 2));
    return i % 2 === 0 ? Math.max(0, a) - b : b + 0.5 * c;
  });
  return { samples: SAMPLES, inputDim: INPUTS, outputDim: 2, inputs, targets };
}
