import { Command } from 'commander';
import { visibleLine } from '../../core/visible';
import {
  importExperiment,
  type ImportOptions,
  parseEncoderActivation,
} from '../../node/experiments/importExperiment';
import { printLine, shellWord, type Cli } from '../cli';
import { activationOption, hiddenOption } from '../options';

/** `polysemanticity import`: creates an experiment from PyTorch files. */
export function importCommand({ out, err }: Cli): Command {
  return new Command('import')
    .summary('create an experiment from PyTorch files')
    .description(
      "Copies the .pth files into a new folder and writes an experiment.json with the thesis's protocol: PyTorch's random draws, seed 42, its pruner at 12 ratios, its attribution, its treatment of dead neurons.",
    )
    .requiredOption('--data <file>', '.pth tuple (X [samples, inputs], Y [samples, outputs])')
    .requiredOption(
      '--encoder <file>',
      '.pth state dict of the autoencoder, or a checkpoint with one',
    )
    .option('--feature-model <file>', '.pth state dict of the ground-truth network, for reference')
    .addOption(hiddenOption().makeOptionMandatory())
    .addOption(activationOption().makeOptionMandatory())
    .option(
      '--encoder-activation <name>',
      'relu or linear: activation between the layers of the encoder, which the state dict does not contain (default: assumed from the numbers of its layers)',
      parseEncoderActivation,
    )
    .option('--dropout-twin', 'also train and prune a twin with dropout of 0.5')
    .option('--name <name>', "name of the experiment (default: the folder's)")
    .requiredOption('--out <dir>', 'folder to create')
    .addHelpText(
      'after',
      `
Example: a published experiment, run as it was published
  $ polysemanticity import --data NonLinear0_data.pth --encoder NonLinear0_encoder.pth \\
      --hidden 64,16,16 --activation relu --dropout-twin --out NonLinear0
  $ polysemanticity run NonLinear0`,
    )
    .action(async (options: ImportOptions) => {
      const { folder, notes } = await importExperiment(options);
      for (const note of notes) printLine(err, visibleLine(note));
      printLine(out, visibleLine(`Experiment: ${folder}`));
      printLine(out, `Next: polysemanticity run ${shellWord(options.out)}`);
    });
}
