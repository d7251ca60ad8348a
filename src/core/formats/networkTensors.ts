import { joined } from '../joined';
import { counted } from '../counted';
import { invalid } from '../errors';
import { layersOf, type Activation, type Network } from '../network/layout';
import { orderLayers, type LayerOrder } from './layers';
import { tensorOf, toFloat32, type Tensor } from './tensor';

/**
 * A network's parameters as named tensors: `<prefix>.0.weight` `[outputs, inputs]`, `<prefix>.0.bias`
 * `[outputs]`, and so on, with one number per Linear layer.
 */
export function networkTensors(prefix: string, network: Network): Map<string, Tensor> {
  return new Map(
    layersOf(network).flatMap(({ inputs, outputs, weights, biases }, l): [string, Tensor][] => [
      [`${prefix}.${l}.weight`, tensorOf('F32', [outputs, inputs], weights)],
      [`${prefix}.${l}.bias`, tensorOf('F32', [outputs], biases)],
    ]),
  );
}

/** Tensors by their names within a network, with their names in messages. */
export interface NamedTensors {
  /** E.g. `0.weight`. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The name in the file, e.g. `encoder.0.weight`. */
  readonly place: (name: string) => string;
}

/** A network with the names and positions of its layers. */
export interface TensorNetwork extends LayerOrder {
  readonly network: Network;
}

/**
 * The network of tensors `<prefix>.N.weight` and `<prefix>.N.bias`; every layer must have both. Tensors with
 * other prefixes are ignored.
 * @param activationAfter the activation after a hidden layer (0-based)
 * @throws LabError as {@link networkOf}, and when there are no such tensors
 */
export function networkFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  prefix: string,
  activationAfter: (layer: number) => Activation,
): TensorNetwork {
  const start = `${prefix}.`;
  const own = [...tensors].filter(([name]) => name.startsWith(start));
  const found = networkOf(
    {
      tensors: new Map(own.map(([name, tensor]) => [name.slice(start.length), tensor])),
      place: (name) => start + name,
    },
    activationAfter,
  );
  const unbiased = found.layers.find(({ bias }) => bias === undefined);
  if (unbiased) throw invalid('is missing', { field: `${start}${unbiased.module}.bias` });
  return found;
}

/**
 * The network that consists of all given tensors. A layer without a bias gets zeros.
 * @param activationAfter the activation after a hidden layer (0-based)
 * @throws LabError naming the first tensor that does not belong to a Linear layer, does not fit the layer
 *   before, or is not finite
 */
export function networkOf(
  { tensors, place }: NamedTensors,
  activationAfter: (layer: number) => Activation,
): TensorNetwork {
  const order = orderLayers(new Map([...tensors].map(([name, { shape }]) => [name, shape])), place);
  const { layers } = order;
  if (layers.length === 0) throw invalid(`has no Linear layers named ${place('N.weight')}`);
  const widths: number[] = [];
  const parts: Float32Array[] = [];
  const get = (name: string): Tensor => {
    const tensor = tensors.get(name);
    if (!tensor) throw invalid('is missing', { field: place(name) });
    return tensor;
  };
  for (const { weight, bias } of layers) {
    const tensor = get(weight);
    const [outputs, inputs] = tensor.shape;
    const expected = widths.at(-1);
    if (expected !== undefined && inputs !== expected) {
      throw invalid(
        `has ${counted(inputs, 'input')}, but the layer before has ${counted(expected, 'output')}`,
        {
          field: place(weight),
        },
      );
    }
    if (widths.length === 0) widths.push(inputs);
    widths.push(outputs);
    parts.push(finite(tensor, place(weight)));
    if (bias === undefined) {
      parts.push(new Float32Array(outputs));
      continue;
    }
    const entries = get(bias).shape[0];
    if (entries !== outputs) {
      throw invalid(`has ${counted(entries, 'entry')} for ${counted(outputs, 'output')}`, {
        field: place(bias),
      });
    }
    parts.push(finite(get(bias), place(bias)));
  }
  const activations = layers.slice(1).map((_, l) => activationAfter(l));
  const layout = { widths, activations };
  return { network: { layout, parameters: joined(Float32Array, parts) }, ...order };
}

function finite(tensor: Tensor, name: string): Float32Array {
  const values = toFloat32(tensor, name);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw invalid(`element ${bad} is ${values[bad]}, not a finite number`, { field: name });
  return values;
}
