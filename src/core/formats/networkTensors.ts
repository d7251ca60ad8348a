import { invalid, show } from '../errors';
import { layersOf, parameterCount, type Activation, type Network } from '../network/layout';
import { tensorOf, toFloat32, type Tensor } from './tensor';

/**
 * A network's parameters as named tensors: `<prefix>.0.weight` `[outputs, inputs]`, `<prefix>.0.bias`
 * `[outputs]`, and so on, one number per Linear layer.
 */
export function networkTensors(prefix: string, network: Network): Map<string, Tensor> {
  return new Map(
    layersOf(network).flatMap(({ inputs, outputs, weights, biases }, l): [string, Tensor][] => [
      [`${prefix}.${l}.weight`, tensorOf('F32', [outputs, inputs], weights)],
      [`${prefix}.${l}.bias`, tensorOf('F32', [outputs], biases)],
    ]),
  );
}

/** A network and the numbers that its Linear layers have in the state dict. */
export interface StateDictNetwork {
  readonly network: Network;
  /** Ascending; PyTorch's `Sequential` counts activations too, so gaps show where they stand. */
  readonly positions: readonly number[];
}

/**
 * The Linear layers `<prefix>.N.weight` and `<prefix>.N.bias` of a state dict, in the order of N.
 * @param activationAfter what follows a hidden layer, given the positions of it and of the next
 * @throws LabError when there are none, or shapes do not chain; fields name the tensors
 */
export function networkFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  prefix: string,
  activationAfter: (position: number, next: number) => Activation,
): StateDictNetwork {
  const positions = layerPositions(tensors, prefix);
  const widths: number[] = [];
  const parts: Float32Array[] = [];
  for (const position of positions) {
    const name = `${prefix}.${position}.weight`;
    const weight = requireTensor(tensors, name, 2);
    const [outputs, inputs] = weight.shape;
    const expected = widths.at(-1);
    if (expected !== undefined && inputs !== expected) {
      throw invalid(`takes ${inputs} inputs, but the layer before gives ${expected}`, {
        field: name,
      });
    }
    const biasName = `${prefix}.${position}.bias`;
    const bias = requireTensor(tensors, biasName, 1);
    if (bias.shape[0] !== outputs) {
      throw invalid(`has ${bias.shape[0]} entries for ${outputs} outputs`, { field: biasName });
    }
    if (widths.length === 0) widths.push(inputs);
    widths.push(outputs);
    parts.push(finite(weight, name), finite(bias, biasName));
  }
  const activations = positions.slice(1).map((next, l) => activationAfter(positions[l], next));
  const layout = { widths, activations };
  const parameters = new Float32Array(parameterCount(layout));
  let at = 0;
  for (const part of parts) {
    parameters.set(part, at);
    at += part.length;
  }
  return { network: { layout, parameters }, positions };
}

function layerPositions(tensors: ReadonlyMap<string, Tensor>, prefix: string): number[] {
  const positions = [...tensors.keys()].flatMap((name) => {
    const match = /^(.*)\.(0|[1-9]\d*)\.weight$/.exec(name);
    return match?.[1] === prefix ? [Number(match[2])] : [];
  });
  if (positions.length === 0) {
    throw invalid(
      `has no Linear layers named ${prefix}.N.weight; it has ${show([...tensors.keys()])}`,
    );
  }
  return positions.sort((a, b) => a - b);
}

function requireTensor(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  dimensions: number,
): Tensor {
  const tensor = tensors.get(name);
  if (!tensor) throw invalid('is missing', { field: name });
  if (tensor.shape.length !== dimensions || tensor.shape.some((size) => size < 1)) {
    throw invalid(
      `has the shape ${show(tensor.shape)}, not ${dimensions} dimensions of 1 or more`,
      {
        field: name,
      },
    );
  }
  return tensor;
}

function finite(tensor: Tensor, name: string): Float32Array {
  const values = toFloat32(tensor, name);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalid(`element ${bad} is ${values[bad]}`, { field: name });
  return values;
}
