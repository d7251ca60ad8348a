import { grouped } from '../core/grouped';
import { counted } from '../core/counted';
import { armsOf } from '../core/experiment/arms';
import type { MaybeNumber, MetricsRow } from '../core/experiment/metricsRow';
import { outcomesOf, spreadOf, type ArmOutcome } from '../core/experiment/summary';
import type { Specification } from '../core/experiment/specification';
import { contrastTable } from './contrastTable';
import { nullSentence } from '../figures/text/nullWords';
import { nullLevel, type RunNull } from '../core/experiment/runNull';
import { whyMissing } from '../core/experiment/whyMissing';
import { saturated } from '../core/experiment/saturated';
import type { MeasureId } from '../core/measures/table';
import type { Activation } from '../core/network/layout';
import { glyphsFor, type Glyphs } from './glyphs';
import { measureName, measureSymbol } from './measureText';
import { columnNumber, fixedNumber, percent, ratioText } from '../figures/text/numbers';
import { formatSeeds } from '../node/experiments/numberLists';
import { textTable, type Column } from './table';
import { wrapped } from '../core/wrapped';

/** Options of result tables. */
export interface ResultOptions {
  /** The measure of the columns `before` and `after`. */
  readonly measure: MeasureId;
  readonly unicode: boolean;
  readonly width: number;
  /** The run's null; undefined for a run measured against the old one. */
  readonly nulls?: RunNull;
  /** Of the specimen; it may be the reason for a missing measure. */
  readonly activation?: Activation;
  /** Of the run; it names the arms. */
  readonly specification?: Specification;
}

/** A line of a table: a specimen, of one or more seeds. */
interface Line {
  readonly asked: string;
  readonly before: readonly MetricsRow[];
  readonly after: readonly MetricsRow[];
}

type Figure = (line: Line) => readonly MaybeNumber[];
type Format = (value: MaybeNumber) => string;

const ASKED: Column = { heading: ['asked'], align: 'right' };
const WIDTHS: Column = { heading: ['widths'], align: 'left' };

function armTitle(arm: string, { specification }: ResultOptions): string {
  if (!specification?.arms) return arm === 'dropout' ? 'dropout twin' : arm;
  const steps = armsOf(specification).get(arm)?.pruning?.schedule?.steps ?? 1;
  return steps > 1 ? `${arm}, pruned in ${steps} steps` : arm;
}

/**
 * A table for each arm with the trained specimen and every pruning ratio, followed by a legend. With several
 * seeds it shows means with the standard deviation over seeds below each. Named arms are compared with their
 * controls in a table of its own.
 */
export function resultTables(rows: Iterable<MetricsRow>, options: ResultOptions): string {
  const outcomes = outcomesOf(rows, options.specification);
  const arms = [...new Set(outcomes.map(({ arm }) => arm))];
  const tables = arms.map((arm) => {
    const ofArm = outcomes.filter((outcome) => outcome.arm === arm);
    return ofArm.length > 1 ? spreadTable(arm, ofArm, options) : seedTable(ofArm[0], options);
  });
  const parts = [...tables, ...contrastTable(outcomes, options), legend(outcomes, options)];
  return glyphsFor(options).numbers(parts.join('\n\n'));
}

function seedTable(outcome: ArmOutcome, options: ResultOptions): string {
  const glyphs = glyphsFor(options);
  const columns = figureColumns(options, glyphs);
  const cells = linesOf([outcome]).map((line) => [
    line.asked,
    line.after[0].hidden.join('-'),
    ...columns.map(({ figure, format }) => format(spreadOf(figure(line)).mean)),
  ]);
  const table = textTable([ASKED, WIDTHS, ...columns], cells, {
    width: options.width,
    rule: glyphs.rule,
  });
  return `${armTitle(outcome.arm, options)}, seed ${outcome.seed}\n${table}`;
}

function spreadTable(arm: string, outcomes: readonly ArmOutcome[], options: ResultOptions): string {
  const glyphs = glyphsFor(options);
  const columns = figureColumns(options, glyphs);
  const cells = linesOf(outcomes).flatMap((line) => {
    const spreads = columns.map((column) => ({ ...column, ...spreadOf(column.figure(line)) }));
    const means = spreads.map(({ mean, format }) => format(mean));
    const sds = spreads.map(({ sd, formatSd }) =>
      sd === null ? '' : glyphs.plusMinus + formatSd(sd),
    );
    const known = spreads.some(({ sd }) => sd !== null);
    return [[line.asked, ...means], ...(known ? [['', ...sds]] : [])];
  });
  const table = textTable([ASKED, ...columns], cells, {
    width: options.width,
    rule: glyphs.rule,
  });
  const seeds = outcomes.map(({ seed }) => seed);
  const title = `mean ${glyphs.plusMinus} sd of ${counted(seeds.length, 'seed')} (${formatSeeds(seeds)})`;
  return `${armTitle(arm, options)}, ${title}\n${table}`;
}

/** Explains the columns, the null, and why values are missing. */
function legend(outcomes: readonly ArmOutcome[], options: ResultOptions): string {
  const { measure, unicode, width } = options;
  const rows = outcomes.flatMap(({ trained, pruned }) => [
    ...(trained ? [trained] : []),
    ...pruned.flatMap(({ before, after }) => [before, after]),
  ]);
  return [
    `${measureSymbol(measure)}: ${measureName(measure, unicode)}, before and after retraining;`,
    ...goneLines(options),
    ...wrapped(nullLine(rows, options), width),
    ...[...missingLines(rows, options), ...saturatedLines(rows, options)].flatMap((line) =>
      wrapped(line, width),
    ),
  ].join('\n');
}

