import { mean } from 'd3';
import type { RowKind } from '../../core/attribution/matrix';
import { nullText } from '../text/nullWords';
import type { NullLevel } from '../../core/experiment/runNull';
import type { FeatureBarsData } from '../bars/featureBars';
import type { NeuronBarsData } from '../bars/neuronBars';
import type { ColourScale } from '../colour/colourTable';
import type { HeatMapData } from '../heatMap/grid';
import type { NeuronLevelMeasure } from './measured';
import { neuronAt, type NeuronIndex } from './neuronIndex';
import { neuronsShown, type Shown } from './shown';

/** Data of the charts of a matrix. */
export interface Picture {
  readonly shown: Shown;
  readonly heat: HeatMapData;
  readonly neurons: NeuronBarsData;
  readonly features: FeatureBarsData;
  readonly measure: NeuronLevelMeasure;
  /** Why the measure is undefined for some neurons. */
  readonly why: string;
  /** Level of the null with which the measure is compared; undefined if these rows have none. */
  readonly level?: NullLevel;
}

/** Colour scale with its title. */
export interface Colours {
  readonly scale: ColourScale;
  readonly title: string;
  /** Whether some values lie beyond the ends of the scale. */
  readonly clipped: boolean;
}

/**
 * The data of the charts.
 * @param domain ends of the axis of the measure
 * @param level score of random readouts
 * @param why why the measure is undefined for some neurons
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

/** Title of a legend. */
export function valueTitle(rows: RowKind, sign: 'signed' | 'absolute'): string {
  const what = rows === 'pre-activation' ? 'pre-activation' : 'activation';
  return sign === 'signed' ? `attribution (${what})` : `|attribution| (${what})`;
}

function meanOf(values: Float64Array): number {
  return mean(values) ?? NaN;
}
