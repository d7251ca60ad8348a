import type { Specification } from '../../../core/experiment/specification';
import { armsChapters } from './armsChapters';
import { groundTruthOf } from './groundTruth';
import { type NewCell, newNotebook } from './newNotebook';
import type { Notebook } from '../nbformat/schema';
import { writeFileAtomic } from '../../files/files';
import { writeNotebook } from '../nbformat/notebookFile';

/*
 * The notebook of an experiment: ground truth, data, baseline, layers, pruning, dropout twin. It is the same for
 * all experiments without named arms; all statements about numbers are computed by its code.
 */

/**
 * The unexecuted notebook of an experiment, for the experiment's folder.
 * @param specification determines the chapters
 */
export function experimentNotebook(specification: Specification): Notebook {
  if (specification.arms) return newNotebook(armsChapters(specification));
  return newNotebook([
    ...opening(specification),
    ...groundTruthOf(specification),
    ...baseline(),
    ...layers(),
    ...(specification.pruning.ratios.length > 0 ? pruning() : []),
    ...(specification.specimen.dropoutTwin === undefined ? [] : dropoutTwin(specification)),
    ...findings(specification),
  ]);
}

function opening({ name, description }: Specification): NewCell[] {
  return [
    {
      markdown: `# ${name}

${description ?? 'An experiment of Polysemanticity Lab.'}

How polysemantic are the neurons of this network, and what does pruning change? Every figure below is
computed by the cells of this notebook from \`experiment.json\` beside it. In VS Code the charts are interactive:
sort, zoom, move the slider, click a neuron.`,
    },
    {
      code: `import { checkpointName, generateData, readExperiment, runExperiment, seriesOutput, trajectoryOutput } from 'polysemanticity';

const experiment = await readExperiment('.');
const { specimen, training, pruning, attribution } = experiment;
const [seed] = experiment.seeds;
[
  { part: 'specimen', is: \`hidden widths \${specimen.hidden.join(', ')}, \${specimen.activation}\` },
  { part: 'training', is: \`\${training.epochs} epochs, batches of \${training.batchSize}, Adam with lr \${training.learningRate}\` },
  { part: 'pruning', is: \`\${pruning.method}, \${pruning.ratios.length} ratios, then \${pruning.retraining.epochs} epochs with lr \${pruning.retraining.learningRate}\` },
  { part: 'attribution', is: \`\${attribution.method}, \${attribution.rows} rows\` },
]`,
    },
  ];
}

function baseline(): NewCell[] {
  return [
    {
      markdown: `## Baseline

The whole protocol for one seed: training with every epoch measured, then each pruning ratio with its
retraining. A stopped run is resumed.`,
    },
    {
      code: `const progress = display('starting');
let shown = 0;
const run = await runExperiment('.', { seeds: [seed] }).finish((_, running) => {
  if (Date.now() - shown < 500) return;
  shown = Date.now();
  progress.update(\`\${Math.round(100 * running.progress)}% of the epochs\`);
});
const rows = await run.rows();
progress.update(\`\${rows.length} rows measured\`);`,
    },
    {
      markdown: `## Trajectories

Polysemanticity R = Σ|a| / max|a| and the test loss, over training and over pruning: ratio against loss, ratio
against polysemanticity, ratio against polysemanticity × coverage, polysemanticity against loss. The dashed
line is the null: what random readouts of the same code score.`,
    },
    { code: `trajectoryOutput(run)` },
  ];
}

function layers(): NewCell[] {
  return [
    {
      markdown: `## Layers

What each feature alone does to each neuron of the trained network, layer by layer.`,
    },
    {
      code: `const dense = { seed, arm: 'dense' };
const name = checkpointName(dense, 'training', training.epochs);
seriesOutput(
  [{ leg: dense, phase: 'training', epoch: training.epochs, attribution: await run.attribution(name) }],
  { title: \`\${experiment.name}, trained\`, run },
)`,
    },
    {
      code: `const trained = rows.find((row) => row.arm === 'dense' && row.requested === null && row.epoch === training.epochs);
trained.hidden.map((width, layer) => ({
  layer,
  neurons: width,
  R: trained.measures.relative.layers[layer],
  'participation ratio': trained.measures.participation.layers[layer],
  coverage: trained.measures.coverage.layers[layer],
  'dead share': trained.measures.deadFraction.layers[layer],
}))`,
    },
  ];
}

