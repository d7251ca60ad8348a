import { percent } from '../../../figures/text/numbers';
import path from 'node:path';
import { autoencoderLayout } from '../../../core/data/autoencoder';
import {
  generateToyData,
  type ToyData,
  type ToyDataOptions,
  type ToyDataProgress,
} from '../../../core/data/generate';
import { toyDataParts } from '../../../core/data/toyDataFile';
import type { Engine } from '../../../core/engine/engine';
import { divergenceInWords, lossDivergence } from '../../../core/engine/requireFinite';
import { invalid, LabError } from '../../../core/errors';
import type { ExperimentData } from '../../../core/experiment/context';
import type { DataReport, ExperimentEvent } from '../../../core/experiment/events';
import type { DataSource } from '../../../core/experiment/runExperiment';
import type { Specification } from '../../../core/experiment/specification';
import { reporting } from '../../../core/progress';
import { throwIfStopped, type Pace } from '../../../core/stop';
import type { Experiment } from '../../experiments/openExperiment';
import { writeFileAtomic } from '../../files/files';
import { makeWritableFolder, requireWithin } from '../../files/folders';
import { parameterCount } from '../../../core/network/layout';
import { chooseInversionSolver } from './parallelInversion';
import { startThread, type WorkerHost } from '../pool/host';
import { runJob } from '../pool/jobs';
import { readGeneratedData, readImportedData, resolvePaths } from './readData';

type GeneratedData = Extract<Specification['data'], { source: 'generated' }>;
type ImportedData = Extract<Specification['data'], { source: 'imported' }>;

/** Path of generated data, relative to the experiment. */
const TOY_DATA_FILE = path.join('data', 'toy-data.safetensors');

/** Raised when the generator changes, so that stored data is generated again. */
const GENERATOR = 1;

/** Absolute path of an experiment's generated data. */
export function toyDataFile(experiment: Experiment): string {
  return path.join(experiment.folder, TOY_DATA_FILE);
}

export interface DataOptions {
  /** Generates the data even if the same data exists. */
  readonly fresh?: boolean;
  /** Does not write generated data: the existing file may belong to a newer specification. */
  readonly readOnly?: boolean;
  /** Idle threads to generate with. */
  readonly threads?: readonly WorkerHost[];
}

/**
 * The data of an experiment: read from its files, or generated once and stored in its folder.
 * @param engine SIMD or TypeScript, in this thread: both give the same bits, so that data does not depend on
 * the engine that trains on it
 */
export function dataSourceOf(
  experiment: Experiment,
  engine: Engine,
  options: DataOptions = {},
): DataSource {
  const { data } = experiment.specification;
  return data.source === 'imported'
    ? (pace) => readImported(experiment, data, pace)
    : (pace) => readOrGenerate(experiment, data, engine, pace, options);
}

async function* readImported(
  { folder }: Experiment,
  spec: ImportedData,
  { signal }: Pace,
): AsyncGenerator<ExperimentEvent, ExperimentData> {
  const { data, encoder, hasActivations, notes } = await readImportedData(
    { files: resolvePaths(folder, spec), activation: spec.activation },
    signal,
  );
  const { samples, inputDim: inputs, outputDim: outputs } = data;
  const [features, ...others] = encoder.layout.widths;
  const warnings = [...notes];
  const contradicts =
    hasActivations !== undefined && hasActivations !== (spec.activation === 'relu');
  if (contradicts && others.length > 1) {
    const layers = hasActivations ? 'has room for activations' : 'has no room for activations';
    warnings.push(
      `${spec.encoder} ${layers} between its layers, but data.activation is "${spec.activation}"`,
    );
  }
  return { data, encoder, report: { samples, features, inputs, outputs }, warnings };
}

async function* readOrGenerate(
  experiment: Experiment,
  spec: GeneratedData,
  engine: Engine,
  pace: Pace,
  { fresh, readOnly, threads }: DataOptions,
): AsyncGenerator<ExperimentEvent, ExperimentData> {
  const file = toyDataFile(experiment);
  const { features } = experiment.specification;
  const origin = JSON.stringify({ generator: GENERATOR, features, data: spec });
  const known = fresh ? undefined : await readKnown(file, origin, pace);
  if (known) return toExperimentData(known);
  // Checked first, so that minutes of work are not lost.
  if (!readOnly) {
    await requireWithin(experiment.folder, file);
    await makeWritableFolder(path.dirname(file));
  }
  const toy = yield* generateToy(experiment.specification, spec, engine, pace, threads);
  if (!readOnly) await writeToyDataFile(file, toy, origin, pace);
  return toExperimentData(toy);
}

