import { nullSource, nullText } from '../text/nullWords';
import { OLD_NULL } from '../../core/experiment/runNull';
import { CONFIDENCE } from '../../core/statistics/meanInterval';
import { percent, shortNumber } from '../text/numbers';
import { armsOfRun, coloursArms, namesArms } from './arms';
import { ALL_MISSING, type ChartGroup, type TrajectoryChart } from './charts';
import type { TrajectoryLine } from './lines';
import { runTitles, type ShownRun } from './run';
import { levelOf } from './nullLines';
import type { ViewState } from './state';

const PERCENT = percent(CONFIDENCE);

/** Sentences for every figure that explain lines, bands and levels, and what is missing. */
export function statementOf(
  runs: readonly ShownRun[],
  state: Pick<ViewState, 'seeds' | 'measure' | 'parts'>,
  groups: readonly ChartGroup[],
): string {
  const lines = linesInWords(runs, state);
  if (lines === '') return '';
  const charts = groups.flatMap((group) => group.charts);
  return [
    lines,
    ...armsInWords(runs),
    ...nullsInWords(runs, state),
    ...missingInWords(charts),
    ...(charts.some(isCut) ? [CUT] : []),
  ].join(' ');
}

/** What colours, dashes and the beginnings of lines mean where arms have names. */
function armsInWords(runs: readonly ShownRun[]): string[] {
  const named = runs.filter((run) => run.visible && namesArms(run));
  if (named.length === 0) return [];
  const steps = named.some((run) =>
    armsOfRun(run).some(({ pruning }) => (pruning?.schedule?.steps ?? 1) > 1),
  );
  return [
    coloursArms(runs)
      ? 'Colours, markers and dashes: arms.'
      : 'Colours and markers: runs; dashes: arms.',
    'Arms that train alike share the specimens at whose end their lines begin.',
    ...(steps ? ['An arm that prunes in steps has a line through them for each ratio.'] : []),
  ];
}

const CUT =
  'On a logarithmic axis an interval that reaches 0 has no lower end: below the mean it is paler, and cut at the edge of the plot; the table has its ends.';

function isCut({ y, lines }: TrajectoryChart): boolean {
  return y.scale === 'log' && lines.some(({ low }) => low?.some((end) => end <= 0));
}

/** The level of each run's null with its own error, and an explanation of old nulls. */
function nullsInWords(
  runs: readonly ShownRun[],
  { measure, parts }: Pick<ViewState, 'measure' | 'parts'>,
): string[] {
  if (!parts.null) return [];
  const titles = runTitles(runs);
  const levels = runs.flatMap((run) => {
    const level = run.visible ? levelOf(run, measure) : undefined;
    return level ? [{ title: titles.get(run.run) ?? run.name, level }] : [];
  });
  if (levels.length === 0) return [];
  const texts = levels.map(({ title, level }) => {
    const text = nullText(level);
    return runs.length === 1 ? text : `${title} ${text}`;
  });
  const known = levels.some(({ level }) => level.standardError !== undefined);
  const error = known ? ' (± standard error of the level, no spread over seeds)' : '';
  const old = levels.filter(({ level }) => level.old).map(({ title }) => title);
  return [
    `Null: ${texts.join(', ')}${error}.`,
    ...(old.length > 0 ? [`${old.join(', ')}: ${OLD_NULL}`] : []),
  ];
}

/** Charts without any point, and why. */
function missingInWords(charts: readonly TrajectoryChart[]): string[] {
  const notes = charts.flatMap(({ title, note }) =>
    note?.startsWith(ALL_MISSING) ? [`${title}: ${lowerFirst(note)}.`] : [],
  );
  return [...new Set(notes)];
}

function lowerFirst(text: string): string {
  return text[0].toLowerCase() + text.slice(1);
}

function linesInWords(runs: readonly ShownRun[], { seeds }: Pick<ViewState, 'seeds'>): string {
  const counts = [...new Set(runs.filter(({ visible }) => visible).map(seedsOf))].filter(Boolean);
  if (counts.length === 0) return '';
  if (seeds === 'each') return `Lines: one a seed (n = ${counts.join(', ')}).`;
  if (counts.every((count) => count === 1)) return 'Lines: a single seed (n = 1), so no interval.';
  return `Lines: mean over seeds; bands and bars: ${PERCENT} t interval of the mean (n = ${counts.join(', ')}).`;
}

/** Number of seeds of a run that have rows. */
export function seedsOf({ table }: ShownRun): number {
  return new Set([...table.legs].map(({ leg }) => leg.seed)).size;
}

/** Lines of the tooltip of a point: what it is, then its values. */
export function pointLines(
  chart: TrajectoryChart,
  line: TrajectoryLine,
  i: number,
): readonly string[] {
  const { subject, requested, step, epoch, neuronRatio, parameterRatio, weightRatio } = line;
  const pruned = !Number.isNaN(requested[i]);
  const where = pruned
    ? [
        `asked for ${shortNumber(requested[i])}`,
        ...(isMissing(step?.[i]) ? [] : [`step ${step?.[i]}`]),
        `neurons gone ${shortNumber(neuronRatio?.[i])}`,
        `parameters gone ${shortNumber(parameterRatio?.[i])}`,
        ...(isMissing(weightRatio?.[i]) ? [] : [`weights gone ${shortNumber(weightRatio?.[i])}`]),
      ]
    : [...(subject.stage === undefined ? [] : ['not pruned']), `epoch ${epoch[i]}`];
  const after = pruned && subject.stage === 'after' ? [`epoch ${epoch[i]} of retraining`] : [];
  const isPhase = !pruned || chart.x.quantity === 'ratio';
  if (line.level) {
    return [
      line.name,
      [...where, ...after].join(', '),
      `${chart.y.label} ${nullText(line.level)}`,
      nullSource(line.level),
    ];
  }
  return [
    line.name,
    [...where, ...after].join(', '),
    ...(isPhase
      ? []
      : [`${chart.x.label} ${valueText(line.x[i], line.xLow?.[i], line.xHigh?.[i])}`]),
    `${chart.y.label} ${valueText(line.y[i], line.low?.[i], line.high?.[i])}`,
    ...(subject.arm !== undefined && subject.seed === undefined ? [`n = ${line.count[i]}`] : []),
  ];
}

function isMissing(value: number | undefined): boolean {
  return value === undefined || Number.isNaN(value);
}

/** A value with its interval: `3.41 [3.3, 3.52]`. */
function valueText(value: number, low = NaN, high = NaN): string {
  const interval = Number.isNaN(low) ? '' : ` [${shortNumber(low)}, ${shortNumber(high)}]`;
  return `${shortNumber(value)}${interval}`;
}
