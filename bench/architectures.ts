import { layoutOf, type Layout } from '../src/core/network/layout';

/** A network of the examples, and how it is trained. */
export interface Architecture {
  readonly name: string;
  readonly layout: Layout;
  /** Training samples after the split. */
  readonly samples: number;
  readonly batchSize: number;
}

const relu = (name: string, widths: readonly number[], samples = 7000): Architecture => ({
  name,
  layout: layoutOf(widths, 'relu'),
  samples,
  batchSize: 64,
});

const linear = (name: string, widths: readonly number[]): Architecture => ({
  ...relu(name, widths),
  layout: layoutOf(widths, 'linear'),
});

export const NONLINEAR0 = relu('NonLinear0', [5, 64, 16, 16, 2]);
export const NONLINEAR3 = relu('NonLinear3', [10, 512, 128, 128, 2], 8960);

/** The specimens of the six examples. */
export const ARCHITECTURES: readonly Architecture[] = [
  linear('Linear0', [10, 128, 32, 2]),
  linear('Linear1', [10, 256, 64, 64, 2]),
  NONLINEAR0,
  relu('NonLinear1', [10, 128, 32, 2]),
  relu('NonLinear2', [10, 256, 64, 64, 2]),
  NONLINEAR3,
];

/** The autoencoder of NonLinear0's data. */
export const AUTOENCODER: Architecture = {
  name: 'Autoencoder of 16 features',
  layout: { widths: [16, 8, 5, 8, 16], activations: ['relu', 'linear', 'relu'] },
  samples: 10_000,
  batchSize: 32,
};

/** Widths as they are written: `5-64-16-16-2`. */
export function widthsText({ widths }: Layout): string {
  return widths.join('-');
}

/**
 * Floating-point operations of a training step that any way of computing it needs: two for each weight
 * and sample forward, two for its gradient, two to hand the error down, which the first layer need not.
 */
export function trainingFlops({ widths }: Layout, batch: number): number {
  let operations = 0;
  for (let l = 1; l < widths.length; l++) {
    operations += (l === 1 ? 4 : 6) * widths[l] * widths[l - 1];
  }
  return batch * operations;
}
