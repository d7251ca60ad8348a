import { Command, Option } from 'commander';
import path from 'node:path';
import { invalid } from '../../core/errors';
import { visibleLine } from '../../core/visible';
import {
  checkNewExperiment,
  createExperiment,
  type NewExperiment,
  NEW_EXPERIMENT,
  takenFile,
} from '../../node/experiments/newExperiment';
import { parseSeeds } from '../../node/experiments/numberLists';
import { PRESETS } from '../../node/experiments/presets';
import { printLine, shellWord, type Cli } from '../cli';
import { activationOption, hiddenOption, positiveOption } from '../options';

interface NewOptions extends Omit<NewExperiment, 'name' | 'dropoutTwin'> {
  readonly name?: string;
  readonly force?: boolean;
}

const SHAPE = NEW_EXPERIMENT;

/** `polysemanticity new`: creates an experiment. */
export function newCommand({ out }: Cli): Command {
  return new Command('new')
    .argument('<dir>', 'folder to create')
    .summary('start an experiment: a folder with a short experiment.json')
    .description(
      'Creates a folder with a short experiment.json and a README that explains it. Fields that are left out have defaults; nothing is overwritten without --force.',
    )
    .option('--name <name>', "name of the experiment (default: the folder's)")
    .addOption(
      new Option(
        '--preset <name>',
        "what it compares: the thesis's protocol; pruning against its controls; lottery tickets",
      )
        .choices(PRESETS)
        .default('thesis'),
    )
    .option(
      '--features <count>',
      'ground-truth features',
      positiveOption('--features'),
      SHAPE.features,
    )
    .option('--inputs <count>', 'inputs of the network', positiveOption('--inputs'), SHAPE.inputs)
    .addOption(hiddenOption().default(SHAPE.hidden, SHAPE.hidden.join()))
    .addOption(activationOption().default(SHAPE.activation))
    .addOption(
      new Option('--seeds <list>', 'seeds of its runs: 42,43 or 0..19')
        .argParser((text) => parseSeeds(text, '--seeds'))
        .default(SHAPE.seeds, SHAPE.seeds.join()),
    )
    .option('--force', 'overwrite an existing experiment')
    .addHelpText(
      'after',
      `
Example: two hidden layers that see 32 features through 10 inputs, three seeds
  $ polysemanticity new wide --features 32 --inputs 10 --hidden 128,32 --seeds 0..2
  $ polysemanticity run wide

Example: pruning compared with random pruning, fresh networks and longer training
  $ polysemanticity new controls --preset controls --seeds 0..5`,
    )
    .action(async (dir: string, { name, force = false, ...shape }: NewOptions) => {
      const folder = path.resolve(dir);
      const taken = force ? undefined : await takenFile(folder);
      if (taken !== undefined) {
        throw invalid('already exists; choose another folder, or overwrite it with --force', {
          file: taken,
        });
      }
      const experiment = { name: name ?? path.basename(folder), ...shape };
      checkNewExperiment(experiment);
      await createExperiment(folder, experiment);
      printLine(out, visibleLine(`Experiment: ${folder}`));
      printLine(out, `Next: polysemanticity run ${shellWord(dir)}`);
    });
}
