import { Command, Option } from 'commander';
import { LabError } from '../../core/errors';
import { visibleLine } from '../../core/visible';
import { ENGINE_CHOICES, type EngineChoice } from '../../node/compute/engines';
import { executeRun } from '../../node/compute/execute';
import { openExperiment, type Experiment } from '../../node/experiments/openExperiment';
import { readRun } from '../../node/runStore/readRun';
import { printLine, shellWord, type Cli } from '../cli';
import { interruptible } from '../interruption';
import { positiveOption } from '../options';
import { reporterFor, type Reporter } from '../reporter';
import { resultTables } from '../resultTable';
import { runResult } from '../runResult';
import { formatSeeds, parseSeeds } from '../../node/experiments/numberLists';

interface RunOptions {
  readonly seeds?: readonly number[];
  readonly engine: EngineChoice;
  readonly workers?: number;
  readonly fresh?: boolean;
  readonly resume?: boolean;
  readonly tensorboard?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `polysemanticity run`: runs an experiment, or goes on with a run. */
export function runCommand({ out, err }: Cli): Command {
  return new Command('run')
    .argument('<dir>', 'experiment: its folder or its experiment.json')
    .summary('train, prune, retrain and measure; Ctrl-C stops, the same command goes on')
    .description(
      'Runs the whole experiment for every seed and ends with a table and the path of the run. A run that was stopped or killed is taken up where it stopped, if specification, seeds and engine are the same.',
    )
    .addOption(
      new Option(
        '--seeds <list>',
        'seeds: 42,43 or 0..19 (default: those of experiment.json)',
      ).argParser((text) => parseSeeds(text, '--seeds')),
    )
    .addOption(
      new Option('--engine <name>', 'what computes').choices(ENGINE_CHOICES).default('auto'),
    )
    .addOption(
      new Option(
        '--workers <count>',
        'threads that train side by side (default: one for each core)',
      ).argParser(positiveOption('--workers')),
    )
    .addOption(
      new Option('--fresh', 'start a new run even where one could be resumed').conflicts('resume'),
    )
    .option('--resume', 'insist on resuming: an error where nothing is unfinished')
    .option('--tensorboard', "write TensorBoard's event files into the run, a curve for each leg")
    .option('--json', 'end with one JSON object on stdout instead of the table')
    .option('--quiet', 'no progress, no notes')
    .addHelpText(
      'after',
      `
Example: twenty seeds, a table of means, a file of every number
  $ polysemanticity run NonLinear0 --seeds 0..19
  $ polysemanticity export NonLinear0 --csv --out NonLinear0.csv

Example: one number for a script (jq reads the last line)
  $ polysemanticity run NonLinear0 --json --quiet | tail -n 1 | jq '.seeds[0].dense.relative'`,
    )
    .action(async (dir: string, options: RunOptions) => {
      const experiment = await openExperiment(dir);
      const folder = await execute(experiment, dir, options, reporterFor(err, !!options.quiet));
      const run = await readRun(folder);
      const rows = await run.rows();
      if (options.json) {
        printLine(out, JSON.stringify(runResult(run, rows)));
        return;
      }
      const { unicode } = out;
      const tables = resultTables(rows, {
        measure: 'relative',
        unicode,
        width: out.width(),
        nulls: run.header.null,
        activation: run.header.specification.specimen.activation,
      });
      const what = `${experiment.specification.name}, ${run.header.engine.description}`;
      printLine(out, `${visibleLine(what)}\n`);
      printLine(out, `${tables}\n`);
      printLine(out, `Run: ${visibleLine(folder)}`);
    });
}

/** Runs, and tells of it; gives the run's folder. */
async function execute(
  experiment: Experiment,
  dir: string,
  { seeds, engine, workers, fresh, resume, tensorboard }: RunOptions,
  reporter: Reporter,
): Promise<string> {
  let run: string | undefined;
  const again = [
    `polysemanticity run ${shellWord(dir)}`,
    ...(seeds ? [`--seeds ${formatSeeds(seeds)}`] : []),
    ...(engine === 'auto' ? [] : [`--engine ${engine}`]),
    ...(tensorboard ? ['--tensorboard'] : []),
  ].join(' ');
  await interruptible(
    async (signal) => {
      const events = executeRun(experiment, {
        seeds,
        engine,
        workers,
        fresh,
        resume,
        tensorboard,
        signal,
        onNote: (text) => reporter.note(text),
        onRunFolder: (folder, resumed) => {
          run = folder;
          reporter.note(`${resumed ? 'resuming' : 'run'} ${folder}`);
        },
      });
      try {
        for await (const event of events) reporter.event(event);
      } finally {
        reporter.end();
      }
    },
    {
      onStopping: () => reporter.note('stopping; once more to stop at once'),
      goOn: () => `stopped; what was finished is kept. Go on with: ${again}`,
    },
  );
  if (run === undefined) throw new LabError('storage', 'the run was not kept');
  return run;
}
