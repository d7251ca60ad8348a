import type { RowKind } from '../../core/attribution/matrix';
import { type NullLevel, nullLevel } from '../../core/experiment/runNull';
import type { MatrixSeries, SeriesCheckpoint } from '../../protocol/matrix';
import { colourScale } from '../colour/colourTable';
import type { Background } from '../colour/ramps';
import { memoised } from '../memo';
import { type Colours, compose, isClipped, type Picture, valueTitle } from './compose';
import {
  type MeasuredMatrix,
  type NeuronLevelMeasure,
  neuronMeasure,
  whyUndefined,
} from './measured';
import type { NeuronIndex } from './neuronIndex';
import { orderFeatures, orderNeurons } from './order';
import type { Settings } from './settings';
import { showMatrix, type Shown } from './shown';
import type { Stop } from './track';

/** Facts about a run that its pictures show. */
export type RunAccount = Pick<MatrixSeries, 'nulls' | 'oldNull' | 'rows' | 'activation' | 'alone'>;

/**
 * Creates the picture of a matrix: measured, sorted, filtered, coloured. Each step is repeated only if
 * one of its inputs has changed.
 */
export class Composer {
  constructor(
    private readonly neuronIndex: NeuronIndex,
    /** Number of features, which determines the ranges of measures. */
    private readonly features: number,
    /** The null of the run, and why measures may be missing. */
    private readonly about: RunAccount,
  ) {}

  /**
   * The picture of a matrix.
   * @param sortedBy the matrix by which rows and columns are sorted
   * @param trained the matrix of the trained specimen, whose axis all moments share
   */
  picture(
    measured: MeasuredMatrix,
    { checkpoint }: Stop,
    sortedBy: MeasuredMatrix,
    trained: MeasuredMatrix,
    settings: Settings,
    stops: readonly Stop[],
  ): Picture {
    const measure = neuronMeasure(settings.measure);
    const { dead, threshold, pruned, hiddenLayers } = settings;
    const order = this.order(sortedBy, measure, settings.neuronOrder, settings.featureOrder);
    const shown = this.shown(measured, order, measure, dead, threshold, pruned, hiddenLayers);
    const greatest = this.greatest(measure, measured, trained, stops);
    const level = this.level(measure, settings.rows, checkpoint, stops);
    return this.composed(shown, measure, greatest, level);
  }

  /** The level of the null; undefined for the kind of rows that it was not measured for. */
  private readonly level = memoised(
    (
      { id }: NeuronLevelMeasure,
      rows: RowKind,
      checkpoint: SeriesCheckpoint,
      stops: readonly Stop[],
    ): NullLevel | undefined => {
      const { nulls, oldNull = false, rows: measured } = this.about;
      if (rows !== measured) return undefined;
      if (nulls) return nullLevel(nulls, [], id);
      // For an old run, the level of the unpruned widths, as elsewhere.
      const unpruned = stops.find((stop) => stop.checkpoint.leg.requested === null);
      const { facts } = (oldNull && unpruned ? unpruned : { checkpoint }).checkpoint;
      const mean = facts?.nulls[id] ?? undefined;
      return mean === undefined ? undefined : { mean, old: oldNull };
    },
  );

  /**
   * Colours of a matrix.
   * @param trained the matrix of the trained specimen, whose colour range all moments share
   */
  colours(
    measured: MeasuredMatrix,
    shown: Shown,
    trained: MeasuredMatrix,
    settings: Settings,
    { kind, contrast }: Background,
  ): Colours {
    const { domain, percentile, rows, ramp, sign } = settings;
    const end = (domain === 'own' ? measured : trained).percentile(percentile);
    const scale = this.scale(ramp, this.background(kind, contrast), sign, end);
    return { scale, title: valueTitle(rows, sign), clipped: this.clipped(shown, end) };
  }

  private readonly clipped = memoised(isClipped);
  private readonly scale = memoised(colourScale);
  private readonly background = memoised((kind: Background['kind'], contrast: boolean) => {
    return { kind, contrast };
  });

  private readonly order = memoised(
    (
      measured: MeasuredMatrix,
      measure: NeuronLevelMeasure,
      neuronOrder: Settings['neuronOrder'],
      featureOrder: Settings['featureOrder'],
    ) => {
      const { matrix, rowOf, coverage } = measured;
      const columns = orderFeatures(featureOrder, matrix, coverage);
      const { morePolysemantic } = measure;
      const sortKey = { values: measured.measure(measure), morePolysemantic };
      const slots = orderNeurons(neuronOrder, this.neuronIndex, matrix, rowOf, sortKey, columns);
      return { slots, columns };
    },
  );

  private readonly shown = memoised(
    (
      measured: MeasuredMatrix,
      order: { readonly slots: Int32Array; readonly columns: Int32Array },
      measure: NeuronLevelMeasure,
      dead: boolean,
      threshold: number,
      pruned: Settings['pruned'],
      hiddenLayers: readonly number[],
    ) => {
      const { matrix, rowOf, coverage } = measured;
      const layers = this.neuronIndex.layers
        .map(({ layer }) => layer)
        .filter((layer) => !hiddenLayers.includes(layer));
      const filter = { dead, threshold, pruned, layers };
      const values = measured.measure(measure);
      return showMatrix(matrix, this.neuronIndex, order, rowOf, values, coverage, filter);
    },
  );

  private readonly composed = memoised(
    (shown: Shown, measure: NeuronLevelMeasure, greatest: number, level: NullLevel | undefined) => {
      const [least] = measure.range(this.features);
      const why = whyUndefined(measure, this.about);
      return compose(shown, this.neuronIndex, measure, [least, greatest], level, why);
    },
  );

  /**
   * Upper end of the axis of the measure: the same at all moments unless a neuron exceeds it. It depends only
   * on what is shown, so that exporting the same view always gives the same picture.
   */
  private readonly greatest = memoised(
    (
      measure: NeuronLevelMeasure,
      measured: MeasuredMatrix,
      trained: MeasuredMatrix,
      stops: readonly Stop[],
    ) => {
      let greatest = -Infinity;
      const see = (value: number): void => {
        if (value > greatest) greatest = value;
      };
      for (const { checkpoint } of stops) see(checkpoint.facts?.nulls[measure.id] ?? -Infinity);
      for (const matrix of [measured, trained]) matrix.measure(measure).forEach(see);
      const [least, most] = measure.range(this.features);
      return greatest > least ? Math.min(most, niceUp(greatest)) : most;
    },
  );
}

/** The next multiple of half the value's power of ten. */
function niceUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.abs(value) || 1)) / 2;
  return Math.ceil(value / step) * step;
}
