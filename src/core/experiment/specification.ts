import { isRecord } from '../isRecord';
import { z } from 'zod';
import { ROW_KINDS } from '../attribution/matrix';
import { BASELINES, PROBES, PROBE_SAMPLES } from '../attribution/probe';
import { QUADRATURE_RULES } from '../attribution/quadrature';
import { ATTRIBUTION_METHODS } from '../attribution/request';
import { DEFAULT_IMPORTANCE, DEFAULT_IMPORTANCE_BOUND } from '../data/featureModel';
import { COMPATIBILITIES, MEASURE_DEFAULTS } from '../measures/check';
import { arms } from './armFields';
import { contradictions } from './contradictions';
import { activation, distinct, filled, list, positive, seed, text, whole } from './fields';
import { learningRate, pruningFields, trainingFields } from './treatmentFields';

/*
 * The specification of an experiment: the single source of its TypeScript types, its validation and
 * schemas/experiment.schema.json. Editors show the descriptions on hover. Defaults of core functions are
 * defined beside those functions and imported here; the module `polysemanticity` takes its defaults, ranges
 * and messages from the sections below.
 */

type RefinementContext = z.core.$RefinementCtx;

/** Limit on the widths of data: arrays of this size squared are allocated. */
const WIDEST_DATA = 10_000;
/** Larger weights of the feature model would overflow float32 within a few layers. */
const LARGEST_IMPORTANCE = 1000;

const weight = (): z.ZodNumber => z.number().min(-LARGEST_IMPORTANCE).max(LARGEST_IMPORTANCE);

const features = z
  .strictObject({
    count: positive(WIDEST_DATA).describe('Number of ground-truth features F.'),
    sparsity: z
      .union([z.number().min(0).max(1), list(z.number().min(0).max(1))])
      .default(0.7)
      .describe(
        'Probability that a feature is absent from a sample: one number, or one per feature.',
      ),
    importance: z
      .tuple([weight(), weight()])
      .default([DEFAULT_IMPORTANCE.low, DEFAULT_IMPORTANCE.high])
      .describe('Weights of the feature model are uniform in this interval.'),
    importanceBound: z
      .number()
      .min(0)
      .default(DEFAULT_IMPORTANCE_BOUND)
      .describe('Feature-model weights of smaller magnitude become 0.'),
    hidden: filled(list(positive()))
      .optional()
      .describe(
        'Features on each hidden layer of the feature model; they sum to the number of features. Drawn if left out.',
      ),
    activation: activation()
      .default('relu')
      .describe(
        'Activation between the layers of the feature model (none after the first and last).',
      ),
  })
  .describe(
    'The ground-truth features and the hierarchical network that computes the target from them.',
  );

const autoencoder = z
  .strictObject({
    epochs: positive().default(100).describe('Passes over the coefficients.'),
    batchSize: positive().default(32).describe('Samples per update.'),
    learningRate: learningRate().default(0.001).describe("Adam's learning rate."),
  })
  .prefault({})
  .describe('The network that compresses feature coefficients into inputs.');

const generatedData = z
  .strictObject({
    source: z.literal('generated').default('generated').describe('Toy data with known features.'),
    samples: whole().min(2).max(1_000_000).default(10_000).describe('Number of samples.'),
    inputs: positive(WIDEST_DATA).describe('Width of the inputs, the code of the autoencoder.'),
    outputs: positive(WIDEST_DATA).default(2).describe('Width of the target.'),
    mode: z
      .enum(['inverted', 'forward'])
      .default('forward')
      .describe(
        'forward: draw the first feature layer, compute the deeper ones, so that inputs and target describe the same features. inverted: draw independent values on all layers and search for inputs of the feature model that produce them (the thesis).',
      ),
    seed: seed()
      .default(42)
      .describe('Seed of the data; the seeds of the runs do not change the data.'),
    autoencoder,
  })
  .describe('Data generated from the features.');

const file = (what: string): z.ZodString =>
  text().describe(`${what}; a path relative to this file.`);

const importedData = z
  .strictObject({
    source: z.literal('imported').describe('Data from files.'),
    data: file('A .pth file with a tuple (X [samples, inputs], Y [samples, outputs])'),
    encoder: file('A .pth state dict with encoder.N.weight and encoder.N.bias'),
    featureModel: file(
      'A .pth state dict of the ground-truth network; kept for reference',
    ).optional(),
    activation: activation()
      .default('relu')
      .describe('Activation between the layers of the encoder; state dicts do not contain it.'),
  })
  .describe('Data from files, with the encoder that leads from features to inputs.');

const specimen = z
  .strictObject({
    hidden: filled(list(positive())).describe('Widths of the hidden layers.'),
    activation: activation().default('relu').describe('Activation after every hidden layer.'),
    bias: z
      .boolean()
      .optional()
      .describe('Whether layers have biases; true if left out. Without, biases stay 0.'),
    dropoutTwin: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        'Trains a second specimen with dropout of this probability after every hidden activation.',
      ),
  })
  .describe('The network under study.');

const training = trainingFields
  .prefault({})
  .describe('How specimens are trained. The loss is the mean squared error.');

const rowKind = (): z.ZodEnum<{
  'pre-activation': 'pre-activation';
  'post-activation': 'post-activation';
}> => z.enum(ROW_KINDS);

const probeFields = z.strictObject({
  probe: z.enum(PROBES).describe('Name of the probe.'),
  baseline: z
    .enum(BASELINES)
    .optional()
    .describe(
      'Where the probes one-hot and scaled start: zero (the default), or mean, the means μ of the coefficients: n(μ + s e_f) − n(μ).',
    ),
  samples: positive()
    .optional()
    .describe(
      `Number of samples that the probe distribution reads, from the first one of the data on, whatever the split; by default ${PROBE_SAMPLES}, or all if there are fewer.`,
    ),
});
const chosenProbe = probeFields.describe('A probe with options.');