function pruning(): NewCell[] {
  return [
    {
      markdown: `## Pruning

The ratio that was asked for beside those that were reached; before and after retraining.`,
    },
    {
      code: `function outcomes(arm) {
  return pruning.ratios.map((requested) => {
    const leg = rows.filter((row) => row.arm === arm && row.requested === requested);
    const [before, after] = [leg[0], leg.at(-1)];
    const { relative, coverage } = after.measures;
    return {
      asked: requested,
      'neurons gone': after.neuronRatio,
      'parameters gone': after.parameterRatio,
      widths: after.hidden.join('-'),
      'loss before': before.testLoss,
      'loss after': after.testLoss,
      'R before': before.measures.relative.mean,
      'R after': relative.mean,
      'R null': relative.null,
      'R × coverage': relative.mean === null || coverage.mean === null ? null : relative.mean * coverage.mean,
    };
  });
}
outcomes('dense')`,
    },
    {
      markdown: `The matrices through training and pruning: move the slider. Pruned neurons keep their places.`,
    },
    {
      code: `const kept = (await run.checkpoints()).filter(({ leg, attribution }) => attribution && leg.arm === 'dense');
seriesOutput(
  await Promise.all(kept.map(async ({ name, leg, phase, epoch }) => ({
    leg, phase, epoch, attribution: await run.attribution(name),
    row: rows.find((row) => row.arm === leg.arm && row.requested === leg.requested && row.epoch === epoch),
  }))),
  { title: experiment.name, run },
)`,
    },
  ];
}

function dropoutTwin({ pruning: { ratios } }: Specification): NewCell[] {
  return [
    {
      markdown: `## The dropout twin

The same network from the same initial weights, trained with dropout after every hidden activation; measured
in evaluation mode.`,
    },
    {
      code: `['dense', 'dropout'].map((arm) => {
  const row = rows.find((candidate) => candidate.arm === arm && candidate.requested === null && candidate.epoch === training.epochs);
  const { relative, coverage, deadFraction } = row.measures;
  return { arm, R: relative.mean, 'R null': relative.null, coverage: coverage.mean, 'dead share': deadFraction.mean, 'test MSE': row.testLoss, 'R²': row.r2 };
})`,
    },
    ...(ratios.length > 0 ? [{ code: `outcomes('dropout')` }] : []),
  ];
}

function findings({ pruning: { ratios } }: Specification): NewCell[] {
  const pruned = ratios.length > 0;
  return [
    {
      markdown: `## What the figures say

Said by the numbers of this run, of one seed. Whether pruning changes polysemanticity takes many seeds and a
control that is trained as long.`,
    },
    {
      code: `const { relative } = trained.measures;
const against = relative.mean < relative.null ? 'less polysemantic than' : 'at least as polysemantic as';
display.markdown(\`- The trained network has R = \${relative.mean.toFixed(2)}: \${against} random readouts of the same code (\${relative.null.toFixed(2)}).
- It explains \${(100 * trained.r2).toFixed(0)}% of the variance of the test targets\${trained.r2 < 0.5 ? ': the task is hardly learned, and says little about what tasks do to neurons' : ''}.${pruned ? '\n${prunedFindings()}' : ''}\`);${pruned ? PRUNED_FINDINGS : ''}`,
    },
  ];
}

const PRUNED_FINDINGS = `

function prunedFindings() {
  const after = outcomes('dense');
  const gap = Math.max(...after.map((row) => Math.abs(row.asked - row['neurons gone'])));
  const values = after.map((row) => row['R after']).filter((value) => value !== null);
  return \`- Over the pruned and retrained networks R lies within \${Math.min(...values).toFixed(2)} … \${Math.max(...values).toFixed(2)}; the ratio reached differs from the ratio asked for by up to \${(100 * gap).toFixed(0)} points.\`;
}`;

/**
 * Writes the unexecuted notebook of an experiment.
 * @param file in the experiment's folder
 * @throws LabError (`storage`) when it cannot be written
 */
export async function writeExperimentNotebook(
  specification: Specification,
  file: string,
): Promise<void> {
  await writeFileAtomic(file, writeNotebook(experimentNotebook(specification)));
}
