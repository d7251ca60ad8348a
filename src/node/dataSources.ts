import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { generateToyData, type ToyData, type ToyDataProgress } from '../core/data/generate';
import { importDataSet, importEncoder, importFeatureModel } from '../core/data/importedData';
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
import { readBytes, storageError, writeFileAtomic } from './files';

type GeneratedData = Extract<Specification['data'], { source: 'generated' }>;
type ImportedData = Extract<Specification['data'], { source: 'imported' }>;

/** Where generated data is kept, relative to the experiment. */
const TOY_DATA_FILE = path.join('data', 'toy-data.safetensors');

/** Absolute path of an experiment's generated data. */
export function toyDataFile(experiment: Experiment): string {
  return path.join(experiment.folder, TOY_DATA_FILE);
}

/** The data of an experiment: read from its files, or generated once and kept beside it. */
export function dataSourceOf(experiment: Experiment, engine: Engine, fresh = false): DataSource {
  const { data } = experiment.specification;
  return data.source === 'imported'
    ? () => readImported(experiment, data)
    : (pace) => readOrGenerate(experiment, data, engine, pace, fresh);
}

// eslint-disable-next-line require-yield -- a data source may tell of progress; this one is quick
async function* readImported(
  { folder }: Experiment,
  spec: ImportedData,
): AsyncGenerator<ExperimentEvent, ExperimentData> {
  const named = async (file: string): Promise<{ name: string; bytes: Uint8Array }> => {
    const name = path.resolve(folder, file);
    return { name, bytes: await readBytes(name) };
  };
  const data = importDataSet(await named(spec.data));
  const { encoder, hasActivations } = importEncoder(await named(spec.encoder), spec.activation);
  const [features, ...others] = encoder.layout.widths;
  const code = others[others.length - 1];
  if (code !== data.inputDim) {
    throw invalid(`gives ${code} inputs, but the samples of ${spec.data} have ${data.inputDim}`, {
      file: path.resolve(folder, spec.encoder),
    });
  }
  const warnings: string[] = [];
  if (hasActivations !== (spec.activation === 'relu') && others.length > 1) {
    const layers = hasActivations ? 'has room for activations' : 'has no room for activations';
    warnings.push(
      `${spec.encoder} ${layers} between its layers, but data.activation is "${spec.activation}"`,
    );
  }
  if (spec.featureModel) {
    const model = importFeatureModel(await named(spec.featureModel), spec.activation);
    const held = model.layout.widths.slice(1, -1).reduce((sum, width) => sum + width, 0);
    if (held !== features) {
      warnings.push(
        `the feature model ${spec.featureModel} (${model.layout.widths.join('-')}) holds ${held} features, the encoder ${features}; it is not used`,
      );
    }
  }
  const { samples, inputDim: inputs, outputDim: outputs } = data;
  return { data, encoder, report: { samples, features, inputs, outputs }, warnings };
}

async function* readOrGenerate(
  experiment: Experiment,
  spec: GeneratedData,
  engine: Engine,
  pace: Pace,
  fresh: boolean,
): AsyncGenerator<ExperimentEvent, ExperimentData> {
  const file = toyDataFile(experiment);
  const { features } = experiment.specification;
  const origin = JSON.stringify({ features, data: spec, arithmetic: engine.arithmetic });
  const known = fresh ? undefined : await readKnown(file, origin);
  if (known) return toExperimentData(known);
  const toy = yield* generate(experiment.specification, spec, engine, pace);
  try {
    await mkdir(path.dirname(file), { recursive: true });
  } catch (error) {
    throw storageError(error, path.dirname(file), 'make the folder');
  }
  await writeFileAtomic(file, writeToyData(toy, origin));
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

async function* generate(
  { features }: Specification,
  spec: GeneratedData,
  engine: Engine,
  pace: Pace,
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
        autoencoder: spec.autoencoder,
      },
      engine,
      pace,
      report,
    ),
  );
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    const { stage: step, done, of } = next.value;
    yield { type: 'data-progress', step, done, of };
  }
}

function toExperimentData(toy: ToyData): ExperimentData {
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
