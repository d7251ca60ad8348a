import { Command, Option } from 'commander';
import path from 'node:path';
import { invalid } from '../../core/errors';
import { visibleLine } from '../../core/visible';
import {
  BINARY_FORMATS,
  EXPORT_FORMATS,
  exportRun,
  exportRunTo,
  type ExportFormat,
} from '../../node/runStore/exportRun';
import { printLine, type Cli } from '../cli';
import { noFinishedRun, selectRun } from '../selectRun';

interface ExportOptions extends Partial<Record<ExportFormat, boolean>> {
  readonly run?: string;
  readonly out?: string;
}

/** `polysemanticity export`: writes a run's numbers for other programs. */
export function exportCommand({ out, err }: Cli): Command {
  return new Command('export')
    .argument('<dir>', 'experiment: its folder or its experiment.json; or the folder of a run')
    .summary("write a run's numbers for other programs: CSV, JSON, Parquet or safetensors")
    .description(
      'Writes the newest finished run (or the one you choose) in one format: every measured row as CSV, JSON or Parquet, or all attribution matrices and weights as one safetensors file.',
    )
    .option('--run <id>', 'the run to export (default: the newest finished one)')
    .addOption(formatOption('csv', 'a row for each specimen and epoch, a column for each number'))
    .addOption(formatOption('json', 'the same rows as an array of objects'))
    .addOption(formatOption('parquet', 'the same table as --csv, with a type for each column'))
    .addOption(formatOption('safetensors', 'attribution matrices and weights by checkpoint'))
    .option('--out <file>', 'file to write (default: stdout; never binary data to a terminal)')
    .addHelpText(
      'after',
      `
Of CSV and Parquet, lists become a column for each hidden layer, counted from 0:
hidden.0, relative.layers.0. Undefined values are empty cells (null in Parquet),
NaN in pandas. Means of measures have their id as column (relative), with
relative.null for the null and relative.missing for values left out.

Example: R after the last epoch at every ratio, in Python
  $ polysemanticity export NonLinear0 --csv --out NonLinear0.csv
  >>> rows = pandas.read_csv("NonLinear0.csv")
  >>> rows[rows.phase == "retraining"].groupby(["seed", "arm", "requested"]).relative.last()

Example: the attribution matrix of the trained network
  $ polysemanticity export NonLinear0 --safetensors --out NonLinear0.safetensors
  >>> safetensors.numpy.load_file("NonLinear0.safetensors")["42-dense/training/50"]`,
    )
    .action(async (dir: string, options: ExportOptions) => {
      const formats = EXPORT_FORMATS.filter((format) => options[format]);
      if (formats.length !== 1)
        throw invalid('choose one of --csv, --json, --parquet and --safetensors');
      const [format] = formats;
      if (options.out === undefined && BINARY_FORMATS.includes(format) && out.interactive) {
        throw invalid('binary data is not written to a terminal; name a file', { field: '--out' });
      }
      const { run, runs } = await selectRun(dir, options.run);
      if (!run) throw invalid(noFinishedRun(dir, runs));
      if (run.state !== 'finished') {
        printLine(err, visibleLine(`the run is not finished: ${run.folder}`));
      }
      if (options.out === undefined) {
        await exportRun(run, format, out.writeBytes);
      } else {
        const file = path.resolve(options.out);
        await exportRunTo(file, run, format);
        printLine(err, visibleLine(`${format}: ${file}`));
      }
    });
}

function formatOption(format: ExportFormat, description: string): Option {
  return new Option(`--${format}`, description);
}
