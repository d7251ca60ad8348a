import type { AttributionArithmetic } from '../attribution/arithmetic';
import { distributionReadouts } from '../attribution/distributionReadouts';
import { finiteCodes } from '../attribution/featureCodes';
import { netsFor, nullInSteps, type NullDistribution, type Nulls } from '../measures/null';
import { MEASURES } from '../measures/table';
import { Pacer, type Pace } from '../stop';
import type { ExperimentData } from './context';
import type { MaybeNumber } from './metricsRow';
import { distributionInputs, probedEncoder, required, type ProbeData } from './probeData';
import { readingsOf, type Reading } from './readings';
import { NULL_VERSION, type MeasuredNull, type ReadingNull, type RunNull } from './runNull';
import type { Specification } from './specification';

/** What the null of an experiment depends on besides its specification. */
export interface NullData extends Pick<ExperimentData, 'encoder'> {
  /** Required if the specification's probes need coefficients. */
  readonly probes?: ProbeData;
  /** Does not change any number. */
  readonly arithmetic?: AttributionArithmetic;
}

/**
 * Draws the null of an experiment. It depends on the encoder's codes, probes, kinds of rows, the unpruned
 * widths and the options of measures, but on no seed, arm or ratio.
 * @throws Stopped when the pace's signal is set
 */
export async function drawRunNull(
  specification: Specification,
  data: NullData,
  pace: Pace,
): Promise<RunNull> {
  const pacer = new Pacer(pace);
  const steps = runNullInSteps(specification, data);
  let step = steps.next();
  for (; !step.done; step = steps.next()) await pacer.spend(step.value);
  return step.value;
}

/** {@link drawRunNull} in steps; yields the approximate number of operations of each. */
export function* runNullInSteps(
  specification: Specification,
  data: NullData,
): Generator<number, RunNull, void> {
  const [first, ...others] = readingsOf(specification);
  const own = yield* readingNullInSteps(specification, data, first);
  const nulls: [string, ReadingNull][] = [];
  for (const reading of others) {
    nulls.push([reading.key, yield* readingNullInSteps(specification, data, reading)]);
  }
  const { rows, readouts, nets, measures } = own;
  return {
    version: NULL_VERSION,
    rows,
    readouts,
    nets,
    widths: specification.specimen.hidden,
    measures,
    ...(nulls.length > 0 && { readings: Object.fromEntries(nulls) }),
  };
}

/** Fewest readouts that a null is drawn from, unless fewer are asked for. */
const MIN_READOUTS = 1024;
/** Operations of all readouts of a distribution, about a second. */
const MAX_OPERATIONS = 1e9;

function* readingNullInSteps(
  { specimen, measures }: Specification,
  { encoder, probes, arithmetic }: NullData,
  reading: Reading,
): Generator<number, ReadingNull, void> {
  const { hidden: widths, activation } = specimen;
  const { nullNeurons, threshold, compatibility } = measures;
  const { rows } = reading;
  const how = { widths, activation, rows, threshold, compatibility };
  let readouts = nullNeurons;
  let nulls: Nulls;
  if (reading.probe === 'distribution') {
    const inputs = distributionInputs(encoder, required(probes), reading.samples);
    const source = distributionReadouts(encoder, inputs, arithmetic);
    const affordable = Math.floor(MAX_OPERATIONS / (source.operationsPerCell * inputs.features));
    readouts = Math.min(nullNeurons, Math.max(MIN_READOUTS, affordable));
    nulls = yield* nullInSteps(source, { ...how, readouts });
  } else {
    nulls = yield* nullInSteps(finiteCodes(probedEncoder(encoder, reading, probes)), {
      ...how,
      readouts,
    });
  }
  return {
    rows,
    readouts,
    nets: netsFor(widths, readouts),
    measures: Object.fromEntries(MEASURES.map(({ id }) => [id, measuredNull(nulls[id])])),
  };
}

function measuredNull(found: NullDistribution): MeasuredNull {
  const { of, mean, sd, standardError, low, high, count } = found;
  const maybe = (x: number): MaybeNumber => (Number.isFinite(x) ? x : null);
  return {
    of,
    mean: maybe(mean),
    sd: maybe(sd),
    standardError: maybe(standardError),
    low: maybe(low),
    high: maybe(high),
    count,
  };
}
