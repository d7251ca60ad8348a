import { CONFIDENCE } from '../../core/statistics/meanInterval';
import { percent } from '../../figures/text/numbers';
import { type MeasureId, MEASURES } from '../../core/measures/table';
import { measureTitle, RATIO_LABELS } from '../../figures/trajectories/charts';
import type { RatioChoice, ViewState } from '../../figures/trajectories/state';
import { button, selectControl } from '../shared/controls';
import { element, setAttributes } from '../shared/dom';

const LEVELS = { neuron: 'Of neurons', feature: 'Of features', net: 'Of the net' } as const;

const VIEWS = [
  { view: 'charts', label: 'Charts' },
  { view: 'table', label: 'Table' },
  { view: 'differences', label: 'Differences' },
] as const;

/** The controls of what is shown, and how. */
export class Toolbar {
  readonly element = element('div', {
    class: 'bar',
    role: 'toolbar',
    'aria-label': 'Trajectories',
  });
  private readonly measure = selectControl<MeasureId>(
    'Measure',
    MEASURES.map(({ id, formula, level }) => ({
      value: id,
      label: measureTitle(id),
      group: LEVELS[level],
      hint: formula,
    })),
    (measure) => this.change({ measure }),
  );
  private readonly ratio = selectControl<RatioChoice>(
    'Pruned specimens by',
    ratioChoices(false),
    (ratio) => this.change({ ratio }),
  );
  private readonly seeds = selectControl<ViewState['seeds']>(
    'Seeds',
    [
      { value: 'mean', label: `Mean and ${percent(CONFIDENCE)} interval` },
      { value: 'each', label: 'A line each' },
    ],
    (seeds) => this.change({ seeds }),
  );
  private readonly lossScale = selectControl<ViewState['lossScale']>(
    'Loss axis',
    [
      { value: 'log', label: 'Logarithmic' },
      { value: 'linear', label: 'Linear' },
    ],
    (lossScale) => this.change({ lossScale }),
  );
  private readonly views = VIEWS.map(({ view, label }) => ({
    view,
    button: button(label, () => this.change({ view })),
  }));
  private masks = false;
  private readonly zoomOut = button('Show all', () => this.change({ zoom: {} }), 'End the zoom');
  /** The controls that fold where there is little room. */
  readonly options = element('div', { class: 'options' });

  /** @param change is called with what the user chooses @param more controls at the end */
  constructor(
    private readonly change: (view: Partial<ViewState>) => void,
    more: readonly HTMLElement[],
  ) {
    this.options.append(
      this.measure.element,
      this.ratio.element,
      this.seeds.element,
      this.lossScale.element,
      element('div', { class: 'space' }),
      ...more,
    );
    this.element.append(
      element(
        'div',
        { class: 'row views', role: 'group', 'aria-label': 'View' },
        ...this.views.map((entry) => entry.button),
      ),
      this.zoomOut,
      this.options,
    );
  }

  /** @param masks whether runs have arms, which may mask weights */
  show({ measure, ratio, seeds, lossScale, view, zoom }: ViewState, masks: boolean): void {
    if (this.masks !== masks) this.ratio.offer(ratioChoices(masks));
    this.masks = masks;
    this.measure.set(measure);
    this.ratio.set(ratio);
    this.seeds.set(seeds);
    this.lossScale.set(lossScale);
    for (const entry of this.views) {
      setAttributes(entry.button, { 'aria-pressed': String(entry.view === view) });
    }
    this.zoomOut.hidden = Object.keys(zoom).length === 0;
  }
}

/** The ratio of weights is measured only where arms may mask some. */
function ratioChoices(masks: boolean): { value: RatioChoice; label: string }[] {
  return (Object.keys(RATIO_LABELS) as RatioChoice[])
    .filter((value) => masks || value !== 'weightRatio')
    .map((value) => ({ value, label: RATIO_LABELS[value] }));
}
