import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseSpecification } from '../../core/experiment/parse';
import { SCHEMA_ID } from '../../core/experiment/schemaId';
import { SECTIONS, SEEDS, type SpecificationInput } from '../../core/experiment/specification';
import type { Activation } from '../../core/network/layout';
import { EXPERIMENT_FILE } from '../runStore/paths';
import { writeFileAtomic } from '../files/files';
import { makeWritableFolder } from '../files/folders';
import { armInWords, presetSections, type Preset } from './presets';
import { requireMemory, requireReadable, type Machine } from './resources';

/** The answers that a new experiment needs; everything else has a default. */
export interface NewExperiment {
  readonly name: string;
  readonly features: number;
  readonly inputs: number;
  readonly hidden: readonly number[];
  /** Of the specimen and of the feature model. */
  readonly activation: Activation;
  readonly seeds: readonly number[];
  /** What it compares; by default the thesis's protocol. */
  readonly preset?: Preset;
  /** Dropout probability of a second specimen, or of additional arms; none unless given. */
  readonly dropoutTwin?: number;
}

/** The defaults of a new experiment: small enough to run in a minute. */
export const NEW_EXPERIMENT: Omit<NewExperiment, 'name'> = {
  features: 16,
  inputs: 5,
  hidden: [64, 16, 16],
  activation: SECTIONS.specimen.shape.activation.parse(undefined),
  seeds: SEEDS.parse(undefined),
};

const README = 'README.md';

/**
 * Makes the folder of a new experiment: its `experiment.json` and a README that explains it. Overwrites
 * existing files; check with {@link takenFile} first.
 * @throws LabError when the experiment would not be valid, or the folder cannot be written
 */
export async function createExperiment(folder: string, experiment: NewExperiment): Promise<void> {
  const file = path.join(folder, EXPERIMENT_FILE);
  const text = experimentText(experiment);
  parseSpecification(text, file);
  await makeWritableFolder(folder);
  await writeFileAtomic(path.join(folder, README), experimentReadme(experiment));
  await writeFileAtomic(file, text);
}

/**
 * Checks an experiment before it is created.
 * @throws LabError when it is not valid, this machine has too little memory to run it, or its metrics would be too
 *   large to be read
 */
export function checkNewExperiment(experiment: NewExperiment, machine?: Machine): void {
  const specification = parseSpecification(experimentText(experiment), EXPERIMENT_FILE);
  requireMemory(specification, {}, machine);
  requireReadable(specification);
}

/** Absolute path of an existing file that a new experiment would overwrite. */
export async function takenFile(folder: string): Promise<string | undefined> {
  for (const name of [README, EXPERIMENT_FILE]) {
    const file = path.join(folder, name);
    const isThere = await stat(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

/** The text of a short `experiment.json`: a line for each section and each arm. */
export function experimentText(experiment: NewExperiment): string {
  const { name, features, inputs, hidden, activation, seeds, preset, dropoutTwin } = experiment;
  const { arms, ...sections } = presetSections(preset ?? 'thesis', dropoutTwin);
  const twin = dropoutTwin !== undefined && !arms ? { dropoutTwin } : {};
  const specification: SpecificationInput = {
    $schema: SCHEMA_ID,
    name,
    seeds: [...seeds],
    features: { count: features, activation },
    data: { inputs },
    specimen: { hidden: [...hidden], activation, ...twin },
    ...sections,
  };
  const lines = Object.entries(specification).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${onOneLine(value)}`,
  );
  if (arms)
    lines.push(`  "arms": [\n${arms.map((arm) => `    ${onOneLine(arm)}`).join(',\n')}\n  ]`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** JSON on one line, with spaces. Line ends within strings are escaped, so all line ends are layout. */
function onOneLine(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/\[\n\s*/g, '[')
    .replace(/\n\s*\]/g, ']')
    .replace(/\n\s*/g, ' ');
}

/** The text of the README beside it. */
export function experimentReadme({ name, preset, dropoutTwin }: ReadmeOf): string {
  const { arms } = presetSections(preset ?? 'thesis', dropoutTwin);
  return `# ${name.trim()}

How does pruning change the polysemanticity of neurons? \`experiment.json\` describes one experiment:

| field | what it says |
|---|---|
| \`seeds\` | the whole protocol runs once for each: initial weights, split, batches |
| \`features.count\` | ground-truth features that the data is made of |
| \`features.activation\` | \`relu\` or \`linear\`: the network that makes the target of them |
| \`data.inputs\` | width of the code that the features are compressed into: the network's inputs |
| \`specimen.hidden\` | widths of the network's hidden layers |
| \`specimen.activation\` | \`relu\` or \`linear\`: what follows each of them |
${arms ? armsSection(arms) : THESIS_DEFAULTS}
An editor that knows the file's \`$schema\` completes and explains every field.

\`\`\`
polysemanticity run .       # trains, prunes, retrains, measures; Ctrl-C stops, the same command goes on
polysemanticity show .      # its runs, a table and charts
polysemanticity export . --csv > metrics.csv
\`\`\`
`;
}

type ReadmeOf = Pick<NewExperiment, 'name' | 'preset' | 'dropoutTwin'>;

const THESIS_DEFAULTS = `
What is left out has a default: 10,000 samples (\`data.samples\`), 50 epochs of Adam
(\`training.epochs\`), pruning at 0, 5, … 60% of the hidden neurons (\`pruning.ratios\`), each followed
by 50 epochs of retraining (\`pruning.retraining.epochs\`), no twin with dropout
(\`specimen.dropoutTwin\`, a probability).
`;

function armsSection(arms: NonNullable<SpecificationInput['arms']>): string {
  const rows = arms.map((arm) => `| \`${arm.name}\` | ${armInWords(arm)} |`);
  return `| \`attribution.probes\` | what polysemanticity is read from: removing a feature from the samples of the data (the headline), and a feature alone (columns that begin with \`one-hot.\`) |
| \`pruning.ratios\` | the share that is pruned, of units or weights; every arm prunes at each |
| \`arms\` | the treatments that are compared |

All arms of a seed start from the same initial values, split and batches, except for fresh networks:

| arm | treatment |
|---|---|
${rows.join('\n')}

What is left out has a default: 10,000 samples (\`data.samples\`), 50 epochs of Adam
(\`training.epochs\`), 50 epochs of retraining (\`pruning.retraining.epochs\`).
`;
}