const attributionFields = z.strictObject({
  method: z
    .enum(ATTRIBUTION_METHODS)
    .default('finite-difference')
    .describe(
      'How the effect of feature f alone on neuron k is computed. finite-difference: n(e_f) − n(0), the exact value of the path integral. integrated-gradients: its approximation by a sum over steps. gradient: ∂n/∂x_f at e_f.',
    ),
  rule: z
    .enum(QUADRATURE_RULES)
    .default('gausslegendre')
    .describe('Quadrature rule of integrated gradients, named as in Captum.'),
  steps: positive(10_000).default(50).describe('Steps of integrated gradients.'),
  rows: z
    .union([rowKind(), filled(z.array(rowKind()))])
    .default('pre-activation')
    .describe(
      'Whether rows hold neurons before or after their activation function: one kind, or a list of kinds. Columns of the first kind have no suffix.',
    ),
  probes: filled(z.array(z.union([z.enum(PROBES), chosenProbe])))
    .optional()
    .describe(
      'What the columns of attribution matrices mean. one-hot: n(e_f) − n(0). scaled: n(σ_f e_f) − n(0), σ_f the standard deviation of the coefficients of feature f. distribution: the mean over samples of n(c) − n(c with c_f = 0). The method is about the first two. Columns of the first probe have no prefix; those of others begin with the name of the probe. one-hot if left out.',
    ),
});
const attribution = attributionFields
  .prefault({})
  .describe('How attribution matrices are computed.');

const pruning = pruningFields
  .prefault({})
  .describe('How trained specimens are pruned and retrained.');

/** Random readouts of the null: enough to estimate R of NonLinear0's code to ± 0.003, a tenth of typical effects. */
const NULL_NEURONS = 65_536;

const measuresFields = z.strictObject({
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .default(MEASURE_DEFAULTS.threshold)
    .describe('A neuron counts as monosemantic if 1/R exceeds this.'),
  compatibility: z
    .enum(COMPATIBILITIES)
    .default(MEASURE_DEFAULTS.compatibility)
    .describe('thesis: dead neurons score R = 0 and count in means.'),
  nullNeurons: positive()
    .default(NULL_NEURONS)
    .describe(
      'Number of random neurons behind the null that means are compared with; of the probe distribution fewer, where reading so many on its samples would take long. Measures of features and nets use as many nets of the unpruned widths as these neurons fill, at most 64.',
    ),
});
const measures = measuresFields.prefault({}).describe('How polysemanticity is measured.');

const kept = (): z.ZodEnum<{ none: 'none'; stages: 'stages'; epochs: 'epochs' }> =>
  z.enum(['none', 'stages', 'epochs']);

const keep = z
  .strictObject({
    attributions: kept().default('stages').describe('Which attribution matrices to keep.'),
    specimens: kept().default('stages').describe('Which weights to keep.'),
  })
  .prefault({})
  .describe(
    'Which checkpoints a run keeps: none, those at the ends of stages (initial, trained, pruned, retrained), or every epoch.',
  );

const sections = z
  .strictObject({
    $schema: z.string().optional().describe('The schema for completion and validation in editors.'),
    name: text(200).describe('Name of the experiment.'),
    description: z.string().optional().describe('Purpose of the experiment.'),
    seeds: filled(distinct(seed()))
      .default([42])
      .describe(
        'The whole protocol runs once per seed, which determines initial weights, split, batches and dropout.',
      ),
    streams: z
      .enum(['named', 'torch'])
      .default('named')
      .describe(
        "named: an independent random stream for each purpose. torch: PyTorch's own sequence of draws after manual_seed, so that runs made with PyTorch replay exactly.",
      ),
    features: features.optional(),
    data: z
      .union([generatedData, importedData])
      .describe('The data of the experiment: generated from its features, or imported from files.'),
    specimen,
    training,
    attribution,
    pruning,
    arms: arms.optional(),
    measures,
    keep,
  })
  .describe('An experiment of Polysemanticity Lab.');

/** Sections whose fields are also parameters of API functions, with their defaults, ranges and messages. */
export const SECTIONS = {
  training: trainingFields,
  attribution: attributionFields,
  pruning: pruningFields,
  measures: measuresFields,
  specimen,
} as const;
/** A probe with its options. */
export const PROBE = probeFields;
/** A kind of rows. */
export const ROWS = rowKind().default('pre-activation');
/** Seeds of an experiment's runs. */
export const SEEDS = sections.shape.seeds;

/** A specification with every default filled in. */
export type Specification = z.output<typeof sections>;
/** A specification as written by people, where defaults may be left out. */
export type SpecificationInput = z.input<typeof sections>;

/** The schema of `experiment.json`. It also finds contradictions if other fields are invalid. */
export const experimentSchema = sections.superRefine(refuseContradictions, {
  when: ({ value }) => isRecord(value),
});

function refuseContradictions(specification: Specification, context: RefinementContext): void {
  const isWrong = (issue: z.core.$ZodRawIssue): boolean =>
    issue.continue !== true ||
    issue.code === 'too_big' ||
    (issue.code === 'too_small' && issue.origin === 'array');
  const wrong = new Set(context.issues.filter(isWrong).map(({ path }) => path?.[0]));
  const found = contradictions(specification, (section) => !wrong.has(section));
  for (const contradiction of found) {
    const { path, message } = contradiction;
    context.addIssue({ code: 'custom', path: [...path], message, params: { contradiction } });
  }
}
