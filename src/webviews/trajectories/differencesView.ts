import type { Palette } from '../../figures/colour/palette';
import { differencesOf } from '../../figures/trajectories/differences';
import { swatchMarks } from '../../figures/trajectories/legend';
import { runTitles, type ShownRun } from '../../figures/trajectories/run';
import { element } from '../shared/dom';
import { swatchElement } from './legend';

/** A table of the fields in which the specifications of runs differ. */
export class DifferencesView {
  readonly element = element('div', { class: 'differences', tabindex: 0, role: 'region' });

  constructor() {
    this.element.setAttribute('aria-label', 'What differs in the specifications');
  }

  show(runs: readonly ShownRun[], palette: Palette): void {
    if (runs.length < 2) {
      this.message('There is one run only: add another to compare their specifications.');
      return;
    }
    const differences = differencesOf(runs);
    if (differences.length === 0) {
      this.message('These runs have the same specification, engine and version.');
      return;
    }
    const titles = runTitles(runs);
    const heads = runs.map((run) => {
      const style = { slot: run.slot, marker: 'filled' as const };
      return element(
        'th',
        { scope: 'col', title: run.run },
        swatchElement(swatchMarks(style, palette)),
        titles.get(run.run) ?? run.name,
      );
    });
    this.element.replaceChildren(
      element(
        'table',
        {},
        element('caption', { class: 'sr-only' }, 'Fields in which the runs differ'),
        element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Field'), ...heads)),
        element(
          'tbody',
          {},
          ...differences.map(({ field, values }) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row' }, field),
              ...values.map((value) =>
                element('td', value === undefined ? { class: 'none' } : {}, value ?? 'not set'),
              ),
            ),
          ),
        ),
      ),
    );
  }

  private message(text: string): void {
    this.element.replaceChildren(element('p', {}, text));
  }
}
