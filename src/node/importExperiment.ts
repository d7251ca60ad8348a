import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { importData } from '../core/data/importedData';
import { invalid, LabError } from '../core/errors';
import { SCHEMA_ID } from '../core/experiment/schemaId';
import {
  THESIS_DROPOUT,
  THESIS_RATIOS,
  type SpecificationInput,
} from '../core/experiment/specification';
import { parseSpecification } from '../core/experiment/parse';
import type { Activation } from '../core/network/layout';
import { EXPERIMENT_FILE } from './experimentFile';
import { makeWritableFolder, storageError, writeFileAtomic } from './files';
import { readNamedFiles } from './importedFiles';

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
 * random streams, seed 42, its pruner, its attribution, its way with dead neurons. The folder is there
 * as a whole or not at all.
 * @throws LabError when a file is not what it should be, or the folder has something in it already
 */
export async function importExperiment(options: ImportOptions): Promise<Imported> {
  const folder = path.resolve(options.out);
  await requireFree(folder);
  const files = await readNamedFiles(options, (file) => path.resolve(file));
  const { data, encoder, hasActivations, notes } = importData(files, options.activation);
  const encoderActivation = hasActivations ? 'relu' : 'linear';
  const text = `${JSON.stringify(thesisProtocol(options, encoderActivation), null, 2)}\n`;
  parseSpecification(text, path.join(folder, EXPERIMENT_FILE));
  await makeFolder(folder, [
    ['data.pth', files.data.bytes],
    ['encoder.pth', files.encoder.bytes],
    ...(files.featureModel ? [['feature_model.pth', files.featureModel.bytes] as const] : []),
    [EXPERIMENT_FILE, text],
  ]);
  const widths = encoder.layout.widths.join('-');
  const found = `${data.samples} samples of ${data.inputDim} inputs and ${data.outputDim} outputs; encoder ${widths}, ${encoderActivation}`;
  return { folder, notes: [found, ...notes] };
}

/** @throws LabError unless the folder can be made, or is there and empty */
async function requireFree(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw storageError(error, folder, 'make the folder');
  });
  if (entries.length > 0) {
    const what = entries.includes(EXPERIMENT_FILE) ? 'an experiment' : 'something';
    throw invalid(`${what} is there already; choose another folder`, { file: folder });
  }
}

/** Fills a folder beside it, which then takes its name. */
async function makeFolder(
  folder: string,
  files: readonly (readonly [name: string, content: Uint8Array | string])[],
): Promise<void> {
  const parent = path.dirname(folder);
  const unfinished = path.join(parent, `.import-${process.pid}`);
  await makeWritableFolder(parent);
  try {
    await mkdir(unfinished);
    for (const [name, content] of files) {
      await writeFileAtomic(path.join(unfinished, name), content);
    }
    // Not every system renames over an empty folder.
    await rmdir(folder).catch(() => undefined);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    // The folder that was asked for, not the one that is gone.
    throw storageError(error instanceof LabError ? error.cause : error, folder, 'make the folder');
  }
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
    specimen: {
      hidden: [...hidden],
      activation,
      ...(dropoutTwin ? { dropoutTwin: THESIS_DROPOUT } : {}),
    },
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
