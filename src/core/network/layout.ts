import { invalid, notAllowed } from '../errors';

/** Activations that can follow a hidden layer; `linear` means none. */
export const ACTIVATIONS = ['relu', 'linear'] as const;

export type Activation = (typeof ACTIVATIONS)[number];

/**
 * Whether the activation is a ReLU; `linear` means that no activation follows.
 * @throws LabError for an unknown activation, which would otherwise be computed as linear
 */
export function isRelu(activation: Activation): boolean {
  if (activation === 'relu') return true;
  if (activation === 'linear') return false;
  throw notAllowed(activation, ACTIVATIONS, 'activation');
}

/** Shape of a multilayer perceptron: Linear layers, an activation after each but the last. */
export interface Layout {
  /** Width of the inputs, of each hidden layer, of the outputs: `[inputs, hidden…, outputs]`. */
  readonly widths: readonly number[];
  /** One for each hidden layer. */
  readonly activations: readonly Activation[];
}

/**
 * A layout with the same activation after every hidden layer.
 * @throws LabError for an unknown activation
 */
export function layoutOf(widths: readonly number[], activation: Activation): Layout {
  isRelu(activation);
  return { widths, activations: widths.slice(1, -1).map(() => activation) };
}

/**
 * A network: its layout and its parameters in one flat array, layer by layer the weight
 * `[outputs, inputs]` in row-major order, then the bias `[outputs]`: PyTorch's order.
 */
export interface Network {
  readonly layout: Layout;
  readonly parameters: Float32Array;
}

/** One Linear layer as views into a network's flat parameters. */
export interface LinearLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** `[outputs, inputs]` */
  readonly weights: Float32Array;
  /** `[outputs]` */
  readonly biases: Float32Array;
}

/** Number of Linear layers. */
export function layerCount(layout: Layout): number {
  return layout.widths.length - 1;
}

/** Widths of the hidden layers. */
export function hiddenWidths(layout: Layout): readonly number[] {
  return layout.widths.slice(1, -1);
}

/** Number of hidden neurons: the rows of an attribution matrix. */
export function neuronCount(layout: Layout): number {
  return hiddenWidths(layout).reduce((sum, width) => sum + width, 0);
}

/** Length of the flat parameter array. */
export function parameterCount(layout: Layout): number {
  let count = 0;
  for (let l = 1; l < layout.widths.length; l++) {
    count += layout.widths[l] * (layout.widths[l - 1] + 1);
  }
  return count;
}

/**
 * Views of a flat parameter array, one per Linear layer; writing to them changes the network.
 * @throws LabError when the array's length does not fit the layout, or the layout does not have one
 *   activation for each hidden layer
 */
export function layersOf({ layout, parameters }: Network): LinearLayer[] {
  requireNetwork({ layout, parameters });
  let offset = 0;
  const take = (length: number): Float32Array => parameters.subarray(offset, (offset += length));
  return layout.widths.slice(1).map((outputs, l) => {
    const inputs = layout.widths[l];
    return { inputs, outputs, weights: take(outputs * inputs), biases: take(outputs) };
  });
}

/** @throws LabError unless there is one known activation for each hidden layer */
export function requireActivations({ widths, activations }: Layout): void {
  if (activations.length !== widths.length - 2) {
    const hidden = widths.length - 2;
    throw invalid(`must hold one for each of ${hidden} hidden layers, not ${activations.length}`, {
      field: 'activations',
    });
  }
  activations.forEach(isRelu);
}

/** @throws LabError when the layout is invalid or the number of parameters does not fit it */
export function requireNetwork({ layout, parameters }: Network): void {
  requireActivations(layout);
  if (parameters.length !== parameterCount(layout)) {
    throw invalid(
      `a network of widths ${layout.widths.join('-')} has ${parameterCount(layout)} parameters, not ${parameters.length}`,
    );
  }
}
