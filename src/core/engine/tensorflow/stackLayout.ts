import { counted } from '../../counted';
import { invalid } from '../../errors';
import {
  parameterCount,
  requireActivations,
  type Activation,
  type Layout,
} from '../../network/layout';

/** One Linear layer of a stack, as offsets into the stack's flat parameters. */
export interface StackedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Offset of the weights `[specimens, inputs, outputs]`. */
  readonly weights: number;
  /** Offset of the biases `[specimens, 1, outputs]`. */
  readonly biases: number;
}

/**
 * Stacked specimens: each layer of all of them is one tensor, so that one batched product computes the whole
 * stack. All parameters are in one flat array, layer by layer.
 *
 * Where hidden widths differ, narrower layers are padded to the widest with units whose row, bias and
 * outgoing column are zero. Padding is exact and needs no mask, because it stays zero: such a unit's
 * pre-activation and activation are 0; its gradient passes its outgoing column, 0; so the gradients of its
 * row, its bias and (its activation being 0) its outgoing column are 0; Adam's averages then stay 0 and it
 * moves by 0 / (0 + ε) = 0; weight decay, momentum and penalties of a zero are 0 as well. To the real units
 * it contributes the addend 0. The only condition is ε > 0.
 */
export interface StackLayout {
  readonly specimens: number;
  readonly activations: readonly Activation[];
  readonly layers: readonly StackedLayer[];
  /** Number of parameters, including padding. */
  readonly length: number;
  /** Per specimen: the index of each of its parameters in the stack's flat parameters. */
  readonly places: readonly Uint32Array[];
}

/** The layout of a stack of networks that differ only in their hidden widths. */
export function stackLayout(layouts: readonly Layout[]): StackLayout {
  layouts.forEach(requireActivations);
  const specimens = layouts.length;
  const layers: StackedLayer[] = [];
  let length = 0;
  const take = (count: number): number => (length += count) - count;
  const widths = stackedWidths(layouts);
  for (let l = 1; l < widths.length; l++) {
    const [inputs, outputs] = [widths[l - 1], widths[l]];
    const weights = take(specimens * inputs * outputs);
    layers.push({ inputs, outputs, weights, biases: take(specimens * outputs) });
  }
  const places = layouts.map((layout, specimen) => placesOf(layout, specimen, layers));
  return { specimens, activations: layouts[0].activations, layers, length, places };
}

/** Per layer the largest width. */
export function stackedWidths(layouts: readonly Layout[]): number[] {
  return layouts[0].widths.map((_, l) => Math.max(...layouts.map(({ widths }) => widths[l])));
}

function placesOf(layout: Layout, specimen: number, layers: readonly StackedLayer[]): Uint32Array {
  const places = new Uint32Array(parameterCount(layout));
  let at = 0;
  layers.forEach(({ inputs, outputs, weights, biases }, l) => {
    const [ownInputs, ownOutputs] = [layout.widths[l], layout.widths[l + 1]];
    for (let o = 0; o < ownOutputs; o++) {
      for (let i = 0; i < ownInputs; i++) {
        places[at++] = weights + (specimen * inputs + i) * outputs + o;
      }
    }
    for (let o = 0; o < ownOutputs; o++) places[at++] = biases + specimen * outputs + o;
  });
  return places;
}

/**
 * Copies the parameters of each specimen into flat stacked parameters, with padding 0.
 * @throws LabError when an array's length does not fit its layout
 */
export function pack(
  { length, places }: StackLayout,
  specimens: readonly Float32Array[],
): Float32Array {
  const stacked = new Float32Array(length);
  specimens.forEach((parameters, s) => {
    if (parameters.length !== places[s].length) {
      throw invalid(
        `a network of this layout must have ${counted(places[s].length, 'parameter')}, not ${parameters.length}`,
      );
    }
    parameters.forEach((value, i) => (stacked[places[s][i]] = value));
  });
  return stacked;
}

/** Extracts the parameters of each specimen from flat stacked parameters. */
export function unpack({ places }: StackLayout, stacked: Float32Array): Float32Array[] {
  return places.map((own) => Float32Array.from(own, (place) => stacked[place]));
}
