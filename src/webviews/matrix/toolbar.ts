import { type RampId, RAMPS } from '../../figures/colour/ramps';
import { WHOLE } from '../../figures/heatMap/viewport';
import { NEURON_MEASURES } from '../../figures/matrix/measured';
import type { FeatureOrder, NeuronOrder } from '../../figures/matrix/order';
import { CHOICES, filtersInWords, type Settings } from '../../figures/matrix/settings';
import { type Track, tracksOf } from '../../figures/matrix/track';
import type { MatrixSeries } from '../../protocol/matrix';
import {
  button,
  checkControl,
  type Choice,
  numberControl,
  selectControl,
} from '../shared/controls';
import { element, uniqueId } from '../shared/dom';
import { type Popover, popover } from '../shared/popover';
import type { MatrixChange } from './state';

const NEURON_ORDERS: readonly Choice<NeuronOrder>[] = [
  { value: 'index', label: 'by index' },
  { value: 'measure', label: 'most polysemantic first' },
  { value: 'dominant', label: 'by dominant feature' },
  { value: 'cluster', label: 'by similarity (clustering)' },
];

const FEATURE_ORDERS: readonly Choice<FeatureOrder>[] = [
  { value: 'index', label: 'by index' },
  { value: 'coverage', label: 'best covered first' },
  { value: 'dominant', label: 'by dominant neuron' },
  { value: 'cluster', label: 'by similarity (clustering)' },
];

const PERCENTILES: readonly Choice<string>[] = CHOICES.percentile.map((p) => ({
  value: String(p),
  label: p === 100 ? 'largest value' : `${p}th percentile`,
}));

/** The controls above the charts. */
export class Toolbar {
  readonly element: HTMLElement;
  private readonly seed;
  private readonly arm;
  private readonly measure;
  private readonly neurons;
  private readonly features;
  private readonly follow;
  private readonly sign;
  private readonly rows;
  /** Says why only one kind of rows can be chosen. */
  private readonly oneKind = element('div', { class: 'hint', id: uniqueId('rows') });
  private readonly ramp;
  private readonly percentile;
  private readonly domain;
  private readonly pruned;
  private readonly detail;
  private readonly dead;
  private readonly threshold;
  private readonly layers = element('div', {
    class: 'stack',
    role: 'group',
    'aria-label': 'Layers',
  });
  private readonly table: HTMLButtonElement;
  private readonly filter: Popover;
  /** The controls that fold where there is little room. */
  readonly options: HTMLElement;
  private track: Track = { seed: 0, arm: 'dense' };

  /** @param exporting the menu of exports */
  constructor(
    private readonly dispatch: (change: MatrixChange) => void,
    exporting: HTMLElement,
  ) {
    const set = (settings: Partial<Settings>): void => dispatch({ type: 'settings', settings });
    const track = (change: Partial<Track>): void =>
      dispatch({ type: 'track', track: { ...this.track, ...change } });
    const zoom = (factor: number) => () => dispatch({ type: 'zoom', by: { x: factor, y: factor } });
    this.seed = selectControl<string>('Seed', [], (seed) => track({ seed: Number(seed) }));
    this.arm = selectControl<Track['arm']>('Arm', [], (arm) => track({ arm }));
    this.measure = selectControl(
      'Measure',
      NEURON_MEASURES.map(({ id, name, formula }) => ({ value: id, label: name, hint: formula })),
      (measure) => set({ measure }),
    );
    this.neurons = selectControl('Neurons', NEURON_ORDERS, (neuronOrder) => set({ neuronOrder }));
    this.features = selectControl('Features', FEATURE_ORDERS, (featureOrder) =>
      set({ featureOrder }),
    );
    this.follow = checkControl('Sort anew at each moment', (follow) => set({ follow }));
    this.sign = selectControl<Settings['sign']>(
      'Values',
      [
        { value: 'signed', label: 'signed' },
        { value: 'absolute', label: 'magnitude' },
      ],
      (sign) => set({ sign }),
    );
    this.rows = selectControl<Settings['rows']>('Rows', [], (rows) => set({ rows }));
    this.rows.input.setAttribute('aria-describedby', this.oneKind.id);
    this.ramp = selectControl<RampId>(
      'Colours',
      Object.entries(RAMPS).map(([value, { name }]) => ({ value: value as RampId, label: name })),
      (ramp) => set({ ramp }),
    );
    this.percentile = selectControl('Colours end at the', PERCENTILES, (p) =>
      set({ percentile: Number(p) }),
    );
    this.domain = selectControl<Settings['domain']>(
      'Colour range',
      [
        { value: 'shared', label: 'that of the trained network' },
        { value: 'own', label: 'fitted to each matrix' },
      ],
      (domain) => set({ domain }),
    );
    this.pruned = selectControl<Settings['pruned']>(
      'Pruned neurons',
      [
        { value: 'place', label: 'keep their place' },
        { value: 'collapse', label: 'are left out' },
      ],
      (pruned) => set({ pruned }),
    );
    this.detail = selectControl<Settings['detail']>(
      'Retraining',
      [
        { value: 'ends', label: 'its end only' },
        { value: 'epochs', label: 'every epoch kept' },
      ],
      (detail) => set({ detail }),
    );
    this.dead = checkControl('Dead neurons', (dead) => set({ dead }));
    this.threshold = numberControl(
      'Leave blank |a| below',
      { step: 0.01, hint: 'Neurons with no larger value are left out' },
      (threshold) => set({ threshold }),
    );
    this.table = button(
      'Table',
      () => set({ table: this.table.ariaPressed !== 'true' }),
      'Show the numbers as a table',
    );
    const view = popover('View', [
      this.rows.element,
      this.oneKind,
      this.sign.element,
      this.ramp.element,
      this.percentile.element,
      this.domain.element,
      this.pruned.element,
      this.detail.element,
      this.follow.element,
      button('Sort by the matrix shown', () => dispatch({ type: 'sort by shown' })),
    ]);
    this.filter = popover('Filter', [
      element('div', { class: 'heading' }, 'Layers'),
      this.layers,
      this.dead.element,
      this.threshold.element,
    ]);
    const zooming = element(
      'div',
      { class: 'row', role: 'group', 'aria-label': 'Zoom' },
      button('−', zoom(1 / 1.5), 'Zoom out', 'icon'),
      button('+', zoom(1.5), 'Zoom in', 'icon'),
      button('All', () => dispatch({ type: 'viewport', viewport: WHOLE }), 'Show all', 'quiet'),
    );
    this.options = element(
      'div',
      { class: 'options' },
      ...[this.seed, this.arm, this.measure, this.neurons, this.features].map(
        ({ element: field }) => field,
      ),
      element('div', { class: 'row' }, view.element, this.filter.element, exporting),
    );
    this.element = element(
      'div',
      { class: 'bar', role: 'toolbar', 'aria-label': 'Matrix' },
      this.options,
      element('div', { class: 'row' }, this.table, zooming),
    );
  }

