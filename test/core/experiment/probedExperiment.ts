import { readDistribution } from '../../../src/core/attribution/distribution';
import { probeInputs } from '../../../src/core/attribution/sampleRows';
import type { Coefficients } from '../../../src/core/attribution/probe';
import { drawCoefficients } from '../../../src/core/data/coefficients';
import type { DataSet } from '../../../src/core/data/dataSet';
import { typescriptEngine } from '../../../src/core/engine/typescript/typescriptEngine';
import type { ExperimentEvent } from '../../../src/core/experiment/events';
import { parseSpecification } from '../../../src/core/experiment/parse';
import { runExperiment, type DataSource } from '../../../src/core/experiment/runExperiment';
import type { Specification, SpecificationInput } from '../../../src/core/experiment/specification';
import { layoutOf, parameterCount } from '../../../src/core/network/layout';
import { stream } from '../../../src/core/random/streams';
import { UNPACED } from '../../../src/core/stop';
import { ENCODER } from './tinyExperiment';

const SAMPLES = 60;
const [FEATURES] = ENCODER.layout.widths;
const INPUTS = 3;

/** Coefficients of which 40 % are 0. */
export const COEFFICIENTS: Coefficients = {
  samples: SAMPLES,
  features: FEATURES,
  values: drawCoefficients(SAMPLES, [0.4, 0.4, 0.4, 0.4, 0], stream(3, 'coefficients')),
};

/** The coefficients as the encoder encodes them; targets are the first two. */
const PROBED_DATA: DataSet = encodedData();

function encodedData(): DataSet {
  const inputs = new Float32Array(SAMPLES * INPUTS);
  const targets = new Float32Array(SAMPLES * 2);
  const { values } = COEFFICIENTS;
  let row = 0;
  probeInputs(ENCODER, COEFFICIENTS, SAMPLES).forEachChunk((chunk) => {
    for (let s = 0; s < chunk.samples; s++, row++) {
      for (let i = 0; i < INPUTS; i++) inputs[row * INPUTS + i] = chunk.inputs[i * chunk.rows + s];
      targets.set(values.subarray(row * FEATURES, row * FEATURES + 2), 2 * row);
    }
  });
  return { samples: SAMPLES, inputDim: INPUTS, outputDim: 2, inputs, targets };
}

/** A specification of generated data, with a section of attribution. */
export function probed(
  attribution: SpecificationInput['attribution'],
  others: Partial<SpecificationInput> = {},
): Specification {
  const specification: SpecificationInput = {
    name: 'Probed',
    features: { count: FEATURES },
    data: { samples: SAMPLES, inputs: INPUTS },
    specimen: { hidden: [8, 6] },
    training: { epochs: 3, batchSize: 8, learningRate: 0.01 },
    pruning: { ratios: [0.25], retraining: { epochs: 2 } },
    measures: { nullNeurons: 40 },
    attribution,
    ...others,
  };
  return parseSpecification(JSON.stringify(specification), 'probed.json');
}

/** All events of a run on {@link PROBED_DATA}. */
export async function probedEvents(
  specification: Specification,
  coefficients: Coefficients | undefined = COEFFICIENTS,
): Promise<ExperimentEvent[]> {
  // eslint-disable-next-line @typescript-eslint/require-await -- the data are in memory
  const data: DataSource = async function* () {
    const report = { samples: SAMPLES, features: FEATURES, inputs: INPUTS, outputs: 2 };
    return { data: PROBED_DATA, encoder: ENCODER, coefficients, report, warnings: [] };
  };
  const events: ExperimentEvent[] = [];
  const options = { engine: typescriptEngine(), data, pace: UNPACED };
  for await (const event of runExperiment(specification, options)) events.push(event);
  return events;
}

/** A pass of a specimen over the first samples. */
export function passOf(
  specimen: Parameters<typeof readDistribution>[0],
  samples: number,
): ReturnType<typeof readDistribution> {
  return readDistribution(specimen, probeInputs(ENCODER, COEFFICIENTS, samples), {
    kinds: ['pre-activation', 'post-activation'],
    byFeature: true,
  });
}

/** An encoder that outputs its two features. */
export const IDENTITY = (() => {
  const layout = layoutOf([2, 2], 'relu');
  const parameters = new Float32Array(parameterCount(layout));
  parameters.set([1, 0, 0, 1]);
  return { layout, parameters };
})();
