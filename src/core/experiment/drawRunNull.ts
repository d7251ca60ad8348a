import { finiteCodes } from '../attribution/featureCodes';
import { netsFor, nullInSteps, type NullDistribution } from '../measures/null';
import { MEASURES } from '../measures/table';
import { Pacer, type Pace } from '../stop';
import type { ExperimentData } from './context';
import type { MaybeNumber } from './metricsRow';
import { NULL_VERSION, type MeasuredNull, type RunNull } from './runNull';
import type { Specification } from './specification';

/**
 * Draws the null of an experiment. It depends on the encoder's codes, the kind of rows, the unpruned widths
 * and the options of measures, but on no seed, arm or ratio.
 * @throws Stopped when the pace's signal is set
 */
export async function drawRunNull(
  specification: Specification,
  data: Pick<ExperimentData, 'encoder'>,
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
  { specimen, attribution, measures }: Specification,
  { encoder }: Pick<ExperimentData, 'encoder'>,
): Generator<number, RunNull, void> {
  const { hidden: widths, activation } = specimen;
  const { nullNeurons: readouts, threshold, compatibility } = measures;
  const { rows } = attribution;
  const how = { widths, readouts, activation, rows, threshold, compatibility };
  const nulls = yield* nullInSteps(finiteCodes(encoder), how);
  return {
    version: NULL_VERSION,
    rows,
    readouts,
    nets: netsFor(widths, readouts),
    widths,
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
