import type { DataSet } from '../core/data/dataSet';
import { invalid, show } from '../core/errors';
import { predictionError } from '../core/experiment/predictionError';
import { torchLinearInitialisation } from '../core/network/initialise';
import { layoutOf, type Activation } from '../core/network/layout';
import { specimenOf, type Specimen } from '../core/network/specimen';
import { stream } from '../core/random/streams';
import { localEngine } from './engine';
import { paceOf, type Stoppable } from './stopping';

/** The shape of a specimen. */
export interface SpecimenShape {
  readonly inputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** After every hidden layer; `relu` unless given. */
  readonly activation?: Activation;
}

/**
 * A specimen before training, with the parameters that a run of this seed starts from: PyTorch's
 * initialisation of Linear layers.
 * @throws LabError when a width is not a whole number of 1 or more
 */
export function initialise(
  { inputs, hidden, outputs, activation = 'relu' }: SpecimenShape,
  seed: number,
): Specimen {
  const widths = [inputs, ...hidden, outputs];
  widths.forEach((width, i) => {
    if (Number.isSafeInteger(width) && width >= 1) return;
    const field = ['inputs', ...hidden.map((_, l) => `hidden[${l}]`), 'outputs'][i];
    throw invalid(`must be a whole number of 1 or more, not ${show(width)}`, { field });
  });
  const layout = layoutOf(widths, activation);
  return specimenOf(layout, torchLinearInitialisation(layout, stream(seed, 'initialisation')));
}

/**
 * What a specimen puts out, without dropout.
 * @param inputs `[samples, inputs]`
 * @returns `[samples, outputs]`
 */
export function predict(
  specimen: Specimen,
  inputs: Float32Array,
  options: Stoppable = {},
): Promise<Float32Array> {
  return localEngine().predict(specimen, inputs, paceOf(options));
}

/** How well a specimen predicts. */
export interface TestError {
  /** Mean squared error. */
  readonly testLoss: number;
  /** 1 − SS_residual / SS_total; null where the targets do not vary. */
  readonly r2: number | null;
}

/** The error of a specimen on samples. */
export async function testError(
  specimen: Specimen,
  samples: DataSet,
  options: Stoppable = {},
): Promise<TestError> {
  return predictionError(await predict(specimen, samples.inputs, options), samples);
}
