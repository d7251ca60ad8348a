import { counted } from '../../core/counted';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { ImportedData } from '../../core/data/importedData';
import { invalid, LabError, show } from '../../core/errors';
import { SCHEMA_ID } from '../../core/experiment/schemaId';
import { type SpecificationInput } from '../../core/experiment/specification';
import { THESIS_DROPOUT, THESIS_RATIOS } from '../../core/experiment/treatmentFields';
import { parseSpecification } from '../../core/experiment/parse';
import type { Activation } from '../../core/network/layout';
import { EXPERIMENT_FILE } from '../runStore/paths';
import { writeFileAtomic } from '../files/files';
import { makeWritableFolder } from '../files/folders';
import { readNamedFile } from '../compute/data/dataFiles';
import { readImportedData, resolvePaths } from '../compute/data/readData';
import { storageError } from '../files/storageError';

/** The files of a PyTorch experiment, and the choices that they do not contain. */
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
  /**
   * Activation between the encoder's layers. A state dict does not hold it: unless given, it is inferred
   * from gaps in the layers' numbers, and the notes say so.
   */
  readonly encoderActivation?: Activation;
  /** Also trains a specimen with a dropout probability of 0.5, as the thesis did. */
  readonly dropoutTwin?: boolean;
  readonly name?: string;
  /** The experiment folder to make. */
  readonly out: string;
}

/** Activations that are not supported. */
const OTHER_ACTIVATIONS =
  /^(tanh|sigmoid|gelu|elu|selu|celu|silu|swish|mish|leaky_?relu|prelu|rrelu|relu6|softplus|softsign|softmax|hard\w+)$/i;

/**
 * Reads the activation between the layers of an encoder.
 * @throws LabError for anything but `relu` and `linear`
 */
export function parseEncoderActivation(text: string): Activation {
  if (text === 'relu' || text === 'linear') return text;
  const reason = OTHER_ACTIVATIONS.test(text)
    ? `${show(text)} is not supported, only relu and linear: an encoder with it cannot be imported`
    : `${show(text)} is not allowed; expected relu or linear`;
  throw invalid(reason, { field: '--encoder-activation' });
}

/** The imported experiment, with notes for the user. */
export interface Imported {
  readonly folder: string;
  readonly notes: readonly string[];
}

/**
 * Makes an experiment folder from a PyTorch experiment's files, with the protocol of the thesis: PyTorch's
 * random streams, seed 42, and the thesis's pruner, attribution and treatment of dead neurons. The folder
 * is created atomically.
 * @throws LabError when a file is not valid, or the folder is not empty
 */
export async function importExperiment(options: ImportOptions): Promise<Imported> {
  const folder = path.resolve(options.out);
  await requireFree(folder);
  const files = resolvePaths('', options);
  const stated = options.encoderActivation;
  const read = await readImportedData({ files, activation: stated ?? options.activation });
  // If the layers' numbers show nothing, the most common activation is assumed.
  const encoderActivation = stated ?? (read.hasActivations === false ? 'linear' : 'relu');
  const text = `${JSON.stringify(thesisProtocol(options, encoderActivation), null, 2)}\n`;
  parseSpecification(text, path.join(folder, EXPERIMENT_FILE));
  const { featureModel } = files;
  await makeFolder(folder, [
    ['data.pth', () => bytesOf(files.data)],
    ['encoder.pth', () => bytesOf(files.encoder)],
    ...(featureModel ? [['feature_model.pth', () => bytesOf(featureModel)] as const] : []),
    [EXPERIMENT_FILE, () => text],
  ]);
  return { folder, notes: [...describeImport(read, encoderActivation, stated), ...read.notes] };
}

function describeImport(
  { data, encoder, hasActivations, choices }: ImportedData,
  activation: Activation,
  stated?: Activation,
): string[] {
  const { samples, inputDim, outputDim } = data;
  const { widths } = encoder.layout;
  const found = `${counted(samples, 'sample')} of ${counted(inputDim, 'input')} and ${counted(outputDim, 'output')}; encoder ${widths.join('-')}`;
  // An encoder of one layer has no activations between layers.
  if (widths.length === 2) return [found, ...choices];
  if (stated !== undefined)
    return [`${found}, ${stated}`, ...choices, ...doubt(stated, hasActivations)];
  const reasons = {
    true: 'the numbers of its layers leave room for it',
    false: 'the numbers of its layers leave no room for others',
    undefined: 'the names of its layers do not show it',
  };
  const assumed = `assumed: ${activation} between encoder layers; a state dict does not hold it, and ${reasons[`${hasActivations}`]}. State it with --encoder-activation, or as data.activation in ${EXPERIMENT_FILE}`;
  return [`${found}, ${activation} (assumed)`, assumed, ...choices];
}

function doubt(stated: Activation, hasActivations?: boolean): string[] {
  if (hasActivations === undefined || hasActivations === (stated === 'relu')) return [];
  const room = hasActivations ? 'leave room for activations' : 'leave no room for activations';
  return [`the numbers of the encoder's layers ${room}, but ${stated} was stated`];
}

/** @throws LabError unless the folder is empty or can be made */
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

type Content = Uint8Array | string;

const bytesOf = async (file: string): Promise<Uint8Array> => (await readNamedFile(file)).bytes;

/** Fills a temporary folder and renames it; holds one file in memory at a time. */
async function makeFolder(
  folder: string,
  files: readonly (readonly [name: string, content: () => Content | Promise<Content>])[],
): Promise<void> {
  const parent = path.dirname(folder);
  const unfinished = path.join(parent, `.import-${process.pid}-${randomBytes(8).toString('hex')}`);
  await makeWritableFolder(parent);
  try {
    await mkdir(unfinished);
    for (const [name, content] of files) {
      await writeFileAtomic(path.join(unfinished, name), await content());
    }
    // Not every system can rename over an empty folder.
    await rmdir(folder).catch(() => undefined);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    // An input file has disappeared meanwhile.
    if (error instanceof LabError && !error.place.file?.startsWith(unfinished)) throw error;
    // The error names the requested folder, not the temporary one.
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
