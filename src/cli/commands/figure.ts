import { Command, Option } from 'commander';
import path from 'node:path';
import { invalid } from '../../core/errors';
import type { MeasureId } from '../../core/measures/table';
import { visibleLine } from '../../core/visible';
import { FIGURE_PALETTES, type FigureTheme } from '../../figures/colour/palette';
import { svgText } from '../../figures/marks/svgText';
import { writeWhole } from '../../node/runStore/disk';
import { checkpointFigure, trajectoryFigure } from '../../node/runStore/runFigures';
import { printLine, type Cli } from '../cli';
import { parseMeasure } from '../options';
import { noFinishedRun, selectRun } from '../selectRun';

interface FigureOptions {
  readonly run?: string;
  /** True where no checkpoint is named. */
  readonly matrix?: string | true;
  readonly trajectories?: boolean;
  readonly measure?: MeasureId;
  readonly look: FigureTheme;
  readonly out?: string;
}

/** `polysemanticity figure`: a figure of a run as SVG, the same as the views export. */
export function figureCommand({ out, err }: Cli): Command {
  return new Command('figure')
    .argument('<dir>', 'experiment: its folder or its experiment.json; or the folder of a run')
    .summary('draw a figure of a run as SVG: an attribution matrix, or the trajectories')
    .description(
      'Draws a figure of the newest finished run (or the one you choose) as SVG: the figure that the matrix view or the trajectories export when they open.',
    )
    .option('--run <id>', 'the run to draw (default: the newest finished one)')
    .option(
      '--matrix [checkpoint]',
      'the attribution matrix of a checkpoint (default: the trained network of the first seed)',
    )
    .option('--trajectories', 'measures and losses over training and pruning')
    .addOption(
      new Option(
        '--measure <id>',
        'what to draw: relative, participation, gini, ... (default: relative)',
      ).argParser(parseMeasure),
    )
    .addOption(
      new Option('--look <name>', 'colours of the figure')
        .choices(Object.keys(FIGURE_PALETTES))
        .default('light'),
    )
    .option('-o, --out <file>', 'file to write (default: stdout)')
    .addHelpText(
      'after',
      `
Example: the trained network, then one that is pruned and retrained, then the trajectories
  $ polysemanticity figure NonLinear0 --matrix --out trained.svg
  $ polysemanticity figure NonLinear0 --matrix 42-dense-0.3/retraining/50 --out pruned.svg
  $ polysemanticity figure NonLinear0 --trajectories --look transparent --out trajectories.svg`,
    )
    .action(async (dir: string, options: FigureOptions) => {
      const { matrix, trajectories, measure, look } = options;
      if ((matrix === undefined) === (trajectories === undefined)) {
        throw invalid('choose one of --matrix and --trajectories');
      }
      const { run, runs } = await selectRun(dir, options.run);
      if (!run) throw invalid(noFinishedRun(dir, runs));
      if (run.state !== 'finished') {
        printLine(err, visibleLine(`the run is not finished: ${run.folder}`));
      }
      const checkpoint = matrix === true ? undefined : matrix;
      const figure = trajectories
        ? await trajectoryFigure(run.folder, { measure, theme: look })
        : await checkpointFigure(run.folder, checkpoint, { measure, theme: look });
      const bytes = Buffer.from(svgText(figure));
      if (options.out === undefined) {
        await out.writeBytes(bytes);
        return;
      }
      const file = path.resolve(options.out);
      await writeWhole(file, (sink) => sink(bytes));
      printLine(err, visibleLine(`${figure.title}: ${file}`));
    });
}
