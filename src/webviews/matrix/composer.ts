import { colourScale } from '../charts/colour/colourTable';
import type { Ground } from '../charts/colour/ramps';
import { memoised } from '../shared/memo';
import type { Entry, Library } from './library';
import { compose, isClipped, valueTitle, type Colours, type Picture } from './model/compose';
import { neuronMeasure, type NeuronLevelMeasure } from './model/measured';
import { orderFeatures, orderNeurons } from './model/order';
import type { Roster } from './model/roster';
import { showMatrix, type Shown } from './model/shown';
import type { Stop } from './model/track';
import type { Settings } from './settings';

/**
 * Makes the picture of a matrix: measured, sorted, filtered, coloured. Each step is done again only when
 * something that it depends on has changed.
 */
export class Composer {
  /** Where colours end for matrices that are no longer in memory. */
  private readonly domains = new Map<string, number>();

  constructor(
    private readonly roster: Roster,
    private readonly library: Library,
    /** Leasts and greatests of measures follow from it. */
    private readonly features: number,
  ) {}

  /**
   * The picture of a matrix.
   * @param sortedBy the matrix by which rows and columns are sorted
   * @param arrivals grows with every matrix that comes: axes and colours are shared with all
   */
  picture(
    entry: Entry,
    { checkpoint }: Stop,
    sortedBy: Entry,
    settings: Settings,
    stops: readonly Stop[],
    arrivals: number,
  ): Picture {
    const measure = neuronMeasure(settings.measure);
    const { dead, threshold, pruned, hiddenLayers, rows } = settings;
    const order = this.order(sortedBy, measure, settings.neuronOrder, settings.featureOrder);
    const shown = this.shown(entry, order, measure, dead, threshold, pruned, hiddenLayers);
    const greatest = this.greatest(measure, rows, stops, arrivals);
    const chance = checkpoint.facts?.nulls[measure.id] ?? undefined;
    return this.composed(shown, measure, greatest, chance);
  }

  /** What colours mean. */
  colours(
    entry: Entry,
    shown: Shown,
    settings: Settings,
    stops: readonly Stop[],
    arrivals: number,
    { kind, contrast }: Ground,
  ): Colours {
    const { domain, percentile, rows, ramp, sign } = settings;
    const end =
      domain === 'own'
        ? entry.percentile(percentile)
        : this.sharedDomain(percentile, rows, stops, arrivals);
    const scale = this.scale(ramp, this.ground(kind, contrast), sign, end);
    return { scale, title: valueTitle(rows, sign), clipped: this.clipped(shown, end) };
  }

  private readonly clipped = memoised(isClipped);
  private readonly scale = memoised(colourScale);
  private readonly ground = memoised((kind: Ground['kind'], contrast: boolean) => {
    return { kind, contrast };
  });

  private readonly order = memoised(
    (
      entry: Entry,
      measure: NeuronLevelMeasure,
      neuronOrder: Settings['neuronOrder'],
      featureOrder: Settings['featureOrder'],
    ) => {
      const { matrix, rowOf, coverage } = entry;
      const columns = orderFeatures(featureOrder, matrix, coverage);
      const { morePolysemantic } = measure;
      const measured = { values: entry.measure(measure), morePolysemantic };
      const slots = orderNeurons(neuronOrder, this.roster, matrix, rowOf, measured, columns);
      return { slots, columns };
    },
  );

  private readonly shown = memoised(
    (
      entry: Entry,
      order: { readonly slots: Int32Array; readonly columns: Int32Array },
      measure: NeuronLevelMeasure,
      dead: boolean,
      threshold: number,
      pruned: Settings['pruned'],
      hiddenLayers: readonly number[],
    ) => {
      const { matrix, rowOf, coverage } = entry;
      const layers = this.roster.layers
        .map(({ layer }) => layer)
        .filter((layer) => !hiddenLayers.includes(layer));
      const filter = { dead, threshold, pruned, layers };
      const values = entry.measure(measure);
      return showMatrix(matrix, this.roster, order, rowOf, values, coverage, filter);
    },
  );

  private readonly composed = memoised(
    (shown: Shown, measure: NeuronLevelMeasure, greatest: number, chance: number | undefined) => {
      const [least] = measure.range(this.features);
      return compose(shown, this.roster, measure, [least, greatest], chance);
    },
  );

  /** Greatest value of the measure at any stop known, and of its null: the axis stays as it is. */
  private readonly greatest = memoised(
    (
      measure: NeuronLevelMeasure,
      rows: Settings['rows'],
      stops: readonly Stop[],
      _arrivals: number,
    ) => {
      let greatest = -Infinity;
      for (const { checkpoint } of stops) {
        greatest = Math.max(greatest, checkpoint.facts?.nulls[measure.id] ?? -Infinity);
        this.library.trace(checkpoint.name, rows, measure)?.forEach((value) => {
          if (value > greatest) greatest = value;
        });
      }
      const [least, most] = measure.range(this.features);
      return greatest > least ? Math.min(most, niceUp(greatest)) : most;
    },
  );

  /** Magnitude at which colours end, at all stops known together. */
  private readonly sharedDomain = memoised(
    (percentile: number, rows: Settings['rows'], stops: readonly Stop[], _arrivals: number) => {
      let greatest = 0;
      for (const { checkpoint } of stops) {
        const key = `${percentile} ${rows} ${checkpoint.name}`;
        const entry = this.library.peek(checkpoint.name, rows);
        const own = this.domains.get(key) ?? entry?.percentile(percentile);
        if (own === undefined) continue;
        this.domains.set(key, own);
        greatest = Math.max(greatest, own);
      }
      return greatest;
    },
  );
}

/** The next multiple of half the value's power of ten. */
function niceUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.abs(value) || 1)) / 2;
  return Math.ceil(value / step) * step;
}
