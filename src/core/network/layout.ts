import { invalid } from '../errors';

/** What follows a hidden layer. */
export type Activation = 'relu' | 'linear';

/** Shape of a multilayer perceptron: Linear layers, an activation after each but the last. */
export interface Layout {
  /** Width of the inputs, of each hidden layer, of the outputs: `[inputs, hidden…, outputs]`. */
  readonly widths: readonly number[];
  /** One per hidden layer. */
  readonly activations: readonly Activation[];
}

/** A layout with the same activation after every hidden layer. */
export function layoutOf(widths: readonly number[], activation: Activation): Layout {
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
 * Views of a flat parameter array, one per Linear layer; writing to them writes to the network.
 * @throws LabError when the array has not the length that the layout asks for
 */
export function layersOf({ layout, parameters }: Network): LinearLayer[] {
  if (parameters.length !== parameterCount(layout)) {
    throw invalid(
      `a network of widths ${layout.widths.join('-')} has ${parameterCount(layout)} parameters, not ${parameters.length}`,
    );
  }
  let offset = 0;
  const take = (length: number): Float32Array => parameters.subarray(offset, (offset += length));
  return layout.widths.slice(1).map((outputs, l) => {
    const inputs = layout.widths[l];
    return { inputs, outputs, weights: take(outputs * inputs), biases: take(outputs) };
  });
}
