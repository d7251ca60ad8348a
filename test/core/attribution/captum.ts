import { layoutOf, type Activation } from '../../../src/core/network/layout';
import { specimenOf } from '../../../src/core/network/specimen';
import type { QuadratureRule } from '../../../src/core/attribution/quadrature';
import fixture from '../../fixtures/integrated-gradients.json';
import type { Pair } from './oracle';

export const RULES: readonly QuadratureRule[] = [
  'riemann_left',
  'riemann_right',
  'riemann_middle',
  'riemann_trapezoid',
  'gausslegendre',
];

/** Nodes and weights as NumPy makes them from Captum's definitions; for 1, 2, 7 and 50 steps. */
export function nodesOf(rule: QuadratureRule, steps: number): [number[], number[]] {
  const bySteps: Record<string, number[][]> = fixture.nodes[rule];
  const [alphas, weights] = bySteps[steps];
  return [alphas, weights];
}

/** The networks of the fixture. */
export function fixturePair(activation: Activation): Pair {
  const { encoder, specimen } = fixture;
  return {
    encoder: {
      layout: layoutOf(encoder.widths, activation),
      parameters: Float32Array.from(encoder.parameters),
    },
    specimen: specimenOf(
      layoutOf(specimen.widths, activation),
      Float32Array.from(specimen.parameters),
    ),
  };
}
