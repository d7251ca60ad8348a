import { counted } from '../counted';
import { CACHED_NUMBERS } from '../attribution/sampleRows';
import { autoencoderLayout } from '../data/autoencoder';
import { MEASURES } from '../measures/table';
import { parameterCount } from '../network/layout';
import { armsOf, masksWeights } from './arms';
import { checkpointsKept, countCheckpoints, countLegs, planSeed } from './plan';
import { matricesOf, measuresActivity, probeSamples, readingsOf } from './readings';
import type { Specification } from './specification';
import { trainingSamples } from './split';

/** A part of a plan's memory or disk use. */
export interface Share {
  /** Description, as part of a sentence. */
  readonly what: string;
  /** Estimated bytes. */
  readonly bytes: number;
  /** Fields of the specification that reduce it. */
  readonly fields: readonly string[];
}

/** Size of a plan. */
export interface PlanSize {
  readonly legs: number;
  /** Number of measured checkpoints, which is the number of rows of metrics. */
  readonly checkpoints: number;
  /** Peak memory of all processes together, without the programs themselves. */
  readonly memory: readonly Share[];
  /** Peak of additional disk use. */
  readonly disk: readonly Share[];
  /** The file of all rows of metrics. */
  readonly rows: Share;
  /** Memory of each network in training. */
  readonly networks: { readonly specimen: Share; readonly autoencoder: Share };
}

/** Circumstances that a specification does not contain. */
export interface PlanSetting {
  /** Threads that train concurrently, at least 1. */
  readonly workers: number;
  /** Sizes of imported data; counted as 0 until known. */
  readonly shape?: DataShape;
  /** Whether kept results stay in memory instead of on disk. */
  readonly inMemory?: boolean;
  /** Whether only the data is generated. */
  readonly dataOnly?: boolean;
}

/** Sizes of data. */
export interface DataShape {
  readonly samples: number;
  readonly features: number;
  readonly inputs: number;
  readonly outputs: number;
}

const F32 = Float32Array.BYTES_PER_ELEMENT;
const F64 = Float64Array.BYTES_PER_ELEMENT;
/** In memory: a leg in plans, tables and sets; a row's index; a row as an object. */
const LEG_BYTES = 700;
const PLACE_BYTES = 100;
const ROW_BYTES = 6000;
/** On disk: the smallest space of a file. */
const FILE_BYTES = 4096;

const total = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);

/**
 * Estimates the memory and disk use of a run by counting its largest arrays. This is a lower bound: a plan
 * that does not fit by this count does not fit.
 */
export function planSize(specification: Specification, setting: PlanSetting): PlanSize {
  const shape = setting.shape ?? shapeOf(specification);
  const { training, retraining } = countLegs(specification);
  const legs = training + retraining;
  const checkpoints = countCheckpoints(specification);
  const counts = { legs, checkpoints };
  const { dataOnly, inMemory } = setting;
  const data = specification.data.source === 'generated' ? generation(specification, shape) : [];
  const run = dataOnly ? [] : trainingStage(specification, shape, setting, counts);
  const files = [
    ...dataFile(specification, shape),
    ...(dataOnly ? [] : runFiles(specification, shape, counts)),
  ];
  return {
    ...counts,
    memory: totalBytes(data) > totalBytes(run) ? data : run,
    disk: inMemory ? [] : files,
    rows: rowsOfMetrics(specification, counts),
    networks: {
      specimen: specimenInTraining(specification, shape),
      autoencoder: autoencoder(specification, shape),
    },
  };
}

/** Bytes of all shares together. */
export function totalBytes(shares: readonly Share[]): number {
  return total(shares.map(({ bytes }) => bytes));
}

interface Counts {
  readonly legs: number;
  readonly checkpoints: number;
}

function shapeOf({ data, features }: Specification): DataShape {
  if (data.source === 'imported') return { samples: 0, features: 0, inputs: 0, outputs: 0 };
  const { samples, inputs, outputs } = data;
  return { samples, features: features?.count ?? 0, inputs, outputs };
}

