import type { DataSet } from '../core/data/dataSet';
import { predictionError } from '../core/experiment/predictionError';
import { torchLinearInitialisation } from '../core/network/initialise';
import { layoutOf, type Activation, type Layout } from '../core/network/layout';
import { specimenOf as unprunedSpecimen, type Specimen } from '../core/network/specimen';
import { stream } from '../core/random/streams';
import { checked } from './checks/checked';
import { checkedData, checkedInputs, requireFit } from './checks/data';
import { checkedLayout, checkedParameters, checkedSpecimen } from './checks/networks';
import * as options from './checks/options';
import { localEngine } from './engine';
import { paceOf, type Stoppable } from './stopping';

/** The shape of a specimen. */
export interface SpecimenShape {
  readonly inputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** Activation after every hidden layer; by default `relu`. */
  readonly activation?: Activation;
}

/**
 * A specimen before training with the initial parameters of a run of this seed: PyTorch's initialisation of
 * Linear layers.
 * @throws LabError naming the invalid field of the shape
 */
export function initialise(shape: SpecimenShape, seed: number): Specimen {
  const { inputs, hidden, outputs, activation } = checked(options.shapeOptions, shape, 'shape');
  const from = stream(checked(options.seed, seed, 'seed'), 'initialisation');
  const layout = checkedLayout(layoutOf([inputs, ...hidden, outputs], activation), 'shape');
  return unprunedSpecimen(layout, torchLinearInitialisation(layout, from));
}

/**
 * An unpruned specimen with these parameters, which are not copied.
 * @throws LabError unless they are finite and as many as the layout requires
 */
export function specimenOf(layout: Layout, parameters: Float32Array): Specimen {
  const shape = checkedLayout(layout, 'layout');
  return unprunedSpecimen(shape, checkedParameters(shape, parameters, 'parameters'));
}

/**
 * Outputs of a specimen, without dropout.
 * @param inputs `[samples, inputs]`
 * @returns `[samples, outputs]`
 * @throws Stopped when the signal is set
 * @throws LabError naming what is invalid in the specimen or the inputs
 */
export async function predict(
  specimen: Specimen,
  inputs: Float32Array,
  how: Stoppable = {},
): Promise<Float32Array> {
  const net = checkedSpecimen(specimen, 'specimen');
  const samples = checkedInputs(inputs, net, 'inputs');
  const pace = paceOf(checked(options.stoppableOptions, how, 'options'));
  return localEngine().predict(net, samples, pace);
}

/** Prediction error of a specimen. */
export interface TestError {
  /** Mean squared error. */
  readonly testLoss: number;
  /** 1 − SS_residual / SS_total; null where the targets do not vary. */
  readonly r2: number | null;
}

/**
 * The error of a specimen on samples.
 * @throws Stopped when the signal is set
 * @throws LabError naming what is invalid in the specimen or the samples
 */
export async function testError(
  specimen: Specimen,
  samples: DataSet,
  how: Stoppable = {},
): Promise<TestError> {
  const net = checkedSpecimen(specimen, 'specimen');
  const data = checkedData(samples, 'samples');
  requireFit(net, data, 'the specimen', 'samples');
  const pace = paceOf(checked(options.stoppableOptions, how, 'options'));
  return predictionError(await localEngine().predict(net, data.inputs, pace), data);
}
