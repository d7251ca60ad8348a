import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttributionMatrix, RowKind } from '../../../src/core/attribution/matrix';
import {
  layersOf,
  layoutOf,
  parameterCount,
  type Activation,
  type Layout,
  type Network,
} from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';
import { uniformBetween } from '../../../src/core/random/torch';

/** An encoder, or none, and a specimen that fits it. */
export interface Pair {
  readonly encoder: Network | undefined;
  readonly specimen: Specimen;
}

/** Weights in ±2 and biases in ±0.7: gates open and close along the path. */
function anyParameters(layout: Layout): fc.Arbitrary<Specimen> {
  return fc.integer().map((seed) => {
    const source = MersenneTwister.fromSeed(seed);
    const specimen = specimenOf(layout, new Float32Array(parameterCount(layout)));
    for (const { weights, biases } of layersOf(specimen)) {
      weights.forEach((_, i) => (weights[i] = uniformBetween(source, -2, 2)));
      biases.forEach((_, i) => (biases[i] = uniformBetween(source, -0.7, 0.7)));
    }
    return specimen;
  });
}

const width = (max: number) => fc.integer({ min: 1, max });
const hidden = (minLength: number, maxLength: number, ...activations: Activation[]) =>
  fc.array(fc.tuple(width(9), fc.constantFrom(...activations)), { minLength, maxLength });

/** Random pairs: with and without encoder, 1 to 6 features, 1 to 3 hidden layers of 1 to 9 units. */
export function anyPair(...activations: Activation[]): fc.Arbitrary<Pair> {
  const layout = (inputs: number, layers: [number, Activation][], outputs: number): Layout => ({
    widths: [inputs, ...layers.map(([units]) => units), outputs],
    activations: layers.map(([, activation]) => activation),
  });
  return fc
    .record({
      features: width(6),
      code: hidden(0, 2, ...activations),
      inputs: width(5),
      layers: hidden(1, 3, ...activations),
      outputs: width(3),
      encoded: fc.boolean(),
    })
    .chain(({ features, code, inputs, layers, outputs, encoded }) =>
      fc.record({
        encoder: encoded ? anyParameters(layout(features, code, inputs)) : fc.constant(undefined),
        specimen: anyParameters(layout(inputs, layers, outputs)),
      }),
    );
}

/** A network of given weights per layer, row by row, and biases. */
export function networkOf(
  widths: readonly number[],
  activation: Activation,
  ...layers: { weights: number[]; biases: number[] }[]
): Specimen {
  const layout = layoutOf(widths, activation);
  const specimen = specimenOf(layout, new Float32Array(parameterCount(layout)));
  layersOf(specimen).forEach(({ weights, biases }, l) => {
    weights.set(layers[l].weights);
    biases.set(layers[l].biases);
  });
  return specimen;
}

/** A specimen whose first hidden layer shows its inputs. */
export function identity(inputs: number): Specimen {
  const weights = Array.from({ length: inputs ** 2 }, (_, i) => (i % (inputs + 1) === 0 ? 1 : 0));
  return networkOf(
    [inputs, inputs, 1],
    'linear',
    { weights, biases: new Array<number>(inputs).fill(0) },
    { weights: new Array<number>(inputs).fill(0), biases: [0] },
  );
}

/** A network's parameters, with input f read where input `from(f)` was. */
export function withInputs(network: Network, from: (f: number) => number): Float32Array {
  const parameters = network.parameters.slice();
  const [{ inputs, outputs, weights }] = layersOf({ ...network, parameters });
  const before = weights.slice();
  for (let o = 0; o < outputs; o++) {
    for (let f = 0; f < inputs; f++) weights[o * inputs + f] = before[o * inputs + from(f)];
  }
  return parameters;
}

export function featuresOf({ encoder, specimen }: Pair): number {
  return (encoder ?? specimen).layout.widths[0];
}

/** Every layer's values before and after its activation, in double precision, by plain sums. */
function forward(
  network: Network,
  input: readonly number[],
): { before: number[]; after: number[] }[] {
  let x = [...input];
  return layersOf(network).map(({ outputs, weights, biases }, l) => {
    const before = Array.from({ length: outputs }, (_, o) =>
      x.reduce((sum, value, i) => sum + value * weights[o * x.length + i], biases[o]),
    );
    const relu = network.layout.activations[l] === 'relu';
    const after = before.map((value) => (relu ? Math.max(0, value) : value));
    x = after;
    return { before, after };
  });
}

