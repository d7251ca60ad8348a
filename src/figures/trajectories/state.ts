import { isRecord } from '../../core/isRecord';
import { type MeasureId, MEASURES } from '../../core/measures/table';
import type { Zoom } from '../lines/layout';

/** Ratio by which pruned specimens are placed. */
export type RatioChoice = (typeof RATIOS)[number];

/** The first is the default; the last is only in experiments with arms. */
const RATIOS = ['requested', 'neuronRatio', 'parameterRatio', 'weightRatio'] as const;

/** Parts of the charts that can be shown or hidden for all runs. */
export const PARTS = ['before', 'after', 'null', 'baseline', 'layers', 'training loss'] as const;

/** A part of what is shown. */
export type Part = (typeof PARTS)[number];

/** Choices of the user, which the page saves. */
export interface ViewState {
  readonly measure: MeasureId;
  readonly ratio: RatioChoice;
  /** The mean over seeds with its interval, or every seed's own line. */
  readonly seeds: 'mean' | 'each';
  readonly lossScale: 'log' | 'linear';
  readonly parts: Readonly<Record<Part, boolean>>;
  /** Names of arms that are in the legend but not drawn, in whichever run. */
  readonly hiddenArms: readonly string[];
  /** Runs that are in the legend but not drawn. */
  readonly hidden: readonly string[];
  /** Colour and marker of runs; a run keeps its slot when other runs are added or removed. */
  readonly slots: Readonly<Record<string, number>>;
  readonly view: 'charts' | 'table' | 'differences';
  readonly zoom: Zoom;
  /** Folders of the shown runs, so that the host can open them again. */
  readonly runs: readonly string[];
  /** Folder of the experiment whose further runs are shown; kept for the host, too. */
  readonly follows?: string;
}

export const INITIAL_STATE: ViewState = {
  measure: 'relative',
  ratio: 'requested',
  seeds: 'mean',
  lossScale: 'log',
  parts: {
    before: true,
    after: true,
    null: true,
    baseline: true,
    layers: true,
    'training loss': false,
  },
  hiddenArms: [],
  hidden: [],
  slots: {},
  view: 'charts',
  zoom: {},
  runs: [],
};

/** The parts that the user has hidden. */
export function hiddenParts(parts: ViewState['parts']): Part[] {
  return PARTS.filter((part) => INITIAL_STATE.parts[part] && !parts[part]);
}

/** Restores a saved state; missing and invalid values get their defaults. */
export function stateFrom(saved: unknown): ViewState {
  const from = isRecord(saved) ? saved : {};
  const measure = MEASURES.find(({ id }) => id === from.measure)?.id;
  const parts = isRecord(from.parts) ? from.parts : {};
  return {
    measure: measure ?? INITIAL_STATE.measure,
    ratio: oneOf(from.ratio, RATIOS),
    seeds: oneOf(from.seeds, ['mean', 'each']),
    lossScale: oneOf(from.lossScale, ['log', 'linear']),
    parts: Object.fromEntries(
      PARTS.map((part) => [part, asBoolean(parts[part], INITIAL_STATE.parts[part])]),
    ) as Record<Part, boolean>,
    // Earlier versions had the thesis's two arms among the parts.
    hiddenArms: Array.isArray(from.hiddenArms)
      ? texts(from.hiddenArms)
      : ['dense', 'dropout'].filter((arm) => parts[arm] === false),
    hidden: texts(from.hidden),
    slots: Object.fromEntries(
      Object.entries(isRecord(from.slots) ? from.slots : {}).filter(
        (entry): entry is [string, number] => Number.isInteger(entry[1]) && Number(entry[1]) >= 0,
      ),
    ),
    view: oneOf(from.view, ['charts', 'table', 'differences']),
    zoom: Object.fromEntries(
      Object.entries(isRecord(from.zoom) ? from.zoom : {}).filter(
        (entry): entry is [string, [number, number]] => isDomain(entry[1]),
      ),
    ),
    runs: texts(from.runs),
    ...(typeof from.follows === 'string' && { follows: from.follows }),
  };
}

/** Assigns the first free slot to every new run, and frees the slots of removed runs. */
export function assignSlots(
  slots: ViewState['slots'],
  runs: readonly string[],
): Record<string, number> {
  const kept = Object.entries(slots).filter(([run]) => runs.includes(run));
  const assigned = Object.fromEntries(kept);
  for (const run of runs) {
    if (run in assigned) continue;
    const taken = new Set(Object.values(assigned));
    let slot = 0;
    while (taken.has(slot)) slot++;
    assigned[run] = slot;
  }
  return assigned;
}

function isDomain(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((end) => Number.isFinite(end)) &&
    (value[0] as number) < (value[1] as number)
  );
}

/** The first choice is that of {@link INITIAL_STATE}. */
function oneOf<T extends string>(value: unknown, choices: readonly [T, ...T[]]): T {
  return choices.find((choice) => choice === value) ?? choices[0];
}

function asBoolean(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
