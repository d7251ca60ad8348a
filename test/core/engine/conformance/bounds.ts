import assert from 'node:assert/strict';
import { layoutOf, type Layout } from '../../../../src/core/network/layout';

/** Asserts that a number is near another; NaN is near nothing. */
export function assertClose(
  actual: number,
  expected: number,
  tolerance: number,
  what: string,
): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual} is not within ${tolerance} of ${expected}`,
  );
}

/*
 * Running error bounds (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.3): a
 * sum of products that takes n operations in sequence errs by at most about n roundings of the same
 * computation on absolute values. That computation is the reference itself on absolute parameters,
 * inputs and errors, with every unit open.
 */

/** The layout with every unit open. */
export function open({ widths }: Layout): Layout {
  return layoutOf(widths, 'linear');
}

/** A product and a sum for each input of a unit and one for its bias, layer after layer. */
export function operationsInSequence({ widths }: Layout): number {
  return widths.reduce((sum, width) => sum + width + 2, 0);
}
