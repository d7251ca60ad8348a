import path from 'node:path';
import { generateToyData, type ToyData, type ToyDataProgress } from '../core/data/generate';
import { seedSeeker, type SeedSeeker } from '../core/data/inversion';
import { importData } from '../core/data/importedData';
import { readToyData, writeToyData } from '../core/data/toyDataFile';
import type { Engine } from '../core/engine/engine';
import { invalid, LabError } from '../core/errors';
import type { ExperimentData } from '../core/experiment/context';
import type { DataReport, ExperimentEvent } from '../core/experiment/events';
import type { DataSource } from '../core/experiment/runExperiment';
import type { Specification } from '../core/experiment/specification';
import { reporting } from '../core/progress';
import type { Pace } from '../core/stop';
import type { Experiment } from './experiment';
import { makeWritableFolder, readBytes, writeFileAtomic } from './files';
import { readNamedFiles } from './importedFiles';
import { parallelSeeker } from './inversion/parallelSeeker';
import type { WorkerHost } from './pool/host';

type GeneratedData = Extract<Specification['data'], { source: 'generated' }>;
type ImportedData = Extract<Specification['data'], { source: 'imported' }>;

/** Where generated data is kept, relative to the experiment. */
const TOY_DATA_FILE = path.join('data', 'toy-data.safetensors');

/** Counts up when a specification gives other data than before: what is kept is made again. */
const GENERATOR = 1;

/** Absolute path of an experiment's generated data. */
export function toyDataFile(experiment: Experiment): string {
  return path.join(experiment.folder, TOY_DATA_FILE);
}

/** How generated data is come by. */
export interface DataOptions {
  /** Generates also where the same data is there already. */
  readonly fresh?: boolean;
  /** Leaves the file of generated data as it is: it may belong to a newer specification. */
  readonly readOnly?: boolean;
  /** Threads that have nothing else to do meanwhile. */
  readonly threads?: readonly WorkerHost[];
}

/**
 * The data of an experiment: read from its files, or generated once and kept beside it.
 * @param engine in this thread: SIMD or TypeScript, which give the same bits, so that data does not
 * depend on the engine that trains on it
 */
export function dataSourceOf(
  experiment: Experiment,
  engine: Engine,
  options: DataOptions = {},
): DataSource {
  const { data } = experiment.specification;
  return data.source === 'imported'
    ? () => readImported(experiment, data)
    : (pace) => readOrGenerate(experiment, data, engine, pace, options);
}

async function* readImported(
  { folder }: Experiment,
  spec: ImportedData,
): AsyncGenerator<ExperimentEvent, ExperimentData> {
  const { data, encoder, hasActivations, notes } = importData(
    await readNamedFiles(spec, (file) => path.resolve(folder, file)),
    spec.activation,
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
  const known = fresh ? undefined : await readKnown(file, origin);
  if (known) return toExperimentData(known);
  // Before minutes of work that could not be kept.
  if (!readOnly) await makeWritableFolder(path.dirname(file));
  const toy = yield* generateToy(experiment.specification, spec, engine, pace, threads);
  if (!readOnly) await writeFileAtomic(file, writeToyData(toy, origin));
  return toExperimentData(toy);
}

/** What is in the file if it was made from the same specification: equal origins, equal data. */
async function readKnown(file: string, origin: string): Promise<ToyData | undefined> {
  try {
    const stored = readToyData(await readBytes(file));
    return stored.origin === origin ? stored.toy : undefined;
  } catch (error) {
    // Missing or damaged: it is made again from its seed.
    if (error instanceof LabError) return undefined;
    throw error;
  }
}

/**
 * Generates toy data as a specification describes them, and keeps them nowhere.
 * @param threads that have nothing else to do meanwhile
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
  const work = reporting((report: (progress: ToyDataProgress) => void) =>
    generateToyData(
      {
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
      },
      engine,
      pace,
      report,
      seekerFor(spec.samples * features.count, engine, threads),
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

/** The one network that an engine trains here is the autoencoder. */
function divergedAutoencoder(error: unknown): unknown {
  if (!(error instanceof LabError) || error.kind !== 'numeric') return error;
  const reason = error.reason.replace(/\bnetwork 0\b/, 'the autoencoder');
  if (reason === error.reason) return error;
  return new LabError(
    'numeric',
    reason,
    { field: 'data.autoencoder.learningRate' },
    { cause: error },
  );
}

/** Starting threads takes as long as looking for some thousand seeds. */
const FEATURES_FOR_THREADS = 20_000;

function seekerFor(wanted: number, engine: Engine, idle?: readonly WorkerHost[]): SeedSeeker {
  return wanted < FEATURES_FOR_THREADS ? seedSeeker(engine) : parallelSeeker({ idle });
}

/** Toy data, with what is known of how good they are. */
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
          `${(100 * summary.approximateShare).toFixed(1)} % of the samples are approximate: no inputs of the feature model give the features that were asked for; mode "forward" avoids this`,
        ]
      : [];
  return { data: toy.data, encoder: toy.encoder, report, warnings };
}
