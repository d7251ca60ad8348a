import { Command } from 'commander';
import { openExperiment } from '../../node/experiments/openExperiment';
import { generateExperimentData } from '../../node/compute/data/generateData';
import type { ExperimentEvent } from '../../core/experiment/events';
import { visibleLine } from '../../core/visible';
import { printLine, shellWord, type Cli } from '../cli';
import { interruptible } from '../interruption';
import { dataReportLines } from '../progressText';
import { reporterFor } from '../reporter';

/** `polysemanticity generate`: generates the toy data of an experiment. */
export function generateCommand({ out, err }: Cli): Command {
  return new Command('generate')
    .argument('<dir>', 'experiment: its folder or its experiment.json')
    .summary("generate an experiment's toy data with its ground truth")
    .description(
      'Generates the toy data of experiment.json and stores it with its ground truth: feature coefficients, feature model, encoder. "run" does this too; use this command to inspect the data first.',
    )
    .option('--force', 'generate again even if the same data exists')
    .addHelpText(
      'after',
      `
Example: generate data and check its quality
  $ polysemanticity generate wide
  10000 samples, 32 features, 10 inputs, 2 outputs
  autoencoder loss: 0.01234`,
    )
    .action(async (dir: string, { force }: { readonly force?: boolean }) => {
      const experiment = await openExperiment(dir);
      const reporter = reporterFor(err, false);
      const lines: string[] = [];
      const events = async function* (signal: AbortSignal): AsyncGenerator<ExperimentEvent, void> {
        const { file } = yield* generateExperimentData(experiment, { signal, force });
        lines.push(`Data: ${file}`);
      };
      await interruptible(
        async (signal) => {
          try {
            for await (const event of events(signal)) {
              if (event.type === 'data-ready') lines.push(...dataReportLines(event.report));
              else reporter.event(event);
            }
          } finally {
            reporter.end();
          }
        },
        {
          onStopping: () => reporter.note('stopping; press Ctrl-C again to stop immediately'),
          goOn: () =>
            `stopped; unfinished data is not kept. Start again with: polysemanticity generate ${shellWord(dir)}`,
        },
      );
      for (const line of lines) printLine(out, visibleLine(line));
    });
}
