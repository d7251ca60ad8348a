import { counted } from '../counted';
import { finiteCodes } from '../attribution/featureCodes';
import { neuronCount, type Activation, type Network } from '../network/layout';
import type { DataSet } from './dataSet';
import { importDataSet } from './importedDataSet';
import { inFile, type NamedBytes } from './importedFile';
import { importEncoder, importFeatureModel } from './importedNetworks';
import { describeValue, LARGEST_TO_SQUARE, largestValue } from './largestValue';

/** The files of a PyTorch experiment. */
export interface ImportedFiles {
  readonly data: NamedBytes;
  readonly encoder: NamedBytes;
  readonly featureModel?: NamedBytes;
}

/** The content of a PyTorch experiment's files. */
export interface ImportedData {
  readonly data: DataSet;
  readonly encoder: Network;
  /** Whether the positions of the encoder's layers leave gaps for activations; undefined if not known. */
  readonly hasActivations?: boolean;
  /** What was selected, left out or assumed on reading, as sentences that name the file. */
  readonly choices: readonly string[];
  /** Warnings about the data and the feature model. */
  readonly notes: readonly string[];
}

/**
 * Reads a PyTorch experiment's files and checks that they fit each other. A feature model that does not fit
 * is only noted, as in some published experiments, since nothing is computed from it.
 * @param activation between the layers of encoder and feature model
 * @throws LabError naming the file, when one is invalid or the encoder does not fit
 */
export function importData(files: ImportedFiles, activation: Activation): ImportedData {
  const data = importDataSet(files.data);
  const { inputDim, outputDim } = data;
  const encoder = importEncoder(files.encoder, { activation, inputDim, data: files.data.name });
  inFile(files.encoder.name, () => finiteCodes(encoder.network));
  const [features] = encoder.network.layout.widths;
  const choices = encoder.choices.map((choice) => `${files.encoder.name}: ${choice}`);
  const notes: string[] = [];
  const largest = largestValue(data);
  if (Math.abs(largest.value) > LARGEST_TO_SQUARE) {
    notes.push(
      `${files.data.name}: ${describeValue(largest)}, whose square overflows float32; a loss computed from it would not be finite, so scale the data`,
    );
  }
  if (files.featureModel) {
    const { name } = files.featureModel;
    const fits = { features, outputs: outputDim };
    const model = importFeatureModel(files.featureModel, activation, fits);
    choices.push(...model.choices.map((choice) => `${name}: ${choice}`));
    const { layout } = model.network;
    const [inputs] = layout.widths;
    const outputs = layout.widths[layout.widths.length - 1];
    const held = neuronCount(layout);
    if (inputs !== features || held !== features || outputs !== outputDim) {
      notes.push(
        `the feature model ${name} (${layout.widths.join('-')}: ${counted(inputs, 'input')}, ${counted(held, 'feature')}, ${counted(outputs, 'output')}) does not belong to this data of ${counted(features, 'feature')} and ${counted(outputDim, 'output')}; training and measuring do not need it`,
      );
    }
  }
  return {
    data,
    encoder: encoder.network,
    hasActivations: encoder.hasActivations,
    choices,
    notes,
  };
}
