import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError, type ErrorKind } from '../../../src/core/errors';
import { torchLinearInitialisation } from '../../../src/core/network/initialise';
import {
  layersOf,
  layoutOf,
  parameterCount,
  type Activation,
  type Layout,
} from '../../../src/core/network/layout';
import { specimenOf, type Specimen } from '../../../src/core/network/specimen';
import type { Units } from '../../../src/core/pruning/mask';
import type { PruningMethod } from '../../../src/core/pruning/request';
import { MersenneTwister } from '../../../src/core/random/mersenneTwister';

export const METHODS: readonly PruningMethod[] = [
  'thesis',
  'torch-pruning',
  'global-structured',
  'random-structured',
];

/** Linear and ReLU, as PyTorch initialises them after `manual_seed(seed)`. */
export function initialised(seed: number, widths: readonly number[]): Specimen {
  return initialisedAs(layoutOf(widths, 'relu'), seed);
}

/** A layout's parameters as PyTorch draws them after `manual_seed(seed)`. */
export function initialisedAs(layout: Layout, seed: number): Specimen {
  return specimenOf(layout, torchLinearInitialisation(layout, MersenneTwister.fromSeed(seed)));
}

/** With these weights per layer, row by row, and biases of 0. */
export function withWeights(widths: readonly number[], ...weights: number[][]): Specimen {
  const layout = layoutOf(widths, 'relu');
  const specimen = specimenOf(layout, new Float32Array(parameterCount(layout)));
  layersOf(specimen).forEach((layer, l) => layer.weights.set(weights[l]));
  return specimen;
}

/** Networks of 1 to 3 hidden layers; coarse weights, so that scores tie. */
export const anySpecimen: fc.Arbitrary<Specimen> = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.array(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom<Activation>('relu', 'linear')),
      { minLength: 1, maxLength: 3 },
    ),
    fc.integer({ min: 1, max: 3 }),
  )
  .chain(([inputs, hidden, outputs]) => {
    const layout: Layout = {
      widths: [inputs, ...hidden.map(([width]) => width), outputs],
      activations: hidden.map(([, activation]) => activation),
    };
    const length = parameterCount(layout);
    return fc
      .array(fc.integer({ min: -8, max: 8 }), { minLength: length, maxLength: length })
      .map((eighths) =>
        specimenOf(
          layout,
          Float32Array.from(eighths, (n) => n / 8),
        ),
      );
  });

export const anyRatio: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 0.05, 0.29, 0.5, 0.9, 0.999),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

/** The network's outputs for one input vector, in double precision, summed in order of index. */
export function outputsOf(specimen: Specimen, inputs: readonly number[]): number[] {
  return layersOf(specimen).reduce<number[]>(
    (values, { outputs, weights, biases }, l) =>
      Array.from({ length: outputs }, (_, k) => {
        const sum = values.reduce(
          (total, value, j) => total + weights[k * values.length + j] * value,
          biases[k],
        );
        return specimen.layout.activations[l] === 'relu' ? Math.max(0, sum) : sum;
      }),
    [...inputs],
  );
}

/** A copy in which nothing reads these units (original indices). */
export function silenced(specimen: Specimen, units: Units): Specimen {
  const copy = { ...specimen, parameters: specimen.parameters.slice() };
  const layers = layersOf(copy);
  units.forEach((layer, l) => {
    const { inputs, outputs, weights } = layers[l + 1];
    for (const unit of layer) {
      const column = specimen.units[l].indexOf(unit);
      for (let k = 0; k < outputs; k++) weights[k * inputs + column] = 0;
    }
  });
  return copy;
}

export function counts(units: Units): number[] {
  return units.map((layer) => layer.length);
}

/** Fails unless the call throws a LabError of this field whose reason fits. */
export function assertRefused(
  call: () => unknown,
  field: string,
  reason: RegExp,
  kind: ErrorKind = 'invalid-input',
): void {
  assert.throws(call, (error) => {
    assert.ok(error instanceof LabError, String(error));
    assert.deepEqual([error.kind, error.place.field], [kind, field]);
    assert.match(error.reason, reason);
    return true;
  });
}
