import { opaqueBackground, type Palette } from '../colour/palette';
import type { LineStyle } from '../lines/data';
import { resolveStyle, MARKER_RADIUS, markerPath } from '../lines/style';
import type { Mark } from '../marks/marks';
import { armHint, armPlaces, armsOfRun, armStyle, coloursArms } from './arms';
import type { ShownRun } from './run';
import type { Part, ViewState } from './state';

/** Name and style of an arm or a part in the legend. */
export interface LegendEntry {
  /** What it switches: the name of an arm, or a part. */
  readonly switches: { readonly arm: string } | { readonly part: Part };
  readonly label: string;
  readonly hint: string;
  /** Undefined for a ring. */
  readonly style?: LineStyle;
}

/** Hints of the thesis's arms. */
const THESIS_HINTS: Readonly<Record<string, string>> = {
  dense: 'Specimens trained without dropout',
  dropout: 'Their twins trained with dropout',
};

type PartEntry = Omit<LegendEntry, 'switches'> & { readonly part: Part };

const PART_ENTRIES: readonly PartEntry[] = [
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
    before: some(prunes),
    after: some(prunes),
    null: true,
    baseline: some(prunes),
    layers: true,
    'training loss': true,
  };
  return [
    ...armEntries(runs),
    ...PART_ENTRIES.filter(({ part }) => there[part]).map(({ part, ...entry }) => {
      return { switches: { part }, ...entry };
    }),
  ];
}

/** The arms of all runs by name. */
function armEntries(runs: readonly ShownRun[]): LegendEntry[] {
  const places = armPlaces(runs);
  const byColour = coloursArms(runs);
  const arms = new Map<string, LegendEntry>();
  for (const run of runs) {
    for (const arm of armsOfRun(run)) {
      const { name } = arm;
      if (arms.has(name)) continue;
      const place = places.get(name);
      arms.set(name, {
        switches: { arm: name },
        label: name,
        hint: place === undefined ? (THESIS_HINTS[name] ?? '') : armHint(run, arm),
        style: {
          ...armStyle(name, place, { byColour }),
          ...(byColour && place !== undefined && { marker: 'filled' as const }),
        },
      });
    }
  }
  return [...arms.values()];
}

/** Entries of the parts that a figure draws. */
export function visibleLegendEntries(
  runs: readonly ShownRun[],
  state: Pick<ViewState, 'parts' | 'hiddenArms'>,
): LegendEntry[] {
  const visible = runs.filter((run) => run.visible);
  return legendEntries(visible).filter(
    ({ switches }) =>
      isShown(switches, state) && !('part' in switches && switches.part === 'layers'),
  );
}

/** Whether an arm or a part is switched on. */
export function isShown(
  switches: LegendEntry['switches'],
  { parts, hiddenArms }: Pick<ViewState, 'parts' | 'hiddenArms'>,
): boolean {
  return 'part' in switches ? parts[switches.part] : !hiddenArms.includes(switches.arm);
}

/** Style of a run's swatch; neutral where colours tell the arms of the only shown run apart. */
export function runStyle(run: ShownRun, runs: readonly ShownRun[]): LineStyle {
  return coloursArms(runs) && run.visible
    ? { marker: 'filled' }
    : { slot: run.slot, marker: 'filled' };
}

function prunes(run: ShownRun): boolean {
  const { arms, pruning } = run.specification;
  return arms ? armsOfRun(run).some((arm) => arm.pruning) : pruning.ratios.length > 0;
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
