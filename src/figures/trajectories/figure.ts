import { type MetricsColumns, MetricsTable } from '../../core/experiment/metricsTable';
import { wrapped } from '../../core/wrapped';
import type { RunDescription } from '../../protocol/trajectories';
import { FIGURE_PALETTES, type FigureTheme, type Palette } from '../colour/palette';
import { TICK_SIZE } from '../lines/frame';
import { layoutLines } from '../lines/layout';
import { lineMarks } from '../lines/marks';
import { fitted, type Mark } from '../marks/marks';
import type { Figure } from '../marks/svgText';
import { type ChartGroup, chartsOf } from './charts';
import { ringMarks, runStyle, SWATCH, swatchMarks, visibleLegendEntries } from './legend';
import { runTitles, type ShownRun } from './run';
import { INITIAL_STATE, type ViewState } from './state';
import { seedsOf, statementOf } from './texts';

const EDGE = 16;
const PANEL = { width: 330, height: 236 } as const;
const GAP = 10;
const HEADING = 26;
const LEGEND_LINE = 20;
const STATEMENT_LINE = 15;
const TEXT = 11;

/** A run with its rows. */
export interface RunColumns {
  readonly description: RunDescription;
  readonly columns: MetricsColumns;
}

/** The figure that a view of these runs exports when it opens. */
export function runsFigure(
  runs: readonly RunColumns[],
  theme: FigureTheme,
  state: ViewState = INITIAL_STATE,
): Figure {
  const shown = runs.map(({ description, columns }, slot): ShownRun => {
    const table = new MetricsTable();
    table.extend(columns);
    return { ...description, table, slot, visible: true };
  });
  return trajectoriesFigure(chartsOf(shown, state), shown, state, theme);
}

/** All shown charts with their legend as one figure. */
export function trajectoriesFigure(
  groups: readonly ChartGroup[],
  runs: readonly ShownRun[],
  state: ViewState,
  theme: FigureTheme,
): Figure {
  const palette = FIGURE_PALETTES[theme];
  const inner = Math.max(PANEL.width, ...groups.map((group) => widthOf(columnsOf(group))));
  const width = 2 * EDGE + inner;
  const marks: Mark[] = [];
  let y = EDGE;
  const put = (some: readonly Mark[], x: number, top: number): void => {
    marks.push({ kind: 'group', marks: some, translate: [x, top] });
  };
  const legend = legendLines(runs, state, palette, inner);
  for (const line of legend) {
    put(line, EDGE, y);
    y += LEGEND_LINE;
  }
  y += 6;
  let letter = 0;
  for (const group of groups) {
    const { title } = group;
    const columns = columnsOf(group);
    // Fewer charts in a row are wider, so that every row has the width of the figure.
    const panel = { ...PANEL, width: (inner - (columns - 1) * GAP) / columns };
    marks.push({
      kind: 'text',
      x: EDGE + 6,
      y: y + 15,
      text: title,
      size: 13,
      weight: 'bold',
      fill: palette.muted,
    });
    y += HEADING;
    drawnOf(group).forEach((chart, i) => {
      const column = i % columns;
      if (i > 0 && column === 0) y += PANEL.height + GAP;
      const name = String.fromCharCode(97 + (letter++ % 26));
      const lettered = { ...chart, title: `${name}\u2002${chart.title}` };
      const layout = layoutLines(lettered, panel, state.zoom);
      put(lineMarks(layout, palette), EDGE + column * (panel.width + GAP), y);
    });
    y += PANEL.height + GAP;
  }
  const statement = statementOf(runs, state, groups);
  for (const text of wrapped(statement, Math.floor((inner - 6) / (0.55 * TICK_SIZE)))) {
    marks.push({
      kind: 'text',
      x: EDGE + 6,
      y: y + 10,
      text,
      size: TICK_SIZE,
      fill: palette.muted,
    });
    y += STATEMENT_LINE;
  }
  y -= STATEMENT_LINE;
  const shown = runs.filter(({ visible }) => visible);
  const titles = runTitles(runs);
  return {
    width,
    height: y + 10 + EDGE,
    marks,
    title: `Trajectories of ${shown.map(({ run, name }) => titles.get(run) ?? name).join(', ')}`,
    description: statement,
    ...(palette.background !== 'none' && { background: palette.background }),
  };
}

function drawnOf({ charts }: ChartGroup): ChartGroup['charts'] {
  return charts.filter(({ lines }) => lines.length > 0);
}

/** At most three in a row; four charts form two rows of two. */
function columnsOf(group: ChartGroup): number {
  const count = drawnOf(group).length;
  return count === 4 ? 2 : Math.max(1, Math.min(3, count));
}

function widthOf(columns: number): number {
  return columns * PANEL.width + (columns - 1) * GAP;
}

/** Runs, then parts, wrapped into lines; each line's marks start at (0, 0). */
function legendLines(
  runs: readonly ShownRun[],
  state: ViewState,
  palette: Palette,
  width: number,
): Mark[][] {
  const titles = runTitles(runs);
  const entries = runs
    .filter(({ visible }) => visible)
    .map((run) => ({
      marks: swatchMarks(runStyle(run, runs), palette),
      text: `${titles.get(run.run) ?? run.name} (n = ${seedsOf(run)})`,
    }));
  const parts = visibleLegendEntries(runs, state).map(({ label, style }) => ({
    marks: style ? swatchMarks(style, { ...palette, muted: palette.text }) : ringMarks(palette),
    text: label,
  }));
  return [entries, parts].flatMap((some) => broken(some, palette, width));
}

function broken(
  entries: readonly { readonly marks: readonly Mark[]; readonly text: string }[],
  palette: Palette,
  width: number,
): Mark[][] {
  const lines: Mark[][] = [];
  let x = Infinity;
  for (const { marks, text } of entries) {
    const shown = fitted(text, width - SWATCH.width - 12, TEXT);
    const length = SWATCH.width + 6 + 0.56 * TEXT * shown.length + 18;
    if (x + length > width) {
      lines.push([]);
      x = 6;
    }
    lines[lines.length - 1].push(
      { kind: 'group', marks, translate: [x, 2] },
      {
        kind: 'text',
        x: x + SWATCH.width + 6,
        y: 12,
        text: shown,
        size: TEXT,
        fill: palette.text,
      },
    );
    x += length;
  }
  return lines;
}
