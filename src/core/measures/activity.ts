import type { DataActivity } from '../attribution/distribution';
import type { LayerRange } from '../attribution/matrix';
import { rowsOf } from './rows';
import { selectivity } from './selectivity';
import { summaryOf } from './summary';

/** Description of a measure of how neurons respond to samples of the data. */
interface Activity {
  /** camelCase; the column's name in JSON and CSV. */
  readonly id: string;
  /** Name in headings. */
  readonly name: string;
  /** Plain text; h = a neuron's output after its ReLU. */
  readonly formula: string;
  readonly source: string;
  readonly range: readonly [least: number, greatest: number];
  /** Why the value can be missing. */
  readonly missing: string;
}

const LINEAR = 'the network is linear: nothing fires that cannot be silent';
const NO_NEURONS = 'there are no neurons, or an output is not a finite number';

const TABLE = [
  {
    id: 'deadOnData',
    name: 'Dead on the data',
    formula: 'share of neurons with h = 0 for every sample',
    source: 'definition',
    range: [0, 1],
    missing: `${LINEAR}; ${NO_NEURONS}`,
  },
  {
    id: 'firing',
    name: 'Firing',
    formula: 'share of samples with h > 0, mean over neurons',
    source: 'definition; 1 − APoZ of Hu et al. (2016), Network Trimming',
    range: [0, 1],
    missing: `${LINEAR}; ${NO_NEURONS}`,
  },
  {
    id: 'activationOnData',
    name: 'Activation on the data',
    formula: 'mean of h over samples, mean over neurons',
    source: 'definition',
    range: [-Infinity, Infinity],
    missing: NO_NEURONS,
  },
  {
    id: 'selectivityOnData',
    name: 'Selectivity on the data',
    formula:
      '(μ_max − μ_rest) / (μ_max + μ_rest); μ_f = mean of h over the samples that have feature f, μ_rest = mean over the other features; mean over neurons',
    source:
      'Morcos et al. (2018), On the importance of single directions for generalization, class selectivity',
    range: [0, 1],
    missing:
      'the network is linear, every neuron is dead on the data, a feature is in none of the samples, or there is one feature only',
  },
] as const satisfies readonly Activity[];

export type ActivityId = (typeof TABLE)[number]['id'];

/** Measures of how neurons respond to samples of the data, in the order of their columns. */
export const ACTIVITIES: readonly (Activity & { readonly id: ActivityId })[] = TABLE;

/** A measure's value for each neuron, `[neurons]`; NaN where undefined. */
export type ActivityValues = Readonly<Record<ActivityId, Float64Array>>;

/**
 * The measures of each neuron; {@link summariseActivity} takes their means.
 * @param relu `[neurons]`: whether a ReLU follows the neuron
 */
export function measureActivity(
  { mean, firing, present }: DataActivity,
  features: number,
  relu: readonly boolean[],
): ActivityValues {
  const rectified = (values: Float64Array): Float64Array =>
    values.map((value, k) => (relu[k] ? value : NaN));
  return {
    deadOnData: rectified(
      firing.map((share, k) => (Number.isFinite(mean[k]) ? Number(share === 0) : NaN)),
    ),
    firing: rectified(firing.map((share, k) => (Number.isFinite(mean[k]) ? share : NaN))),
    activationOnData: mean,
    selectivityOnData:
      present.length > 0
        ? rectified(selectivity.of(rowsOf(present, features)))
        : mean.map(() => NaN),
  };
}

/** Means over the neurons of each layer and of the net; NaN where no neuron has a value. */
export function summariseActivity(
  values: Float64Array,
  layers: readonly LayerRange[],
): { readonly net: number; readonly layers: number[] } {
  return {
    net: summaryOf(values).mean,
    layers: layers.map(({ start, end }) => summaryOf(values, start, end).mean),
  };
}
