import type { Engine } from '../../../src/core/engine/engine';
import { dropsUnits } from './conformance/dropout';
import { gradientsAreDerivatives } from './conformance/gradients';
import { trainsAsAlone } from './conformance/population';
import { predicts } from './conformance/prediction';
import { keepsItsHandsOff, stops } from './conformance/running';
import { trainsLikeTheReference } from './conformance/training';

/** What may differ between engines. */
export interface Tolerances {
  /** How many times as far as Monte Carlo arithmetic an engine may stray from float64. */
  readonly margin: number;
  /** Whether a specimen is trained to the same bits whatever else is trained with it. */
  readonly samePopulations: boolean;
}

/** An engine under test. */
export interface Conformance extends Tolerances {
  /** There once the tests run. */
  readonly engine: () => Engine;
}

/** What every engine must do. */
export function conformanceSuite(
  title: string,
  makeEngine: () => Engine,
  tolerances: Tolerances,
): Mocha.Suite {
  return describe(title, () => {
    let engine: Engine;
    before(() => (engine = makeEngine()));
    after(() => engine.dispose());

    const suite: Conformance = { ...tolerances, engine: () => engine };
    describe('training', () => trainsLikeTheReference(suite));
    describe('gradients', () => gradientsAreDerivatives(suite));
    describe('dropout', () => dropsUnits(suite));
    describe('a population', () => trainsAsAlone(suite));
    describe('prediction', () => predicts(suite));
    describe('stopping', () => stops(suite));
    describe('its caller', () => keepsItsHandsOff(suite));
  });
}