function goneLines({ specification, width }: ResultOptions): string[] {
  if (!specification?.arms)
    return ['gone: share of units and parameters pruned; loss: test loss (MSE).'];
  const arms = [...armsOf(specification).values()];
  const steps = arms.some(({ pruning }) => (pruning?.schedule?.steps ?? 1) > 1);
  const fresh = arms.filter(({ pruning }) => pruning?.method === 'scratch');
  const text = [
    'gone: share of units pruned, and of weights pruned or masked; loss: test loss (MSE).',
    ...(steps
      ? ['With several steps, before is after the first pruning, after is after the last step.']
      : []),
    ...(fresh.length > 0
      ? [`Before of ${fresh.map(({ name }) => name).join(', ')}: fresh parameters, untrained.`]
      : []),
  ].join(' ');
  return wrapped(text, width);
}

/** The null is the same for all rows of a run, so it is a line rather than a column. */
function nullLine(
  rows: readonly MetricsRow[],
  { measure, unicode, nulls, activation }: ResultOptions,
): string {
  const level = nullLevel(nulls, rows, measure);
  const symbol = measureSymbol(measure);
  if (!level) return `null of ${symbol}: missing: ${whyMissing(measure, activation)}`;
  return nullSentence(`null of ${symbol}`, level, glyphsFor({ unicode }).plusMinus);
}

function missingLines(
  rows: readonly MetricsRow[],
  { measure, unicode, activation }: ResultOptions,
): string[] {
  const dash = glyphsFor({ unicode }).missing;
  const shown = [...new Set<MeasureId>([measure, 'coverage'])];
  const measures = shown
    .filter((id) => rows.some((row) => row.measures[id].mean === null))
    .map((id) => `${dash} of ${measureSymbol(id)}: ${whyMissing(id, activation)}`);
  const squared = `R${glyphsFor({ unicode }).squared}`;
  const constant = `${dash} of ${squared}: the test targets are all the same`;
  return [...measures, ...(rows.some(({ r2 }) => r2 === null) ? [constant] : [])];
}

/** Measures of the table that are at the same bound in all nets, so that they cannot tell them apart. */
function saturatedLines(
  rows: readonly MetricsRow[],
  { measure, specification }: ResultOptions,
): string[] {
  const features = specification?.features?.count;
  if (features === undefined) return [];
  return [...new Set<MeasureId>([measure, 'coverage'])].flatMap((id) => {
    const bound = saturated(rows, id, features);
    if (bound === undefined) return [];
    const end = bound === 'greatest' ? 'largest' : 'smallest';
    return [`${measureSymbol(id)} has its ${end} value in all nets: it cannot tell them apart`];
  });
}

function linesOf(outcomes: readonly ArmOutcome[]): Line[] {
  const pruned = grouped(
    outcomes.flatMap((arm) => arm.pruned),
    ({ requested }) => requested,
  );
  const trained = outcomes.flatMap((outcome) => outcome.trained ?? []);
  return [
    ...(trained.length > 0 ? [{ asked: 'none', before: [], after: trained }] : []),
    ...[...pruned]
      .sort(([a], [b]) => a - b)
      .map(([requested, some]) => ({
        asked: ratioText(requested),
        before: some.map(({ before }) => before),
        after: some.map(({ after }) => after),
      })),
  ];
}

interface FigureColumn extends Column {
  readonly figure: Figure;
  readonly format: Format;
  readonly formatSd: Format;
}

function figureColumns(
  { measure, specification }: ResultOptions,
  { squared }: Glyphs,
): FigureColumn[] {
  const symbol = measureSymbol(measure);
  const share: Format = (value) => percent(value, 1);
  const loss: Format = (value) => columnNumber(value, 4);
  const lossSd: Format = (value) => columnNumber(value, 2);
  const fixed: Format = (value) => fixedNumber(value, 3);
  const value = (row: MetricsRow): MaybeNumber => row.measures[measure].mean;
  const column = (
    heading: string[],
    figure: Figure,
    format: Format,
    formatSd = format,
  ): FigureColumn => ({ heading, figure, format, formatSd, align: 'right' });
  return [
    column(
      ['units', 'gone'],
      afterwards((row) => row.neuronRatio),
      share,
    ),
    specification?.arms
      ? column(
          ['weights', 'gone'],
          afterwards((row) => row.weightRatio ?? null),
          share,
        )
      : column(
          ['params', 'gone'],
          afterwards((row) => row.parameterRatio),
          share,
        ),
    column([symbol, 'before'], beforehand(value), fixed),
    column([symbol, 'after'], afterwards(value), fixed),
    column(
      ['cover-', 'age'],
      afterwards((row) => row.measures.coverage.mean),
      fixed,
    ),
    column(
      ['loss', 'before'],
      beforehand((row) => row.testLoss),
      loss,
      lossSd,
    ),
    column(
      ['loss', 'after'],
      afterwards((row) => row.testLoss),
      loss,
      lossSd,
    ),
    column(
      [`R${squared}`],
      afterwards((row) => row.r2),
      fixed,
    ),
  ];
}

function beforehand(of: (row: MetricsRow) => MaybeNumber): Figure {
  return ({ before }) => before.map(of);
}

function afterwards(of: (row: MetricsRow) => MaybeNumber): Figure {
  return ({ after }) => after.map(of);
}