/** Result of one forward pass at α·e_f. */
interface Point {
  /** `[neurons]` */
  readonly rows: number[];
  /** Which units, of encoder and specimen, are above 0. */
  readonly gates: string;
}

/** All hidden neurons at α·e_f. */
export function pointAt(
  { encoder, specimen }: Pair,
  rows: RowKind,
  f: number,
  alpha: number,
): Point {
  const input = Array.from({ length: featuresOf({ encoder, specimen }) }, (_, i) =>
    i === f ? alpha : 0,
  );
  const code = encoder ? forward(encoder, input) : [];
  const hidden = forward(specimen, code.at(-1)?.after ?? input).slice(0, -1);
  return {
    rows: hidden.flatMap(({ before, after }) => (rows === 'pre-activation' ? before : after)),
    gates: [...code, ...hidden]
      .flatMap(({ before }) => before.map((v) => (v > 0 ? 1 : 0)))
      .join(''),
  };
}

/** Slopes of all hidden neurons, and how far apart the two values lay that they were taken from. */
export interface Slopes {
  readonly slopes: number[];
  readonly span: number;
}

/**
 * Slope of every hidden neuron along e_f at α, by finite differences to one side or both. They are
 * exact but for rounding when the same gates are open at both ends: then the first layer's are open in
 * between, so the second layer is linear there and its gates cannot have changed twice, and so on.
 */
export function slopesAt(pair: Pair, rows: RowKind, f: number, alpha: number): Slopes {
  const at = (a: number) => pointAt(pair, rows, f, a);
  const here = at(alpha);
  // Powers of two add no rounding of their own.
  for (let h = 2 ** -3; h > 2 ** -40; h /= 2) {
    const [left, right] = [-h, h].map((step) => at(alpha + step).gates === here.gates);
    if (!left && !right) continue;
    const [a, b] = [left ? alpha - h : alpha, right ? alpha + h : alpha];
    const [from, to] = [at(a).rows, at(b).rows];
    return { slopes: from.map((value, k) => (to[k] - value) / (b - a)), span: b - a };
  }
  assert.fail('a kink on each side');
}

/**
 * Bound on the rounding error of a value: each of at most L layers sums at most 10 terms, with a product and
 * an addition for each; the sums of magnitudes bound what is rounded (Higham 2002, § 3.1).
 */
export function roundingOf(pair: Pair, arithmetic: 'float32' | 'float64' = 'float64'): number {
  const magnitudes = ({ layout, parameters }: Network): Network => ({
    layout,
    parameters: parameters.map(Math.abs),
  });
  const bounds: Pair = {
    encoder: pair.encoder && magnitudes(pair.encoder),
    specimen: { ...pair.specimen, ...magnitudes(pair.specimen) },
  };
  const layers = (pair.encoder?.layout.widths.length ?? 1) + pair.specimen.layout.widths.length - 2;
  const greatest = Array.from({ length: featuresOf(pair) }, (_, f) =>
    Math.max(...pointAt(bounds, 'pre-activation', f, 1).rows),
  );
  const unit = arithmetic === 'float32' ? 2 ** -24 : 2 ** -53;
  return layers * 2 * 10 * unit * Math.max(...greatest);
}

/** Rows of a matrix by number. */
export function rowsOf({ values, neurons, features }: AttributionMatrix): number[][] {
  return Array.from({ length: neurons }, (_, k) => [
    ...values.subarray(k * features, (k + 1) * features),
  ]);
}

/** `[neurons][features]` from the values of each feature. */
export function columns(features: number, column: (f: number) => number[]): number[][] {
  const byFeature = Array.from({ length: features }, (_, f) => column(f));
  return byFeature[0].map((_, k) => byFeature.map((values) => values[k]));
}

/** Fails where two matrices differ by more than the bound, or in shape, or in the places of NaN. */
export function assertClose(actual: number[][], expected: number[][], bound: number): void {
  assert.deepEqual(
    actual.map((row) => row.length),
    expected.map((row) => row.length),
  );
  actual.forEach((row, k) =>
    row.forEach((value, f) => {
      const difference = Math.abs(value - expected[k][f]);
      assert.ok(difference <= bound, `[${k}, ${f}] ${value}, not ${expected[k][f]}`);
    }),
  );
}
