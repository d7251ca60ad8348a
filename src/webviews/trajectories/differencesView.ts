import type { MeasureId } from '../../core/measures/table';
import { CONFIDENCE } from '../../core/statistics/meanInterval';
import { contrastsStatement, verdictOf } from '../../figures/arms/contrasts';
import type { Palette } from '../../figures/colour/palette';
import { MISSING, percent, ratioText, shortNumber, signedNumber } from '../../figures/text/numbers';
import { measureTitle } from '../../figures/trajectories/charts';
import { runContrasts } from '../../figures/trajectories/contrasts';
import { differencesOf } from '../../figures/trajectories/differences';
import { swatchMarks } from '../../figures/trajectories/legend';
import { runTitles, type ShownRun } from '../../figures/trajectories/run';
import { element } from '../shared/dom';
import { swatchElement } from './legend';

const INTERVAL = `${percent(CONFIDENCE)} interval`;

/** The arms of each run compared with their controls, and the fields in which specifications differ. */
export class DifferencesView {
  readonly element = element('div', { class: 'differences', tabindex: 0, role: 'region' });

  constructor() {
    this.element.setAttribute('aria-label', 'What differs between arms and between specifications');
  }

  show(runs: readonly ShownRun[], measure: MeasureId, palette: Palette): void {
    this.element.replaceChildren(
      ...runs.filter(({ visible }) => visible).flatMap((run) => armsSection(run, runs, measure)),
      ...specifications(runs, palette),
    );
  }
}

/** A table of contrasts, with what they mean; empty where arms have no names. */
function armsSection(
  run: ShownRun,
  runs: readonly ShownRun[],
  measure: MeasureId,
): readonly HTMLElement[] {
  if (!run.specification.arms) return [];
  const title = `${runTitles(runs).get(run.run) ?? run.name}: arms compared with their controls, ${measureTitle(measure)}`;
  const contrasts = runContrasts(run, measure);
  if (contrasts.length === 0) {
    return [element('h2', {}, title), element('p', {}, 'No arm and control is measured yet.')];
  }
  const head = (text: string): HTMLElement => element('th', { scope: 'col' }, text);
  const heads = ['Arm', 'Control', 'Asked for', 'Difference', INTERVAL, 'Same sign', 'Verdict'];
  const rows = contrasts.map((contrast) => {
    const { arm, control, requested, difference, agreeing } = contrast;
    const { mean, low, high, count } = difference;
    const cells = [
      control,
      ratioText(requested),
      signedNumber(mean),
      count < 2 ? MISSING : `[${shortNumber(low)}, ${shortNumber(high)}]`,
      `${agreeing} of ${count}`,
      verdictOf(contrast),
    ];
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, arm),
      ...cells.map((cell) => element('td', {}, cell)),
    );
  });
  return [
    element(
      'table',
      { class: 'contrasts' },
      element('caption', {}, title),
      element('thead', {}, element('tr', {}, ...heads.map(head))),
      element('tbody', {}, ...rows),
    ),
    element('p', {}, contrastsStatement(contrasts)),
  ];
}

function specifications(runs: readonly ShownRun[], palette: Palette): readonly HTMLElement[] {
  if (runs.length < 2) {
    return [
      element('p', {}, 'There is one run only: add another to compare their specifications.'),
    ];
  }
  const differences = differencesOf(runs);
  if (differences.length === 0) {
    return [element('p', {}, 'These runs have the same specification, engine and version.')];
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
  return [
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
  ];
}
