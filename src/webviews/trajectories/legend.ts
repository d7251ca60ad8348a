import { counted } from '../../core/counted';
import { OLD_NULL } from '../../core/experiment/runNull';
import type { Palette } from '../../figures/colour/palette';
import type { Mark } from '../../figures/marks/marks';
import {
  isShown,
  type LegendEntry,
  legendEntries,
  ringMarks,
  runStyle,
  SWATCH,
  swatchMarks,
} from '../../figures/trajectories/legend';
import { runTitles, type ShownRun } from '../../figures/trajectories/run';
import type { ViewState } from '../../figures/trajectories/state';
import { seedsOf } from '../../figures/trajectories/texts';
import { element, setAttributes, svgElement } from '../shared/dom';
import { drawSvg } from '../shared/drawMarks';
import type { TrajectoriesChange } from './state';

/** Runs and parts with their swatches: a key to the charts, and what switches them on and off. */
export class Legend {
  readonly element = element('div', { class: 'legend' });
  private readonly runs = element('div', {
    class: 'chips runs',
    role: 'group',
    'aria-label': 'Runs',
  });
  private readonly parts = element('div', {
    class: 'chips parts',
    role: 'group',
    'aria-label': 'What is shown',
  });
  private drawn = '';

  /** @param removeRun shows a run no longer; runs stay where it is undefined */
  constructor(
    private readonly dispatch: (change: TrajectoriesChange) => void,
    private readonly removeRun?: (run: string) => void,
  ) {
    this.element.append(this.runs, this.parts);
  }

  show(
    runs: readonly ShownRun[],
    { parts, hiddenArms }: Pick<ViewState, 'parts' | 'hiddenArms'>,
    palette: Palette,
  ): void {
    // Without a key, the lines of several runs could not be told apart.
    this.element.classList.toggle('several', runs.length > 1);
    const titles = runTitles(runs);
    const entries = runs.map((run) => ({
      ...run,
      title: titles.get(run.run) ?? run.name,
      seeds: seedsOf(run),
      style: runStyle(run, runs),
      table: undefined,
      specification: undefined,
    }));
    const key = legendEntries(runs);
    // During a run this is called in every frame, and seldom has anything to change.
    const drawn = JSON.stringify([entries, key, parts, hiddenArms, palette]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.focusedName();
    this.runs.replaceChildren(
      ...entries.map((run) => {
        // Until its rows are read there are no seeds to count.
        const seeds = run.seeds === 0 ? '…' : counted(run.seeds, 'seed');
        const notes = [
          seeds,
          ...(run.state === 'finished' ? [] : [run.state]),
          ...(run.oldNull ? ['old null'] : []),
        ];
        const state = run.problem ?? notes.join(', ');
        const old = run.oldNull ? ` ${OLD_NULL}` : '';
        const chip = this.chip(
          `run ${run.run}`,
          run.visible,
          () => this.dispatch({ type: 'toggle run', run: run.run }),
          `${run.name}, run ${run.id}: ${state}. Click shows or hides it, Alt+click shows it alone.${old}`,
          swatchElement(swatchMarks(run.style, palette)),
          run.title,
          element('span', { class: 'chip-note' }, state),
        );
        chip.addEventListener(
          'click',
          (event) => {
            if (!event.altKey) return;
            event.stopImmediatePropagation();
            this.dispatch({ type: 'isolate run', run: run.run });
          },
          { capture: true },
        );
        return element('span', { class: 'chip-pair' }, chip, ...this.removal(run.run, run.title));
      }),
    );
    this.parts.replaceChildren(
      ...key.map(({ switches, label, hint, style }) => {
        const part = 'part' in switches ? switches.part : undefined;
        const marks =
          part === 'baseline'
            ? ringMarks(palette)
            : style && part !== 'layers'
              ? swatchMarks(style, { ...palette, muted: palette.text })
              : undefined;
        return this.chip(
          nameOf(switches),
          isShown(switches, { parts, hiddenArms }),
          () => this.dispatch(changeOf(switches)),
          hint,
          ...(marks ? [swatchElement(marks)] : []),
          label,
        );
      }),
    );
    this.focusNamed(focused);
  }

  private removal(run: string, title: string): HTMLElement[] {
    const { removeRun } = this;
    if (!removeRun) return [];
    const made = element(
      'button',
      { type: 'button', class: 'icon', 'aria-label': `Remove ${title}`, title: `Remove ${title}` },
      '×',
    );
    made.addEventListener('click', () => removeRun(run));
    return [made];
  }

  private chip(
    name: string,
    on: boolean,
    pressed: () => void,
    hint: string,
    ...content: (Node | string)[]
  ): HTMLButtonElement {
    const made = element(
      'button',
      {
        type: 'button',
        class: 'chip',
        'aria-pressed': String(on),
        title: hint,
        'data-name': name,
      },
      ...content,
    );
    made.addEventListener('click', pressed);
    return made;
  }

  /** The chip that has the focus: chips are replaced, and the focus is to stay on its successor. */
  private focusedName(): string | undefined {
    const { activeElement } = document;
    return activeElement instanceof HTMLElement && this.element.contains(activeElement)
      ? activeElement.dataset.name
      : undefined;
  }

  private focusNamed(name: string | undefined): void {
    if (name === undefined) return;
    for (const chip of this.element.querySelectorAll<HTMLElement>('.chip')) {
      if (chip.dataset.name === name) chip.focus();
    }
  }
}

/** Unique among chips. */
function nameOf(switches: LegendEntry['switches']): string {
  return 'arm' in switches ? `arm ${switches.arm}` : `part ${switches.part}`;
}

function changeOf(switches: LegendEntry['switches']): TrajectoriesChange {
  return 'arm' in switches
    ? { type: 'toggle arm', arm: switches.arm }
    : { type: 'toggle part', part: switches.part };
}

/** Marks as a small picture. */
export function swatchElement(marks: readonly Mark[]): SVGSVGElement {
  const svg = svgElement({ 'aria-hidden': 'true', focusable: 'false', class: 'swatch' });
  setAttributes(svg, { viewBox: `0 0 ${SWATCH.width} ${SWATCH.height}`, ...SWATCH });
  drawSvg(svg, marks, 'swatch');
  return svg;
}
