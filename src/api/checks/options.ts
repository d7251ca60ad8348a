import { z } from 'zod';
import { PROBES } from '../../core/attribution/probe';
import { isArmName, PHASES } from '../../core/experiment/plan';
import { PROBE, ROWS, SECTIONS, SEEDS } from '../../core/experiment/specification';
import { MEASURES } from '../../core/measures/table';
import { ALL_METHODS, SCORE_METHODS } from '../../core/pruning/methods';
import { PRUNING_DEFAULTS, SCOPES } from '../../core/pruning/request';
import { ENGINE_CHOICES } from '../../node/compute/engines';
import { isSignal } from './plain';

/* Schemas of options. Fields of an experiment come from its sections, with range, wording and default. */

const { training, attribution, pruning, measures, specimen } = SECTIONS;

/** A seed of any random stream. */
export const seed = SEEDS.unwrap().element;
/** By default the seed of an experiment without seeds. */
export const seedOrDefault = seed.default(SEEDS.parse(undefined)[0]);

const ratio = pruning.shape.ratios.unwrap().element;
const width = specimen.shape.hidden.element;
const whole = z.number().refine(Number.isSafeInteger, 'expected a whole number');

function callback<F>(): z.ZodType<F> {
  return z.custom<F>((value) => typeof value === 'function', 'expected a function');
}

export const callbackOrNone = callback<unknown>().optional();

/** A path without the null character, which would end it. */
export const path = z
  .string()
  .refine(({ length }) => length >= 1 && length <= 4096, 'expected 1 to 4096 characters')
  .refine((text) => !text.includes('\0'), 'expected a path without null characters');

const stoppable = {
  signal: z.custom<AbortSignal>(isSignal, 'expected an AbortSignal').optional(),
};

export const stoppableOptions = z.strictObject(stoppable);

export const generateOptions = z.strictObject({
  ...stoppable,
  onProgress: callback<(progress: never) => void>().optional(),
});

export const shapeOptions = z.strictObject({
  inputs: width,
  hidden: specimen.shape.hidden,
  outputs: width,
  activation: specimen.shape.activation,
});

export const trainShare = training.shape.trainShare;

export const trainingOptions = z.strictObject({
  ...stoppable,
  seed,
  epochs: training.shape.epochs,
  batchSize: training.shape.batchSize,
  learningRate: training.shape.learningRate,
  dropout: specimen.shape.dropoutTwin,
  epochsBefore: whole.min(0).default(0),
  onEpoch: callback<(epoch: never) => void>().optional(),
});

const probeOptions = {
  probe: z.enum(PROBES).default('one-hot'),
  baseline: PROBE.shape.baseline,
  samples: PROBE.shape.samples,
  coefficients: z.undefined().optional(),
  data: z.undefined().optional(),
};

/** A request for one kind of rows by one probe; coefficients are checked separately. */
export const attributionRequest = attribution
  .omit({ probes: true })
  .extend({ ...probeOptions, rows: ROWS });

/** A probe whose outputs are read; coefficients are checked separately. */
export const activationRequest = z.strictObject(probeOptions);

export const measureOptions = z.strictObject({
  activations: z.undefined().optional(),
  threshold: measures.shape.threshold,
  compatibility: measures.shape.compatibility,
});

export const nullShape = z.strictObject({
  hidden: specimen.shape.hidden,
  activation: specimen.shape.activation,
  readouts: measures.shape.nullNeurons,
  repetitions: whole.min(1).max(10_000).optional(),
  rows: ROWS,
  threshold: measures.shape.threshold,
  compatibility: measures.shape.compatibility,
  seed: seed.default(0),
});

export const pruningRequest = z.strictObject({
  method: z.enum(ALL_METHODS).default(PRUNING_DEFAULTS.method),
  ratio,
  // Methods ignore options that do not apply to them, and note it.
  norm: pruning.shape.norm.unwrap().optional(),
  normalize: pruning.shape.normalize.unwrap().optional(),
  caps: pruning.shape.caps,
  perLayer: z.array(whole.min(0)).optional(),
  scope: z.enum(SCOPES).optional(),
  count: z.union([whole.min(0), z.array(whole.min(0))]).optional(),
  originalWidths: z.array(whole.min(0)).optional(),
  outputLayer: z.boolean().optional(),
});

/** Both are not plain data and are checked apart. */
export const pruningSources = z
  .strictObject({ data: z.undefined().optional(), movement: z.undefined().optional() })
  .optional();

/** A method of scores as the literature writes it: APoZ, SNIP. */
const scoreMethod = z.preprocess((value) => {
  const lower = typeof value === 'string' ? value.toLowerCase() : value;
  return SCORE_METHODS.find((method) => method === lower) ?? value;
}, z.enum(SCORE_METHODS));

export const scoreOptions = z.strictObject({
  method: scoreMethod,
  data: z.undefined().optional(),
  training: trainingOptions.omit({ dropout: true, onEpoch: true }).optional(),
  norm: pruningRequest.shape.norm,
  normalize: pruningRequest.shape.normalize,
  seed: seedOrDefault,
});

export const runOptions = z.strictObject({
  ...stoppable,
  folder: path.optional(),
  seeds: SEEDS.unwrap().optional(),
  engine: z.enum(ENGINE_CHOICES).default('auto'),
  workers: whole.min(1).max(1024).optional(),
  fresh: z.boolean().optional(),
  onNote: callback<(text: string) => void>().optional(),
});

const title = z.string().refine(({ length }) => length <= 200, 'expected at most 200 characters');

export const titleOption = title.optional();

/** A number; NaN for a null that was never defined. */
const maybe = z.custom<number | null>(
  (value) => value === null || typeof value === 'number',
  'expected a number or null',
);

export const shownOptions = z.strictObject({
  title: titleOption,
  nulls: z
    .partialRecord(z.enum(MEASURES.map(({ id }) => id) as [string, ...string[]]), maybe)
    .optional(),
  compatibility: measures.shape.compatibility.unwrap().optional(),
  run: z.undefined().optional(),
});

export const leg = z.strictObject({
  seed,
  arm: z.string().refine(isArmName, 'expected the name of an arm'),
  requested: ratio.nullable().default(null),
  step: whole.min(1).optional(),
});
export const phase = z.enum(PHASES);
export const epoch = whole.min(0);
/** Position of a checkpoint in a run. */
export const placeOptions = z.strictObject({ leg, phase, epoch });
/** Name of a checkpoint. */
export const checkpoint = z.string();
