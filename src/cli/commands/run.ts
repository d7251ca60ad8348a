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

/** `polysemanticity run`: starts or resumes a run. */
export function runCommand({ out, err }: Cli): Command {
  return new Command('run')
    .argument('<dir>', 'experiment: its folder or its experiment.json')
    .summary('train, prune, retrain and measure; Ctrl-C stops, the same command resumes')
    .description(
      'Runs the whole experiment for every seed, then prints a table and the path of the run. A run that was stopped or killed is resumed if specification, seeds and engine are the same.',
    )
    .addOption(
      new Option(
        '--seeds <list>',
        'seeds: 42,43 or 0..19 (default: those of experiment.json)',
      ).argParser((text) => parseSeeds(text, '--seeds')),
    )
    .addOption(
      new Option('--engine <name>', 'engine that computes').choices(ENGINE_CHOICES).default('auto'),
    )
    .addOption(
      new Option(
        '--workers <count>',
        'number of training threads (default: one per core)',
      ).argParser(positiveOption('--workers')),
    )
    .addOption(
      new Option('--fresh', 'start a new run even if one could be resumed').conflicts('resume'),
    )
    .option('--resume', 'require resuming: fail if there is no unfinished run')
    .option('--tensorboard', 'write TensorBoard event files into the run, one curve per leg')
    .option('--json', 'print one JSON object instead of the table')
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
        specification: run.header.specification,
      });
      const what = `${experiment.specification.name}, ${run.header.engine.description}`;
      printLine(out, `${visibleLine(what)}\n`);
      printLine(out, `${tables}\n`);
      printLine(out, `Run: ${visibleLine(folder)}`);
    });
}

/** Runs the experiment, reports its progress, and returns the run's folder. */
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
      onStopping: () => reporter.note('stopping; press Ctrl-C again to stop immediately'),
      goOn: () => `stopped; finished work is kept. Resume with: ${again}`,
    },
  );
  if (run === undefined) throw new LabError('storage', 'the run was not stored');
  return run;
}