/** Peak while data is generated: the samples with their ground truth, and the autoencoder in training. */
function generation(specification: Specification, shape: DataShape): Share[] {
  const { data } = specification;
  const { samples, features, inputs, outputs } = shape;
  const inverted = data.source === 'generated' && data.mode === 'inverted';
  // Inverted: also the starting points and the seeds found.
  const perSample = features * (inverted ? 3 : 1) + inputs + outputs;
  return [
    {
      what: `${counted(samples, 'sample')} of ${counted(features, 'feature')} with ${counted(inputs, 'input')} and ${counted(outputs, 'output')}`,
      bytes: F32 * samples * perSample,
      fields: ['data.samples', 'features.count'],
    },
    {
      what: `a feature model of ${counted(features, 'feature')}`,
      bytes: (F32 * features * features) / 2,
      fields: ['features.count'],
    },
    autoencoder(specification, shape),
  ];
}

function autoencoder({ data, features }: Specification, shape: DataShape): Share {
  const layout = autoencoderLayout({
    features: shape.features,
    inputDim: shape.inputs,
    activation: features?.activation ?? 'relu',
  });
  const batch =
    data.source === 'generated' ? Math.min(data.autoencoder.batchSize, shape.samples) : 0;
  return {
    what: `an autoencoder ${layout.widths.join('-')} in training`,
    bytes: data.source === 'generated' ? inTraining(layout.widths, batch, shape.samples) : 0,
    fields: ['features.count', 'data.inputs', 'data.samples', 'data.autoencoder.batchSize'],
  };
}

/** A network with Adam's state, the values and gradients of a batch, and a copy of its samples. */
function inTraining(widths: readonly number[], batch: number, samples: number): number {
  const parameters = parameterCount({ widths, activations: [] });
  const [inputs, ...others] = widths;
  const perRow = inputs + 2 * total(others);
  return F32 * (4 * parameters + batch * perRow + samples * (inputs + (widths.at(-1) ?? 0)));
}

function specimenInTraining(
  { specimen, training }: Specification,
  { samples, inputs, outputs }: DataShape,
): Share {
  const widths = [inputs, ...specimen.hidden, outputs];
  const train = trainingSamples(samples, training.trainShare);
  const batch = Math.min(training.batchSize, train);
  return {
    what: `a specimen ${widths.join('-')} in training on batches of ${batch}`,
    bytes: inTraining(widths, batch, train),
    fields: ['specimen.hidden', 'training.batchSize', 'data.samples'],
  };
}

/** Peak while specimens are trained and measured. */
function trainingStage(
  specification: Specification,
  shape: DataShape,
  { workers, inMemory = false }: PlanSetting,
  { legs, checkpoints }: Counts,
): Share[] {
  const { samples, features, inputs, outputs } = shape;
  const atWork = Math.max(1, Math.min(workers, legs));
  const data = F32 * samples * (inputs + outputs);
  const one = specimenInTraining(specification, shape);
  const many = atWork === 1 ? '' : `, in each of ${counted(atWork, 'thread')}`;
  const neurons = total(specification.specimen.hidden);
  const parameters = parametersOf(specification, shape);
  // The matrix, its responses, rectified activations and scaled copies; capacity also needs Gram matrices.
  const matrix = F64 * (4 * neurons * features + 2 * features * features);
  return [
    {
      what: `${counted(samples, 'sample')}, shared and split for ${counted(atWork, 'thread')}`,
      bytes: data * (1 + atWork),
      fields: ['data.samples'],
    },
    { ...one, what: one.what + many, bytes: atWork * (one.bytes + 2 * F32 * parameters) },
    {
      what: `attribution matrices of ${neurons} × ${features}${many}`,
      bytes: atWork * matrix,
      fields: ['specimen.hidden', 'features.count'],
    },
    ...samplesOfProbes(specification, shape).map(({ what, bytes, fields }) => {
      return { what: what + many, bytes: atWork * bytes, fields };
    }),
    {
      what: `${counted(legs, 'leg')} with ${checkpoints} measured checkpoints`,
      bytes:
        legs * LEG_BYTES +
        checkpoints * (inMemory ? readingsOf(specification).length * ROW_BYTES : PLACE_BYTES),
      fields: ['seeds', 'pruning.ratios', 'training.epochs', 'pruning.retraining.epochs'],
    },
    ...(inMemory ? kept(specification, shape, F64) : []),
  ];
}

