import { Command } from 'commander';
import { openExperiment } from '../../node/experiments/openExperiment';
import { generateExperimentData } from '../../node/compute/data/generateData';
import type { ExperimentEvent } from '../../core/experiment/events';
import { visibleLine } from '../../core/visible';
import { printLine, shellWord, type Cli } from '../cli';
import { interruptible } from '../interruption';
import { dataReportLines } from '../progressText';
import { reporterFor } from '../reporter';

/** `polysemanticity generate`: makes the toy data of an experiment. */
export function generateCommand({ out, err }: Cli): Command {
  return new Command('generate')
    .argument('<dir>', 'experiment: its folder or its experiment.json')
    .summary("generate an experiment's toy data with its ground truth")
    .description(
      'Generates the toy data that experiment.json describes, and keeps it with its ground truth: feature coefficients, feature model, encoder. "run" does so too; this is to look at the data first.',
    )
    .option('--force', 'generate again where the same data is there already')
    .addHelpText(
      'after',
      `
Example: generate, and see how good the data is
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
          onStopping: () => reporter.note('stopping; once more to stop at once'),
          goOn: () =>
            `stopped; nothing is kept of unfinished data. Start again with: polysemanticity generate ${shellWord(dir)}`,
        },
      );
      for (const line of lines) printLine(out, visibleLine(line));
    });
}
