import type { Notebook } from '../nbformat/schema';
import { newNotebook } from './newNotebook';

/** A tour of the module `polysemanticity` in ten cells of code. */
export function tourNotebook(): Notebook {
  return newNotebook([
    {
      markdown: `# A tour of \`polysemanticity\`

Ten cells from toy data to a pruned network. Each runs in a moment; change anything and run it again.`,
    },
    {
      code: `import { attribute, attributionOutput, defineExperiment, generateData, initialise, measure, measureNull, prune, splitData, testError, train, trajectoryOutput, runExperiment } from 'polysemanticity';

const experiment = defineExperiment({
  name: 'tour',
  features: { count: 16, hidden: [12, 4], sparsity: 0.7 },
  data: { samples: 4000, inputs: 5 },
  specimen: { hidden: [64, 16, 16] },
});
experiment.features`,
    },
    {
      markdown: `**Toy data** whose ground truth is known: sixteen features, compressed into five inputs.`,
    },
    {
      code: `const toy = await generateData(experiment);
({ inputs: toy.data.inputDim, samples: toy.data.samples, autoencoderLoss: toy.autoencoderLosses.at(-1) })`,
    },
    {
      markdown: `**A specimen**: the network under study, with PyTorch's initial weights for this seed.`,
    },
    {
      code: `const seed = 0;
const { train: trainingData, test } = splitData(toy.data, seed);
const untrained = initialise({ inputs: 5, hidden: [64, 16, 16], outputs: 2 }, seed);
await testError(untrained, test)`,
    },
    {
      code: `const specimen = await train(untrained, trainingData, { epochs: 30, seed });
await testError(specimen, test)`,
    },
    {
      markdown: `**Attribution**: what each feature alone does to each neuron, through encoder and specimen.`,
    },
    {
      code: `const matrix = attribute(toy.encoder, specimen);
attributionOutput(matrix, { title: 'trained' })`,
    },
    { markdown: `**Measures**, beside the null that they are held against.` },
    {
      code: `const measured = measure(matrix);
const chance = measureNull(toy.encoder, { hidden: [64, 16, 16] });
['relative', 'participation', 'entropy', 'gini'].map((id) => ({ measure: id, mean: measured[id].net.mean, null: chance[id].mean }))`,
    },
    { markdown: `**Pruning** makes a network really smaller; its units remember who they were.` },
    {
      code: `const { specimen: pruned, neuronRatio, parameterRatio } = prune(specimen, { method: 'global-structured', ratio: 0.5 });
({ neuronRatio, parameterRatio, widths: pruned.layout.widths, ...(await testError(pruned, test)) })`,
    },
    {
      code: `const retrained = await train(pruned, trainingData, { epochs: 20, seed: 1 });
attributionOutput(attribute(toy.encoder, retrained), { title: 'half of the neurons pruned, then retrained' })`,
    },
    {
      markdown: `**A whole experiment** in one call, here in memory; with \`folder\` it is kept and can be resumed.`,
    },
    {
      code: `const run = await runExperiment(defineExperiment({
  ...experiment,
  seeds: [0, 1],
  training: { epochs: 15 },
  pruning: { ratios: [0, 0.25, 0.5], retraining: { epochs: 10 } },
})).finish();
trajectoryOutput(run)`,
    },
    {
      code: `(await run.rows()).filter((row) => row.phase === 'retraining' && row.epoch === 10)
  .map(({ seed, requested, parameterRatio, testLoss, measures }) => ({ seed, requested, parameterRatio, testLoss, R: measures.relative.mean }))`,
    },
  ]);
}
