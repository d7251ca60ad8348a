import { copyFile, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { importDataSet, importEncoder, importFeatureModel } from '../core/data/importedData';
import { invalid } from '../core/errors';
import {
  SCHEMA_ID,
  THESIS_RATIOS,
  type SpecificationInput,
} from '../core/experiment/specification';
import { parseSpecification } from '../core/experiment/parse';
import type { Activation } from '../core/network/layout';
import { EXPERIMENT_FILE } from './experiment';
import { readBytes, storageError, writeFileAtomic } from './files';

/** A PyTorch experiment: its files, and what they do not say. */
export interface ImportOptions {
  /** `.pth` tuple (X, Y). */
  readonly data: string;
  /** `.pth` state dict of the autoencoder. */
  readonly encoder: string;
  /** `.pth` state dict of the ground-truth network. */
  readonly featureModel?: string;
  /** Widths of the specimen's hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** Also trains a specimen with dropout of 0.5, as the thesis did. */
  readonly dropoutTwin?: boolean;
  readonly name?: string;
  /** The experiment folder to make. */
  readonly out: string;
}

/** What was imported, and what a user should know of it. */
export interface Imported {
  readonly folder: string;
  readonly notes: readonly string[];
}

/**
 * Makes an experiment folder of a PyTorch experiment's files, with the protocol of the thesis: PyTorch's
 * random streams, seed 42, its pruner, its attribution, its way with dead neurons.
 * @throws LabError when a file is not what it should be, or the folder has an experiment already
 */
export async function importExperiment(options: ImportOptions): Promise<Imported> {
  const folder = path.resolve(options.out);
  const target = path.join(folder, EXPERIMENT_FILE);
  if (await exists(target)) {
    throw invalid('an experiment is there already; choose another folder', { file: target });
  }
  const { encoderActivation, notes } = await inspect(options);
  const specification = thesisProtocol(options, encoderActivation);
  const text = `${JSON.stringify(specification, null, 2)}\n`;
  parseSpecification(text, target);
  try {
    await mkdir(folder, { recursive: true });
    for (const [source, name] of fileNames(options)) {
      await copyFile(source, path.join(folder, name));
    }
  } catch (error) {
    throw storageError(error, folder, 'copy the files');
  }
  await writeFileAtomic(target, text);
  return { folder, notes };
}

function fileNames({ data, encoder, featureModel }: ImportOptions): [string, string][] {
  return [
    [data, 'data.pth'],
    [encoder, 'encoder.pth'],
    ...(featureModel ? [[featureModel, 'feature_model.pth'] as [string, string]] : []),
  ];
}

/** Reads all files once, so that nothing is copied that will not run. */
async function inspect(
  options: ImportOptions,
): Promise<{ encoderActivation: Activation; notes: string[] }> {
  const named = async (name: string): Promise<{ name: string; bytes: Uint8Array }> => ({
    name,
    bytes: await readBytes(name),
  });
  const { activation } = options;
  const data = importDataSet(await named(options.data));
  const { encoder, hasActivations } = importEncoder(await named(options.encoder), activation);
  const { widths } = encoder.layout;
  const code = widths[widths.length - 1];
  if (code !== data.inputDim) {
    throw invalid(
      `gives ${code} inputs, but the samples of ${options.data} have ${data.inputDim}`,
      {
        file: options.encoder,
      },
    );
  }
  const encoderActivation = hasActivations ? 'relu' : 'linear';
  const notes = [
    `${data.samples} samples of ${data.inputDim} inputs and ${data.outputDim} outputs; encoder ${widths.join('-')}, ${encoderActivation}`,
  ];
  if (options.featureModel) {
    const { layout } = importFeatureModel(await named(options.featureModel), activation);
    const held = layout.widths.slice(1, -1).reduce((sum, width) => sum + width, 0);
    if (held !== widths[0]) {
      notes.push(
        `the feature model (${layout.widths.join('-')}) holds ${held} features, the encoder ${widths[0]}: it does not belong to this data; training and measuring do not need it`,
      );
    }
  }
  return { encoderActivation, notes };
}

function thesisProtocol(options: ImportOptions, encoderActivation: Activation): SpecificationInput {
  const { hidden, activation, dropoutTwin, featureModel } = options;
  return {
    $schema: SCHEMA_ID,
    name: options.name ?? path.basename(path.resolve(options.out)),
    description: 'Imported from PyTorch, with the protocol of the thesis.',
    seeds: [42],
    streams: 'torch',
    data: {
      source: 'imported',
      data: 'data.pth',
      encoder: 'encoder.pth',
      ...(featureModel ? { featureModel: 'feature_model.pth' } : {}),
      activation: encoderActivation,
    },
    specimen: { hidden: [...hidden], activation, ...(dropoutTwin ? { dropoutTwin: 0.5 } : {}) },
    training: { learningRate: 0.001, epochs: 50, batchSize: 64, trainShare: 0.7 },
    attribution:
      activation === 'linear'
        ? { method: 'gradient' }
        : { method: 'integrated-gradients', rule: 'riemann_right', steps: 50 },
    pruning: {
      method: 'thesis',
      ratios: THESIS_RATIOS,
      retraining: { epochs: 50, learningRate: 0.01 },
    },
    measures: { compatibility: 'thesis' },
  };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
