import { armsOf, type Arm } from '../../../core/experiment/arms';
import type { Specification } from '../../../core/experiment/specification';
import { studentTQuantile } from '../../../core/statistics/studentT';
import { controlOf } from '../../../figures/arms/controls';
import { groundTruthOf } from './groundTruth';
import type { NewCell } from './newNotebook';

/*
 * The notebook of an experiment with named arms: ground truth, run, trajectories, every arm before and after
 * retraining, and every arm compared with its control. All statements about numbers are computed by its code.
 */

/** The cells of an experiment's notebook. @param specification with `arms` */
export function armsChapters(specification: Specification): NewCell[] {
  return [
    ...opening(specification),
    ...groundTruthOf(specification),
    ...baseline(),
    ...outcomes(specification),
    ...contrasts(specification),
  ];
}

function opening(specification: Specification): NewCell[] {
  const { name, description } = specification;
  const arms = [...armsOf(specification).values()];
  const list = arms.map((arm) => `- \`${arm.name}\`: ${armInWords(specification, arm)}`);
  return [
    {
      markdown: `# ${name}

${description ?? 'An experiment of Polysemanticity Lab.'}

It compares ${arms.length === 1 ? 'one arm' : `${arms.length} arms`}:

${list.join('\n')}

Every figure below is computed by the cells of this notebook from \`experiment.json\` beside it. In VS Code the
charts are interactive: the legend switches arms on and off, a click on a point opens its matrix.`,
    },
    {
      code: `import { generateData, readExperiment, runExperiment, trajectoryOutput } from 'polysemanticity';

const experiment = await readExperiment('.');
const { arms, seeds } = experiment;
({ arms: arms.length, seeds: seeds.length })`,
    },
  ];
}

function armInWords(specification: Specification, arm: Arm): string {
  const { name, pruning, training } = arm;
  const control = controlOf(specification, name)?.name;
  const steps = pruning?.schedule?.steps ?? 1;
  const kind = pruning
    ? pruning.method === 'scratch'
      ? 'a fresh network'
      : `pruned by ${pruning.method}${steps > 1 ? ` in ${steps} steps` : ''}`
    : 'not pruned, trained for as long';
  return [
    kind,
    ...(pruning?.widthsOf === undefined ? [] : [`with the widths of \`${pruning.widthsOf}\``]),
    ...(pruning?.rewind === undefined ? [] : [`returned to epoch ${pruning.rewind}`]),
    ...(training.dropout === undefined ? [] : [`trained with dropout ${training.dropout}`]),
    ...(control === undefined ? [] : [`compared with \`${control}\``]),
  ].join(', ');
}

function baseline(): NewCell[] {
  return [
    {
      markdown: `## The run

All arms of all seeds. Arms that train alike share that training. A stopped run is resumed.`,
    },
    {
      code: `const progress = display('starting');
let shown = 0;
const run = await runExperiment('.').finish((_, running) => {
  if (Date.now() - shown < 500) return;
  shown = Date.now();
  progress.update(\`\${Math.round(100 * running.progress)}% of the epochs\`);
});
const rows = await run.rows();
progress.update(\`\${rows.length} rows measured\`);`,
    },
    {
      markdown: `## Trajectories

Polysemanticity R = Σ|a| / max|a| and the test loss, over training and over pruning. Colours and markers are arms;
an arm that prunes in steps has one line through them. The dashed line is the null: what random readouts of the
same code score.`,
    },
    { code: `trajectoryOutput(run)` },
  ];
}

function outcomes(specification: Specification): NewCell[] {
  const arms = [...armsOf(specification).values()];
  const controls = Object.fromEntries(
    arms.flatMap(({ name }) => {
      const control = controlOf(specification, name)?.name;
      return control === undefined ? [] : [[name, control]];
    }),
  );
  return [
    {
      markdown: `## Every arm

Means over seeds after the last epoch, and before the epochs that follow the (first) pruning.`,
    },
    {
      code: `/** The arm that each is compared with: one without pruning that trains alike, or \`control\`. */
const controls = ${JSON.stringify(controls, null, 2)};
const mean = (values) => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};
/** First and last row of an arm at a ratio, for a seed; steps follow each other. */
function endsOf(arm, requested, seed) {
  const own = rows.filter((row) => row.arm === arm && row.requested === requested && row.seed === seed);
  const ordered = own.sort((a, b) => (a.step ?? 1) - (b.step ?? 1) || a.epoch - b.epoch);
  return { before: ordered[0], after: ordered.at(-1) };
}
const outcomes = arms.flatMap(({ name: arm }) => {
  const ratios = [...new Set(rows.filter((row) => row.arm === arm && row.requested !== null).map((row) => row.requested))];
  return ratios.sort((a, b) => a - b).map((requested) => {
    const ends = seeds.map((seed) => endsOf(arm, requested, seed));
    const of = (end, pick) => mean(ends.map((one) => pick(one[end])));
    return {
      arm,
      asked: requested,
      'neurons gone': of('after', (row) => row.neuronRatio),
      'weights gone': of('after', (row) => row.weightRatio),
      'R before': of('before', (row) => row.measures.relative.mean),
      'R after': of('after', (row) => row.measures.relative.mean),
      'loss before': of('before', (row) => row.testLoss),
      'loss after': of('after', (row) => row.testLoss),
      'R²': of('after', (row) => row.r2),
    };
  });
});
outcomes`,
    },
  ];
}

function contrasts({ seeds }: Specification): NewCell[] {
  const quantile = seeds.length < 2 ? Infinity : studentTQuantile(0.975, seeds.length - 1);
  return [
    {
      markdown: `## Compared with controls

R of an arm minus R of its control, paired by seed: the mean difference, its standard error, and how many seeds
agree with its sign. The sentences below name the differences whose 95% t interval excludes 0, without a correction
for the number of arms. All seeds share one data set: what holds here may not hold for another.`,
    },
    {
      code: `const contrasts = outcomes.filter(({ arm }) => arm in controls).map(({ arm, asked }) => {
  const valueOf = (name, ratio, seed) => endsOf(name, ratio, seed).after?.measures.relative.mean ?? null;
  const differences = seeds.flatMap((seed) => {
    const [own, other] = [valueOf(arm, asked, seed), valueOf(controls[arm], 0, seed)];
    return own === null || other === null ? [] : [own - other];
  });
  const difference = mean(differences);
  const n = differences.length;
  const spread = n < 2 ? null : Math.sqrt(differences.reduce((sum, d) => sum + (d - difference) ** 2, 0) / (n - 1) / n);
  const agreeing = differences.filter((d) => Math.sign(d) === Math.sign(difference)).length;
  return { arm, control: controls[arm], asked, difference, 'standard error': spread, pairs: n, 'same sign': agreeing };
});
contrasts`,
    },
    {
      code: `/** The 97.5% quantile of Student's t for ${seeds.length} pairs. */
const t = ${quantile === Infinity ? 'Infinity' : quantile.toFixed(4)};
const clear = contrasts.filter((row) => row.pairs === seeds.length && Math.abs(row.difference) > t * row['standard error']);
display.markdown(clear.length === 0
  ? '- No evidence of a difference between an arm and its control.'
  : clear.map((row) => \`- \${row.arm} at \${row.asked}: R is \${Math.abs(row.difference).toFixed(2)} \${row.difference < 0 ? 'lower' : 'higher'} than that of \${row.control} (\${row['same sign']} of \${row.pairs} seeds agree).\`).join('\\n'));`,
    },
  ];
}
