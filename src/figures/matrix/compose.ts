import type { RowKind } from '../../core/attribution/matrix';
import { nullText } from '../../core/experiment/nullWords';
import type { NullLevel } from '../../core/experiment/runNull';
import type { FeatureBarsData } from '../bars/featureBars';
import type { NeuronBarsData } from '../bars/neuronBars';
import type { ColourScale } from '../colour/colourTable';
import type { HeatMapData } from '../heatMap/grid';
import type { NeuronLevelMeasure } from './measured';
import { neuronAt, type NeuronIndex } from './neuronIndex';
import { neuronsShown, type Shown } from './shown';

/** What the charts of a matrix show, together. */
export interface Picture {
  readonly shown: Shown;
  readonly heat: HeatMapData;
  readonly neurons: NeuronBarsData;
  readonly features: FeatureBarsData;
  readonly measure: NeuronLevelMeasure;
  /** Why neurons lack the measure where they do. */
  readonly why: string;
  /** What the measure is held against; undefined where there is no null of these rows. */
  readonly level?: NullLevel;
}

/** What the colours of values mean. */
export interface Colours {
  readonly scale: ColourScale;
  readonly title: string;
  /** Whether some values lie beyond the ends. */
  readonly clipped: boolean;
}

/**
 * The data of the charts.
 * @param domain ends of the axis of the measure
 * @param level what random readouts score
 * @param why neurons lack the measure where they do
 */
export function compose(
  shown: Shown,
  neuronIndex: NeuronIndex,
  measure: NeuronLevelMeasure,
  domain: readonly [number, number],
  level: NullLevel | undefined,
  why = measure.missing,
): Picture {
  const pruned = Uint8Array.from(shown.rows, (row) => (row < 0 ? 1 : 0));
  const { featureNames } = shown.matrix;
  const bands = shown.bands.map(({ layer, start, end }) => {
    return { label: `layer ${layer}`, start, end };
  });
  return {
    shown,
    measure,
    why,
    level,
    heat: {
      values: shown.values,
      pruned,
      bands,
      columns: shown.columns.length,
      rowLabel: (row) => String(neuronAt(neuronIndex, shown.slots[row]).unit),
      columnLabel: (column) => featureNames[shown.columns[column]],
    },
    neurons: {
      title: measure.name,
      values: shown.measure,
      pruned,
      means: new Map(
        shown.bands.map(({ start, end, summary }) => {
          const all = summary.count + summary.missing;
          const seen = neuronsShown({ rows: shown.rows.subarray(start, end) });
          return [start, { mean: summary.mean, over: seen < all ? `of all ${all}` : undefined }];
        }),
      ),
      domain,
      nullLevel: level?.mean,
      nullLabel: level && nullText(level),
    },
    features: { values: shown.coverage, mean: meanOf(shown.coverage) },
  };
}

/** Whether any value shown lies beyond the ends of the colours. */
export function isClipped({ values }: Shown, domain: number): boolean {
  return values.some((value) => Math.abs(value) > domain);
}

/** What values are, in the words of a legend. */
export function valueTitle(rows: RowKind, sign: 'signed' | 'absolute'): string {
  const what = rows === 'pre-activation' ? 'pre-activation' : 'activation';
  return sign === 'signed' ? `attribution (${what})` : `|attribution| (${what})`;
}

function meanOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
