import { finiteCodes } from '../attribution/featureCodes';
import { invalid, LabError } from '../errors';
import { matrixOf } from '../formats/matrixTensor';
import { networkFromTensors } from '../formats/networkTensors';
import { readStateDict, readTensorTuple } from '../formats/stateDict';
import { neuronCount, type Activation, type Network } from '../network/layout';
import type { DataSet } from './dataSet';
import { describeValue, LARGEST_TO_SQUARE, largestValue } from './largestValue';

/** Bytes with the name to call them by in messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of a PyTorch experiment. */
export interface ImportedFiles {
  readonly data: NamedBytes;
  readonly encoder: NamedBytes;
  readonly featureModel?: NamedBytes;
}

/** What is in the files of a PyTorch experiment. */
export interface ImportedData extends ImportedEncoder {
  readonly data: DataSet;
  /** Of the feature model, when it is not that of the data. */
  readonly notes: readonly string[];
}

/**
 * Reads a PyTorch experiment's files and holds them against each other. A feature model that does not
 * fit is only noted, since nothing is computed from it: among the published ones are such.
 * @param activation what stands between the layers of encoder and feature model
 * @throws LabError naming the file, when one is not what it should be or the encoder does not fit
 */
export function importData(files: ImportedFiles, activation: Activation): ImportedData {
  const data = importDataSet(files.data);
  const { encoder, hasActivations } = importEncoder(files.encoder, activation);
  const [features] = encoder.layout.widths;
  const code = encoder.layout.widths.at(-1);
  if (code !== data.inputDim) {
    throw invalid(
      `gives ${code} inputs, but the samples of ${files.data.name} have ${data.inputDim}`,
      { file: files.encoder.name },
    );
  }
  placed(files.encoder.name, () => finiteCodes(encoder));
  const notes: string[] = [];
  const largest = largestValue(data);
  if (Math.abs(largest.value) > LARGEST_TO_SQUARE) {
    notes.push(
      `${files.data.name}: ${describeValue(largest)}, whose square is no float32; a loss that sees it is not finite, so scale the data`,
    );
  }
  if (files.featureModel) {
    const { layout } = importFeatureModel(files.featureModel, activation);
    const [inputs] = layout.widths;
    const outputs = layout.widths.at(-1);
    const held = neuronCount(layout);
    if (inputs !== features || held !== features || outputs !== data.outputDim) {
      notes.push(
        `the feature model ${files.featureModel.name} (${layout.widths.join('-')}: ${inputs} inputs, ${held} features, ${outputs} outputs) does not belong to this data of ${features} features and ${data.outputDim} outputs; training and measuring do not need it`,
      );
    }
  }
  return { data, encoder, hasActivations, notes };
}

/**
 * A data set from a `.pth` file with a tuple (X `[samples, inputs]`, Y `[samples, outputs]`).
 * @throws LabError naming the file, for any other content
 */
export function importDataSet({ name, bytes }: NamedBytes): DataSet {
  return placed(name, () => {
    const tensors = readTensorTuple(bytes);
    if (tensors.length !== 2) {
      throw invalid(`holds ${tensors.length} tensors; two are wanted, inputs and targets`);
    }
    const [inputs, targets] = tensors.map((tensor, i) => matrixOf(tensor, `[${i}]`));
    if (inputs.rows !== targets.rows) {
      throw invalid(`has ${inputs.rows} inputs but ${targets.rows} targets`);
    }
    return {
      samples: inputs.rows,
      inputDim: inputs.columns,
      outputDim: targets.columns,
      inputs: inputs.values,
      targets: targets.values,
    };
  });
}

/** An encoder and what its state dict says of its activations. */
export interface ImportedEncoder {
  readonly encoder: Network;
  /** Whether positions are left free between its Linear layers, as activations leave them. */
  readonly hasActivations: boolean;
}

/**
 * The encoder of an autoencoder's state dict: `encoder.N.weight`, `encoder.N.bias`.
 * @param activation what stands between its layers
 * @throws LabError naming the file, for any other content
 */
export function importEncoder(
  { name, bytes }: NamedBytes,
  activation: Activation,
): ImportedEncoder {
  return placed(name, () => {
    const { network, positions } = networkFromTensors(
      readStateDict(bytes),
      'encoder',
      () => activation,
    );
    const hasActivations = positions.some(
      (position, l) => l > 0 && position > positions[l - 1] + 1,
    );
    return { encoder: network, hasActivations };
  });
}

/**
 * A feature model's state dict: `model.N.weight`, `model.N.bias`.
 * @throws LabError naming the file, for any other content
 */
export function importFeatureModel({ name, bytes }: NamedBytes, activation: Activation): Network {
  return placed(name, () => {
    const { network } = networkFromTensors(readStateDict(bytes), 'model', (position) =>
      position === 0 ? 'linear' : activation,
    );
    return network;
  });
}

/** Adds the file's name to whatever goes wrong inside. */
function placed<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof LabError ? error.at({ file }) : error;
  }
}