  /** Offers what a run has. */
  offer(series: MatrixSeries): void {
    const tracks = tracksOf(series);
    const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];
    const seeds = distinct(tracks.map(({ seed }) => seed));
    const arms = distinct(tracks.map(({ arm }) => arm));
    this.seed.offer(seeds.map((seed) => ({ value: String(seed), label: String(seed) })));
    this.arm.offer(arms.map((arm) => ({ value: arm, label: arm })));
    this.seed.element.hidden = seeds.length < 2;
    this.arm.element.hidden = arms.length < 2;
    const reason = whyOneKind(series);
    this.oneKind.textContent = reason ?? '';
    this.oneKind.hidden = reason === undefined;
    this.rows.offer(
      CHOICES.rows.map((value) => ({
        value,
        label: value === 'pre-activation' ? 'before the activation' : 'after the activation',
        disabled: value !== series.rows && reason !== undefined,
      })),
    );
    this.detail.element.hidden = !hasRetrainingEpochs(series);
  }

  show(settings: Settings, track: Track, layers: number): void {
    this.track = track;
    this.seed.set(String(track.seed));
    this.arm.set(track.arm);
    this.measure.set(settings.measure);
    this.neurons.set(settings.neuronOrder);
    this.features.set(settings.featureOrder);
    this.follow.set(settings.follow);
    this.sign.set(settings.sign);
    this.rows.set(settings.rows);
    this.ramp.set(settings.ramp);
    this.percentile.set(String(settings.percentile));
    this.domain.set(settings.domain);
    this.pruned.set(settings.pruned);
    this.detail.set(settings.detail);
    this.dead.set(settings.dead);
    this.threshold.set(settings.threshold);
    this.table.setAttribute('aria-pressed', String(settings.table));
    const active = filtersInWords(settings, layers).length;
    this.filter.trigger.textContent = active > 0 ? `Filter (${active})` : 'Filter';
    this.filter.trigger.classList.toggle('active', active > 0);
    this.showLayers(settings, layers);
  }

  private showLayers({ hiddenLayers }: Settings, layers: number): void {
    if (this.layers.childElementCount !== layers) {
      this.layers.replaceChildren(
        ...Array.from({ length: layers }, (_, layer) => {
          const check = checkControl(`layer ${layer}`, () => this.chooseLayers());
          return check.element;
        }),
      );
    }
    this.layers.querySelectorAll('input').forEach((input, layer) => {
      input.checked = !hiddenLayers.includes(layer);
    });
  }

  private chooseLayers(): void {
    const inputs = [...this.layers.querySelectorAll('input')];
    const hiddenLayers = inputs.flatMap(({ checked }, layer) => (checked ? [] : [layer]));
    this.dispatch({ type: 'settings', settings: { hiddenLayers } });
  }
}

/** Why rows of the other kind are not offered; undefined where they are. */
function whyOneKind({ alone, checkpoints, otherRows }: MatrixSeries): string | undefined {
  if (alone) return 'Other rows are not part of this output.';
  if (checkpoints.some(({ specimen }) => specimen)) return otherRows;
  return 'Other rows are computed of weights, and this run kept none: "keep": { "specimens": "stages" }.';
}

function hasRetrainingEpochs({ checkpoints }: MatrixSeries): boolean {
  return checkpoints.some(
    ({ phase, leg }, i) =>
      phase === 'retraining' &&
      checkpoints[i + 1]?.phase === 'retraining' &&
      checkpoints[i + 1].leg.requested === leg.requested,
  );
}
