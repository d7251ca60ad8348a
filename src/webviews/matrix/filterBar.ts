import { counted } from '../../core/counted';
import { type FilterSettings, filtersInWords } from '../../figures/matrix/settings';
import { neuronsShown, type Shown } from '../../figures/matrix/shown';
import { button } from '../shared/controls';
import { element } from '../shared/dom';

/** Says which filter is active, and where it leaves nothing; both with a way to clear it. */
export class FilterBar {
  /** A line above the charts, while a filter is active. */
  readonly element: HTMLElement;
  /** Over the charts, while there is nothing in them. */
  readonly nothing: HTMLElement;
  private readonly words = element('span');
  private readonly heading = element('h2');
  private readonly reason = element('p');
  private readonly clearing: HTMLElement;

  constructor(clear: () => void) {
    this.element = element(
      'div',
      { class: 'filter-bar', hidden: true },
      this.words,
      button('Clear the filter', clear),
    );
    this.clearing = button('Clear the filter', clear);
    this.nothing = element(
      'div',
      { class: 'nothing', role: 'status', hidden: true },
      this.heading,
      this.reason,
      this.clearing,
    );
  }

  /** @param layers of the specimen */
  show(settings: FilterSettings, layers: number, shown: Shown): void {
    const filters = filtersInWords(settings, layers);
    const seen = neuronsShown(shown);
    const { neurons } = shown.matrix;
    const isEmpty = seen === 0;
    this.element.hidden = filters.length === 0 || isEmpty;
    this.words.textContent = `Filter: ${filters.join('; ')}. ${seen} of ${counted(neurons, 'neuron')} shown.`;
    this.nothing.hidden = !isEmpty;
    this.clearing.hidden = filters.length === 0;
    this.heading.textContent =
      neurons === 0
        ? 'No neuron is left'
        : `The filter leaves none of ${counted(neurons, 'neuron')}`;
    this.reason.textContent =
      neurons === 0 ? 'All hidden neurons are pruned at this moment.' : `${filters.join('; ')}.`;
  }
}
