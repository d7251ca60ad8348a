import type { RowKind } from '../../core/attribution/matrix';
import type { MeasureId } from '../../core/measures/table';
import type { MatrixSeries } from '../../protocol/matrix';
import type { Sign } from '../colour/colourTable';
import { isRampId, type RampId } from '../colour/ramps';
import { clampViewport, type Viewport, WHOLE } from '../heatMap/viewport';
import { NEURON_MEASURES, neuronMeasure } from './measured';
import type { FeatureOrder, NeuronOrder } from './order';
import type { Detail } from './track';

/** Settings of the page, which are restored after a reload. Plain JSON. */
export interface Settings {
  /** Name of the shown checkpoint; by default that of the trained specimen. */
  readonly checkpoint?: string;
  /** Name of the checkpoint by which rows and columns are sorted. */
  readonly sortedBy?: string;
  readonly detail: Detail;
  readonly speed: number;
  readonly measure: MeasureId;
  readonly rows: RowKind;
  readonly sign: Sign;
  readonly ramp: RampId;
  /** Percentile of the magnitudes at which colours end. */
  readonly percentile: number;
  /** Whether all stops share a colour range, or each matrix has its own. */
  readonly domain: 'shared' | 'own';
  readonly neuronOrder: NeuronOrder;
  readonly featureOrder: FeatureOrder;
  /** Whether rows and columns are sorted again at each stop. */
  readonly follow: boolean;
  readonly pruned: 'place' | 'collapse';
  /** Hidden layers left out. */
  readonly hiddenLayers: readonly number[];
  readonly dead: boolean;
  readonly threshold: number;
  /** Slot of the neuron whose profile is open. */
  readonly neuron?: number;
  readonly table: boolean;
}

/** Allowed values of settings. */
export const CHOICES = {
  detail: ['ends', 'epochs'],
  rows: ['pre-activation', 'post-activation'],
  sign: ['signed', 'absolute'],
  percentile: [100, 99.9, 99, 95, 90],
  speed: [2, 5, 10, 20],
  domain: ['shared', 'own'],
  neuronOrder: ['index', 'measure', 'dominant', 'cluster'],
  featureOrder: ['index', 'coverage', 'dominant', 'cluster'],
  pruned: ['place', 'collapse'],
} as const;

/** Restores settings; missing and invalid values get their defaults. */
export function settingsFrom(
  state: unknown,
  { rows, otherRows, defaults }: MatrixSeries,
): Settings {
  const left = (typeof state === 'object' && state !== null ? state : {}) as Record<
    string,
    unknown
  >;
  const one = <T>(name: string, choices: readonly T[], otherwise: T): T =>
    choices.find((choice) => choice === left[name]) ?? otherwise;
  const text = (name: string): string | undefined =>
    typeof left[name] === 'string' ? left[name] : undefined;
  const number = (name: string): number | undefined =>
    Number.isFinite(left[name]) && (left[name] as number) >= 0 ? (left[name] as number) : undefined;
  const on = (name: string, otherwise: boolean): boolean =>
    typeof left[name] === 'boolean' ? left[name] : otherwise;
  const layers = Array.isArray(left.hiddenLayers) ? (left.hiddenLayers as unknown[]) : [];
  const ramp = left.ramp ?? defaults?.ramp;
  return {
    checkpoint: text('checkpoint'),
    sortedBy: text('sortedBy'),
    detail: one('detail', CHOICES.detail, 'ends'),
    speed: one('speed', CHOICES.speed, 5),
    measure: one(
      'measure',
      NEURON_MEASURES.map(({ id }) => id),
      neuronMeasure(defaults?.measure).id,
    ),
    rows: otherRows === undefined ? one('rows', CHOICES.rows, rows) : rows,
    sign: one('sign', CHOICES.sign, 'signed'),
    ramp: isRampId(ramp) ? ramp : 'blue-orange',
    percentile: one('percentile', CHOICES.percentile, 99),
    domain: one('domain', CHOICES.domain, 'shared'),
    neuronOrder: one('neuronOrder', CHOICES.neuronOrder, 'index'),
    featureOrder: one('featureOrder', CHOICES.featureOrder, 'index'),
    follow: on('follow', false),
    pruned: one('pruned', CHOICES.pruned, 'place'),
    hiddenLayers: layers.filter((layer): layer is number => Number.isInteger(layer)),
    dead: on('dead', true),
    threshold: number('threshold') ?? 0,
    neuron: number('neuron'),
    table: on('table', false),
  };
}

/** Restores the viewport; all of the picture if the state is invalid. */
export function viewportFrom(state: unknown): Viewport {
  const { viewport } = (state ?? {}) as { readonly viewport?: unknown };
  if (typeof viewport !== 'object' || viewport === null) return WHOLE;
  const { x, y, kx, ky } = { ...WHOLE, ...viewport };
  return [x, y, kx, ky].every((part) => typeof part === 'number')
    ? clampViewport({ x, y, kx, ky }, Infinity, Infinity)
    : WHOLE;
}

/** Settings that hide neurons or values. */
export type FilterSettings = Pick<Settings, 'dead' | 'threshold' | 'hiddenLayers'>;

/** Settings that hide nothing. */
export const NO_FILTER: FilterSettings = { dead: true, threshold: 0, hiddenLayers: [] };

/** What a filter hides, as text; empty if it hides nothing. @param layers of the specimen */
export function filtersInWords(
  { dead, threshold, hiddenLayers }: FilterSettings,
  layers: number,
): string[] {
  const hidden = [...hiddenLayers].filter((layer) => layer < layers).sort((a, b) => a - b);
  return [
    ...(hidden.length > 0
      ? [`${hidden.length === 1 ? 'layer' : 'layers'} ${hidden.join(', ')} hidden`]
      : []),
    ...(dead ? [] : ['dead neurons hidden']),
    ...(threshold > 0 ? [`only |a| ≥ ${threshold}`] : []),
  ];
}
