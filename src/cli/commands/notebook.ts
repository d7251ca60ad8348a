import { counted } from '../../core/counted';
import { Command, Option } from 'commander';
import { invalid, show } from '../../core/errors';
import { visibleLine } from '../../core/visible';
import { runNotebook, type CellProgress } from '../../node/notebook/runNotebook';
import { printLine, shellWord, type Cli } from '../cli';
import { interruptible } from '../interruption';
import { duration } from '../../figures/text/durations';

interface RunOptions {
  readonly out?: string;
  readonly timeout?: number;
  readonly allowErrors?: boolean;
  readonly quiet?: boolean;
}

const LABEL_WIDTH = 60;

/** `polysemanticity notebook`: works with notebooks. */
export function notebookCommand(cli: Cli): Command {
  return new Command('notebook')
    .summary('execute notebooks without a window')
    .description('Works with notebooks (.ipynb) whose cells are TypeScript or JavaScript.')
    .addCommand(runCommand(cli));
}

function runCommand({ out, err }: Cli): Command {
  return new Command('run')
    .argument('<file>', 'notebook: an .ipynb file')
    .summary('execute all cells and write the notebook back')
    .description(
      'Executes the cells of a notebook in order, with the same kernel as the editor, and writes it back with their outputs. If a cell fails or Ctrl-C stops it, the results so far are kept.',
    )
    .option(
      '--out <file>',
      'write the executed notebook to this file and do not change the original',
    )
    .addOption(
      new Option('--timeout <seconds>', 'time limit per cell (default: no limit)').argParser(
        parseSeconds,
      ),
    )
    .option('--allow-errors', 'continue after a cell that failed')
    .option('--quiet', 'no progress')
    .addHelpText(
      'after',
      `
Example: execute a notebook in continuous integration
  $ polysemanticity notebook run NonLinear0.ipynb --out executed.ipynb --timeout 600`,
    )
    .action(async (file: string, options: RunOptions) => {
      const target = options.out ?? file;
      let started = 0;
      const tell = (cell: CellProgress, end: string): void => {
        if (!options.quiet) {
          printLine(err, visibleLine(`[${cell.place}/${cell.of}] ${labelOf(cell)}${end}`));
        }
      };
      await interruptible(
        async (signal) => {
          const { executed, failed } = await runNotebook(file, {
            out: options.out,
            allowErrors: options.allowErrors,
            timeout: options.timeout === undefined ? undefined : 1000 * options.timeout,
            signal,
            onCell: () => (started = Date.now()),
            onCellDone: (cell, { status }) => {
              const time = duration(Date.now() - started);
              tell(cell, status === 'ok' ? `: ${time}` : `: ${status}, ${time}`);
            },
          });
          const failures = failed === 0 ? '' : `, ${failed} with errors`;
          printLine(
            out,
            visibleLine(`${counted(executed, 'cell')} executed${failures}: ${target}`),
          );
        },
        {
          onStopping: () => {
            if (!options.quiet) printLine(err, 'stopping; press Ctrl-C again to stop immediately');
          },
          goOn: () =>
            `stopped; the results so far are in ${target}. Run all: polysemanticity notebook run ${shellWord(file)}`,
        },
      );
    });
}

/** The first line of a cell that is not blank. */
function labelOf({ code }: CellProgress): string {
  const line = code.split('\n').find((text) => text.trim() !== '') ?? '';
  const text = line.trim();
  return text.length > LABEL_WIDTH ? `${text.slice(0, LABEL_WIDTH - 1)}…` : text;
}

/** @throws LabError unless it is a number of seconds above 0 */
function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= 1e6) return seconds;
  throw invalid(`${show(text)} is not a number of seconds above 0`, { field: '--timeout' });
}