/** The stored data, if it was generated from the same specification. */
async function readKnown(
  file: string,
  origin: string,
  { signal }: Pace,
): Promise<ToyData | undefined> {
  try {
    return await readGeneratedData({ file, origin }, signal);
  } catch (error) {
    // The file is missing or damaged: the data is generated again from its seed.
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

/** Bytes written between two checks for a stop. */
const PIECE_BYTES = 2 ** 24;

/** Writes generated data atomically, piece by piece. @throws Stopped, LabError */
async function writeToyDataFile(
  file: string,
  toy: ToyData,
  origin: string,
  { signal }: Pace,
): Promise<void> {
  await writeFileAtomic(file, async (handle) => {
    for (const part of toyDataParts(toy, origin)) {
      for (let at = 0; at < part.length; at += PIECE_BYTES) {
        throwIfStopped(signal);
        await handle.writeFile(part.subarray(at, at + PIECE_BYTES));
      }
    }
  });
}

/**
 * Generates toy data from a specification, without storing it.
 * @param threads idle threads to use
 * @throws Stopped, LabError as `generateToyData` does
 */
export async function* generateToy(
  { features }: Specification,
  spec: GeneratedData,
  engine: Engine,
  pace: Pace,
  threads?: readonly WorkerHost[],
): AsyncGenerator<ExperimentEvent, ToyData> {
  if (!features) throw invalid('generated data needs the section "features"');
  const [low, high] = features.importance;
  const options: ToyDataOptions = {
    seed: spec.seed,
    samples: spec.samples,
    inputDim: spec.inputs,
    outputDim: spec.outputs,
    mode: spec.mode,
    features: { ...features, importance: { low, high } },
    autoencoder: {
      ...spec.autoencoder,
      batchSize: Math.min(spec.autoencoder.batchSize, spec.samples),
    },
  };
  const work = reporting((report: (progress: ToyDataProgress) => void) =>
    isLong(options)
      ? generateInThread(options, pace, report)
      : generateToyData(
          options,
          engine,
          pace,
          report,
          chooseInversionSolver(spec.samples * features.count, engine, threads),
        ),
  );
  try {
    for (;;) {
      const next = await work.next();
      if (next.done) return next.value;
      const { stage: step, done, of } = next.value;
      yield { type: 'data-progress', step, done, of };
    }
  } catch (error) {
    throw divergedAutoencoder(error);
  }
}

/** Adds the name of the network that diverged: only the autoencoder is trained here. */
function divergedAutoencoder(error: unknown): unknown {
  const diverged = lossDivergence(error);
  if (!diverged) return error;
  const reason = divergenceInWords('the autoencoder', diverged);
  const field = 'data.autoencoder.learningRate';
  return new LabError('numeric', reason, { field }, { facts: { diverged } });
}

/** Numbers of drawn values and of operations that take about 50 ms. */
const LONG = { values: 5e6, operations: 1e9 } as const;

/** Whether this thread could be too busy to react to a stop in time. */
function isLong({ samples, inputDim, outputDim, features, autoencoder }: ToyDataOptions): boolean {
  const { count, activation } = features;
  const layout = autoencoderLayout({ features: count, inputDim, activation });
  const parameters = parameterCount(layout);
  const step = 6 * parameters * Math.min(autoencoder.batchSize, samples);
  const values = Math.max(
    samples * Math.max(count, inputDim, outputDim),
    count * count,
    parameters,
  );
  return values > LONG.values || step > LONG.operations;
}

/** Generates in a thread that can be terminated at any time; it starts more threads for the inversion. */
async function generateInThread(
  options: ToyDataOptions,
  { signal }: Pace,
  onProgress: (progress: ToyDataProgress) => void,
): Promise<ToyData> {
  const thread = startThread('simd');
  try {
    const who = 'the thread that generates the data';
    return await runJob(thread, 'generate', options, { who, signal, onProgress });
  } finally {
    await thread.end();
  }
}

/** Converts toy data to an experiment's data, with a report of its quality. */
export function toExperimentData(toy: ToyData): ExperimentData {
  const { samples, inputDim: inputs, outputDim: outputs } = toy.data;
  const summary = toy.inversion?.summary;
  const report: DataReport = {
    samples,
    features: toy.encoder.layout.widths[0],
    inputs,
    outputs,
    ...summary,
    autoencoderLoss: toy.autoencoderLosses.at(-1),
  };
  const warnings =
    summary && summary.approximateShare > 0
      ? [
          `${percent(summary.approximateShare)} of the samples are approximate: no inputs of the feature model give the requested features; mode "forward" avoids this`,
        ]
      : [];
  const coefficients = { samples, features: report.features, values: toy.coefficients };
  return { data: toy.data, encoder: toy.encoder, coefficients, report, warnings };
}
