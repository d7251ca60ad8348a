import { invalid, LabError, show } from '../errors';
import { networkFromTensors } from '../formats/networkTensors';
import { readStateDict, readTensorTuple } from '../formats/stateDict';
import { toFloat32, type Tensor } from '../formats/tensor';
import type { Activation, Network } from '../network/layout';
import type { DataSet } from './dataSet';

/** Bytes with the name to call them by in messages. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
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
    const [inputs, targets] = tensors.map((tensor, i) => matrix(tensor, `[${i}]`));
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

function matrix(
  tensor: Tensor,
  field: string,
): { rows: number; columns: number; values: Float32Array } {
  const [rows, columns] = tensor.shape;
  if (tensor.shape.length !== 2 || rows < 1 || columns < 1) {
    throw invalid(`has the shape ${show(tensor.shape)}, not [samples, width]`, { field });
  }
  const values = toFloat32(tensor, field);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw invalid(`sample ${Math.floor(bad / columns)} holds ${values[bad]}`, { field });
  }
  return { rows, columns, values };
}

/** Adds the file's name to whatever goes wrong inside. */
function placed<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof LabError ? error.at({ file }) : error;
  }
}
