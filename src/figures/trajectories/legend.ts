import { opaqueBackground, type Palette } from '../colour/palette';
import type { LineStyle } from '../lines/data';
import { resolveStyle, MARKER_RADIUS, markerPath } from '../lines/style';
import type { Mark } from '../marks/marks';
import type { ShownRun } from './run';
import type { Part, ViewState } from './state';

/** Name and style of a part in the legend. */
export interface LegendEntry {
  readonly part: Part;
  readonly label: string;
  readonly hint: string;
  /** Undefined for a ring. */
  readonly style?: LineStyle;
}

const ENTRIES: readonly LegendEntry[] = [
  { part: 'dense', label: 'dense', hint: 'Specimens trained without dropout', style: {} },
  {
    part: 'dropout',
    label: 'dropout',
    hint: 'Their twins trained with dropout',
    style: { twin: true, dash: 'dotted' },
  },
  {
    part: 'before',
    label: 'before retraining',
    hint: 'Pruned, not yet retrained',
    style: { marker: 'hollow', faint: true },
  },
  {
    part: 'after',
    label: 'after retraining',
    hint: 'Pruned and retrained',
    style: { marker: 'filled' },
  },
  {
    part: 'null',
    label: 'null',
    hint: 'What random readouts of the same code score: one level for all epochs and ratios',
    style: { dash: 'dashed', faint: true },
  },
  { part: 'baseline', label: 'not pruned', hint: 'The trained specimens before pruning' },
  { part: 'layers', label: 'layers', hint: 'A chart for every hidden layer' },
  {
    part: 'training loss',
    label: 'training loss',
    hint: 'The loss on the training samples, mean over the batches of an epoch',
    style: { faint: true },
  },
];

/** Entries of the parts that some of these runs have; their styles differ without colour. */
export function legendEntries(runs: readonly ShownRun[]): LegendEntry[] {
  const some = (has: (run: ShownRun) => boolean): boolean => runs.some(has);
  const there: Record<Part, boolean> = {
    dense: true,
    dropout: some(({ specification }) => specification.specimen.dropoutTwin !== undefined),
    before: some(prunes),
    after: some(prunes),
    null: true,
    baseline: some(prunes),
    layers: true,
    'training loss': true,
  };
  return ENTRIES.filter(({ part }) => there[part]);
}

/** Entries of the parts that a figure draws. */
export function visibleLegendEntries(
  runs: readonly ShownRun[],
  { parts }: Pick<ViewState, 'parts'>,
): LegendEntry[] {
  const visible = runs.filter((run) => run.visible);
  return legendEntries(visible).filter(({ part }) => parts[part] && part !== 'layers');
}

function prunes({ specification }: ShownRun): boolean {
  return specification.pruning.ratios.length > 0;
}

/** Size of a swatch in pixels. */
export const SWATCH = { width: 30, height: 12 } as const;

/** A sample of a line style. */
export function swatchMarks(style: LineStyle, palette: Palette): Mark[] {
  const { colour, width, dash, marker, hollow } = resolveStyle(style, palette);
  const middle = SWATCH.height / 2;
  const line: Mark = {
    kind: 'line',
    x1: 1,
    x2: SWATCH.width - 1,
    y1: middle,
    y2: middle,
    stroke: colour,
    strokeWidth: width,
    ...(dash.length > 0 && { dash }),
  };
  if (!marker) return [line];
  return [
    line,
    {
      kind: 'path',
      d: markerPath(marker, SWATCH.width / 2, middle, MARKER_RADIUS + 0.5),
      fill: hollow ? opaqueBackground(palette) : colour,
      stroke: colour,
      strokeWidth: 1.25,
    },
  ];
}

/** The ring that marks unpruned specimens. */
export function ringMarks(palette: Palette): Mark[] {
  const middle = SWATCH.height / 2;
  return [
    {
      kind: 'path',
      d: markerPath('circle', SWATCH.width / 2, middle, 5),
      stroke: palette.text,
      strokeWidth: 1.5,
    },
  ];
}