/** The samples that probes read, with their copies that lack a feature. */
function samplesOfProbes(specification: Specification, { features, inputs }: DataShape): Share[] {
  if (!measuresActivity(specification)) return [];
  const samples = probeSamples(specification);
  const numbers = Math.min(CACHED_NUMBERS, samples * (features + 1) * inputs);
  return [
    {
      what: `${counted(samples, 'sample')} that probes read`,
      bytes: F32 * numbers,
      fields: ['attribution.probes', 'features.count'],
    },
  ];
}

function parametersOf({ specimen }: Specification, { inputs, outputs }: DataShape): number {
  return parameterCount({ widths: [inputs, ...specimen.hidden, outputs], activations: [] });
}

/** Matrices and weights that a run keeps. */
function kept(specification: Specification, shape: DataShape, bytesOfCell: number): Share[] {
  const neurons = total(specification.specimen.hidden);
  const left = leftByPruning(specification);
  const fields = (part: string): string[] => ['seeds', 'pruning.ratios', `keep.${part}`];
  const matrices = checkpointsKept(specification, 'attributions');
  const specimens = checkpointsKept(specification, 'specimens');
  return [
    {
      what: `${matrices} kept matrices of ${neurons} × ${shape.features}`,
      bytes: matrices * matricesOf(specification) * neurons * shape.features * bytesOfCell * left,
      fields: fields('attributions'),
    },
    {
      what: `${specimens} kept specimens`,
      bytes: specimens * F32 * parametersOf(specification, shape) * left * left,
      fields: fields('specimens'),
    },
  ];
}

/** Share of neurons that remain, averaged over the legs. Masked weights take as much memory as others. */
function leftByPruning(specification: Specification): number {
  const { training, retraining } = planSeed(specification, 0);
  const arms = armsOf(specification);
  const left = retraining.map(({ arm, requested }) => {
    const own = arms.get(arm);
    return own && masksWeights(own) ? 1 : 1 - (requested ?? 0);
  });
  return (training.length + total(left)) / Math.max(1, training.length + left.length);
}

function dataFile({ data }: Specification, shape: DataShape): Share[] {
  const { samples, features, inputs, outputs } = shape;
  if (data.source === 'imported') return [];
  return [
    {
      what: `${counted(samples, 'sample')} with their ground truth`,
      bytes: F32 * samples * (features + inputs + outputs),
      fields: ['data.samples', 'features.count'],
    },
  ];
}

function rowsOfMetrics(
  specification: Specification,
  { checkpoints }: Pick<Counts, 'checkpoints'>,
): Share {
  const { specimen } = specification;
  const readings = readingsOf(specification).length;
  const row = 450 + readings * MEASURES.length * (60 + 20 * specimen.hidden.length);
  return {
    what: `${counted(checkpoints, 'row')} of metrics`,
    bytes: checkpoints * row,
    fields: ['seeds', 'pruning.ratios', 'training.epochs', 'pruning.retraining.epochs'],
  };
}

function runFiles(
  specification: Specification,
  shape: DataShape,
  { legs, checkpoints }: Counts,
): Share[] {
  return [
    rowsOfMetrics(specification, { checkpoints }),
    {
      what: `files of ${counted(legs, 'leg')}`,
      bytes: legs * FILE_BYTES,
      fields: ['seeds', 'pruning.ratios'],
    },
    // Once per leg and once merged.
    ...kept(specification, shape, F32).map((share) => ({ ...share, bytes: 2 * share.bytes })),
  ];
}
