import { counted } from '../../core/counted';
import { Command, Option } from 'commander';
import { LabError } from '../../core/errors';
import type { MaybeNumber, MetricsRow } from '../../core/experiment/metricsRow';
import { outcomesOf, spreadOf } from '../../core/experiment/summary';
import type { MeasureId } from '../../core/measures/table';
import { visibleLine } from '../../core/visible';
import type { RunSummary } from '../../node/runStore/listRuns';
import { readRun, type StoredRun } from '../../node/runStore/readRun';
import { verifyRun } from '../../node/runStore/verifyRun';
import { printLine, type Cli } from '../cli';
import { finishedRows } from '../finishedRows';
import { glyphsFor, type Glyphs } from '../glyphs';
import { fixedNumber } from '../../figures/text/numbers';
import { parseMeasure } from '../options';
import { resultTables } from '../resultTable';
import { runCharts } from '../runCharts';
import { runResult, type RunResult } from '../runResult';
import { formatSeeds } from '../../node/experiments/numberLists';
import { folderToVerify, noFinishedRun, selectRun } from '../selectRun';
import { textTable } from '../table';
import type { Terminal } from '../terminal';
import { requireUndamaged, verificationTable } from '../verification';

interface ShowOptions {
  readonly run?: string;
  readonly measure: MeasureId;
  readonly json?: boolean;
  readonly verify?: boolean;
}

/** A run in the list, for programs. */
interface ListedRun {
  readonly id: string;
  readonly run: string;
  readonly state: RunSummary['state'];
  readonly engine: string | null;
  readonly seeds: readonly number[];
  /** Mean over seeds, of the dense (or the first arm's) specimens after training; null if not known yet. */
  readonly relative: MaybeNumber;
}

/** `polysemanticity show`: shows the results of an experiment's runs. */
export function showCommand({ out }: Cli): Command {
  return new Command('show')
    .argument('<dir>', 'experiment: its folder or its experiment.json; or the folder of a run')
    .summary('list runs; show a table and two charts of the newest finished one')
    .description(
      'Lists the runs of an experiment, and shows a table and two charts of the newest finished one (or the one you choose): a measure over the epochs of training, and against the share of neurons pruned.',
    )
    .option('--run <id>', 'the run to show (default: the newest finished one)')
    .addOption(
      new Option(
        '--measure <id>',
        'measure to chart and tabulate: relative, participation, gini, ...',
      )
        .argParser(parseMeasure)
        .default('relative'),
    )
    .option('--json', 'print one JSON object instead: {experiment, runs, result}')
    .option('--verify', 'compare every file of the run with what was saved, instead of showing it')
    .addHelpText(
      'after',
      `
Example: the newest run, then another measure of an earlier one
  $ polysemanticity show NonLinear0
  $ polysemanticity show NonLinear0 --run 20260131-120000 --measure participation

Example: check that a run is unchanged since it was saved, bit for bit (exit code 2 if not)
  $ polysemanticity show NonLinear0 --verify`,
    )
    .action(async (dir: string, { run: id, measure, json, verify }: ShowOptions) => {
      if (verify) {
        await verifyOne(await folderToVerify(dir, id), !!json, out);
        return;
      }
      const { experiment, runs, run } = await selectRun(dir, id);
      const listed = await Promise.all(runs.map(listRun));
      if (json) {
        const result: RunResult | null = run ? runResult(run, await comparableRows(run)) : null;
        printLine(out, JSON.stringify({ experiment, runs: listed, result }));
        return;
      }
      printLine(out, visibleLine(experiment));
      if (listed.length > 0) printLine(out, `\n${runTable(listed, nameOfTrained(runs), out)}`);
      if (run) printLine(out, await describeRun(run, measure, out));
      else printLine(out, `\n${noFinishedRun(dir, runs)}`);
    });
}

/** Compares a run with what was saved. @throws LabError when they differ */
async function verifyOne(folder: string, json: boolean, out: Terminal): Promise<void> {
  const verification = await verifyRun(folder);
  if (json) printLine(out, JSON.stringify({ run: folder, ...verification }));
  else printLine(out, `Run: ${folder}\n\n${verificationTable(verification, out)}`);
  requireUndamaged(verification, folder);
}

async function listRun(summary: RunSummary): Promise<ListedRun> {
  const { id, folder: run, state } = summary;
  if (summary.state === 'damaged') {
    return { id, run, state, engine: null, seeds: [], relative: null };
  }
  const { engine, specification } = summary;
  const relative = await trainedRelative(run);
  return { id, run, state, engine: engine.name, seeds: specification.seeds, relative };
}

async function trainedRelative(folder: string): Promise<MaybeNumber> {
  try {
    const run = await readRun(folder);
    const { specification } = run.header;
    const outcomes = outcomesOf(await comparableRows(run), specification);
    const trained = outcomes.flatMap((outcome) => outcome.trained ?? []);
    // Arms that train alike share one row, so it counts once per seed.
    const first = specification.arms ? trained.at(0)?.arm : 'dense';
    const rows = new Set(trained.filter(({ arm }) => arm === first));
    return spreadOf([...rows].map(({ measures }) => measures.relative.mean)).mean;
  } catch (error) {
    // The list shows what is readable; selecting the run reports what is wrong with it.
    if (error instanceof LabError) return null;
    throw error;
  }
}

/** Leaves out legs that are still in training, whose results are not final. */
async function comparableRows(run: StoredRun): Promise<readonly MetricsRow[]> {
  return finishedRows(await run.rows(), run.header.specification);
}

/** `dense`, unless a run has named arms. */
function nameOfTrained(runs: readonly RunSummary[]): string {
  const named = runs.some((run) => run.state !== 'damaged' && run.specification.arms);
  return named ? 'trained' : 'dense';
}

function runTable(runs: readonly ListedRun[], trained: string, out: Terminal): string {
  const glyphs = glyphsFor(out);
  const rows = runs.map(({ id, state, engine, seeds, relative }) => [
    visibleLine(id),
    state,
    visibleLine(engine ?? glyphs.missing),
    seedsText(seeds, glyphs),
    glyphs.numbers(fixedNumber(relative, 3)),
  ]);
  return textTable(
    [
      { heading: ['run'], align: 'left' },
      { heading: ['state'], align: 'left' },
      { heading: ['engine'], align: 'left' },
      { heading: ['seeds'], align: 'left' },
      { heading: [`R ${trained}`], align: 'right' },
    ],
    rows,
    { width: out.width(), rule: glyphs.rule },
  );
}

const MAX_SEEDS_TEXT = 24;

function seedsText(seeds: readonly number[], { missing }: Glyphs): string {
  if (seeds.length === 0) return missing;
  const text = formatSeeds(seeds);
  return text.length > MAX_SEEDS_TEXT ? `${counted(seeds.length, 'seed')}` : text;
}

async function describeRun(run: StoredRun, measure: MeasureId, out: Terminal): Promise<string> {
  const rows = await comparableRows(run);
  const { state, header } = run;
  const options = {
    measure,
    unicode: out.unicode,
    width: out.width(),
    nulls: header.null,
    activation: header.specification.specimen.activation,
    specification: header.specification,
  };
  const parts =
    rows.length === 0
      ? ['no leg is finished yet']
      : [resultTables(rows, options), ...runCharts(rows, options)];
  return [
    '',
    visibleLine(`${state} run, ${header.engine.description}`),
    ...parts,
    visibleLine(`Run: ${run.folder}`),
  ]
    .join('\n\n')
    .replace(/^\n/, '');
}
