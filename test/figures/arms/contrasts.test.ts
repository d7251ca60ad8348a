import assert from 'node:assert/strict';
import { contrastsOf, verdictOf, type FinalValue } from '../../../src/figures/arms/contrasts';
import { controlOf } from '../../../src/figures/arms/controls';
import { armsSpecification } from '../../core/experiment/armsRun';
import { parseSpecification } from '../trajectories/specification';

const SPECIFICATION = armsSpecification();

describe('control of an arm', () => {
  const control = (arm: string): string | undefined => controlOf(SPECIFICATION, arm)?.name;

  it('is the arm without pruning that trains alike', () => {
    assert.equal(control('magnitude'), 'control');
    assert.equal(control('drop-magnitude'), 'drop');
    assert.equal(control('scratch'), 'control');
    assert.equal(control('snip'), 'control');
  });

  it('is the arm named control for other arms without pruning, and none for itself', () => {
    assert.equal(control('drop'), 'control');
    assert.equal(control('control'), undefined);
  });

  it('is none in experiments without named arms', () => {
    assert.equal(controlOf(parseSpecification({}), 'dense'), undefined);
  });
});

describe('contrasts', () => {
  const final = (seed: number, arm: string, requested: number, value: number): FinalValue => {
    return { seed, arm, requested, value };
  };
  const values = [
    ...[1, 2, 3].map((seed) => final(seed, 'control', 0, seed)),
    ...[1, 2, 3].map((seed) => final(seed, 'magnitude', 0.5, seed + 1 + 0.1 * seed)),
    ...[1, 2, 3].map((seed) => final(seed, 'magnitude', 0.25, seed === 2 ? NaN : seed - 1)),
    final(4, 'magnitude', 0.25, 5),
  ];

  it('pair arms with their controls by seed, by ascending ratio', () => {
    const [low, high, ...others] = contrastsOf(values, SPECIFICATION);
    assert.deepEqual(others, []);
    assert.deepEqual([high.arm, high.control, high.requested], ['magnitude', 'control', 0.5]);
    assert.ok(Math.abs(high.difference.mean - 1.2) < 1e-12);
    assert.deepEqual([high.difference.count, high.agreeing, high.unpaired], [3, 3, 0]);
    assert.equal(verdictOf(high), 'higher');
    // Seed 2 has no value, and seed 4 no control.
    assert.deepEqual([low.difference.mean, low.difference.count, low.unpaired], [-1, 2, 2]);
    assert.equal(verdictOf(low), 'lower');
  });

  it('say nothing about a single pair, nor about an interval that includes 0', () => {
    const [single] = contrastsOf([values[0], final(1, 'magnitude', 0.5, 9)], SPECIFICATION);
    assert.equal(verdictOf(single), 'one pair: no interval');
    const both = [final(1, 'magnitude', 0.5, 2), final(2, 'magnitude', 0.5, 1)];
    const [undecided] = contrastsOf([...values.slice(0, 2), ...both], SPECIFICATION);
    assert.equal(verdictOf(undecided), 'no evidence of a difference');
  });
});
