import type { Engine } from '../../../src/core/engine/engine';
import { dropsUnits } from './conformance/dropout';
import { gradientsAreDerivatives } from './conformance/gradients';
import { trainsAsAlone } from './conformance/population';
import { predicts } from './conformance/prediction';
import { keepsItsHandsOff, stops } from './conformance/running';
import { treats } from './conformance/treatments';
import { trainsLikeTheReference } from './conformance/training';

/** Permitted differences between engines. */
export interface Tolerances {
  /** Permitted deviation from float64, as a multiple of that of Monte Carlo arithmetic. */
  readonly margin: number;
  /** Whether the bits of a trained specimen are independent of the rest of the population. */
  readonly samePopulations: boolean;
}

/** An engine under test. */
export interface Conformance extends Tolerances {
  /** Available once the tests run. */
  readonly engine: () => Engine;
}

/** The requirements for every engine. */
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
    describe('treatments', () => treats(suite));
    describe('gradients', () => gradientsAreDerivatives(suite));
    describe('dropout', () => dropsUnits(suite));
    describe('a population', () => trainsAsAlone(suite));
    describe('prediction', () => predicts(suite));
    describe('stopping', () => stops(suite));
    describe('its caller', () => keepsItsHandsOff(suite));
  });
}
