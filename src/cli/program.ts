import { Command } from 'commander';
import packageJson from '../../package.json';
import { delayOptimisation } from '../node/compute/children/programs';
import { printLine, type Cli } from './cli';
import { exportCommand } from './commands/export';
import { figureCommand } from './commands/figure';
import { generateCommand } from './commands/generate';
import { importCommand } from './commands/import';
import { newCommand } from './commands/new';
import { notebookCommand } from './commands/notebook';
import { planCommand } from './commands/plan';
import { runCommand } from './commands/run';
import { showCommand } from './commands/show';
import { describeError, EXIT, exitCodeOf } from './exitCodes';
import { terminalOf } from './terminal';

const NAME = 'polysemanticity';

const HELP = `
An experiment is a folder with an experiment.json. Its runs are folders in it: metrics.jsonl,
attributions.safetensors and specimens.safetensors, readable with pandas and safetensors.

Example: from nothing to a table of numbers
  $ polysemanticity new first
  $ polysemanticity run first --seeds 0..4
  $ polysemanticity show first
  $ polysemanticity export first --csv --out first.csv

Exit codes: 0 done, 1 internal error, 2 bad usage or input, 3 storage, 4 training diverged,
5 a thread or process died, 130 or 143 stopped by Ctrl-C or SIGTERM. After 3, 5, 130 and 143, the same
command resumes the run.`;

/** Creates the program, ready to parse arguments; errors are thrown. */
function createProgram(cli: Cli): Command {
  const program = new Command(NAME)
    .description(
      'Studies how pruning changes the polysemanticity of neurons: trains networks on toy data with known features, prunes and retrains them, and measures how many features each neuron serves.',
    )
    .version(packageJson.version, '-V, --version', 'show the version')
    .helpCommand('help [command]', 'show help of a command')
    .addHelpText('after', HELP);
  for (const create of [
    newCommand,
    importCommand,
    generateCommand,
    planCommand,
    runCommand,
    showCommand,
    exportCommand,
    figureCommand,
    notebookCommand,
  ]) {
    program.addCommand(create(cli));
  }
  const { commands } = program;
  for (const command of [program, ...commands, ...commands.flatMap((outer) => outer.commands)]) {
    command
      .helpOption('-h, --help', 'show help')
      .showHelpAfterError('(use --help for usage)')
      .exitOverride()
      .configureOutput({
        writeOut: (text) => cli.out.write(text),
        writeErr: (text) => cli.err.write(text),
        getOutHelpWidth: () => cli.out.width(),
        outputError: (text, write) => write(text.replace(/^error: /, `${NAME}: `)),
      })
      .configureHelp({ showGlobalOptions: false });
  }
  return program;
}

/** Runs the program, prints errors, and returns the exit code. */
export async function execute(args: readonly string[], cli: Cli): Promise<number> {
  const program = createProgram(cli);
  try {
    // Without a command, showing help is not an error.
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    const message = describeError(error, Boolean(process.env.DEBUG));
    if (message !== undefined) printLine(cli.err, `${NAME}: ${message}`);
    return exitCodeOf(error);
  }
}

/** Entry point of the process. */
export async function main(): Promise<void> {
  delayOptimisation();
  endWithReader(process.stdout, () => process.exit());
  endWithReader(process.stderr, () => {});
  const cli = { out: terminalOf(process.stdout), err: terminalOf(process.stderr) };
  // Not process.exit(), which would cut off output that is still being written to a pipe.
  process.exitCode = await execute(process.argv.slice(2), cli);
}

/** A closed pipe, for example of `head`, is not an error. */
function endWithReader(stream: NodeJS.WriteStream, end: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    end();
  });
}
