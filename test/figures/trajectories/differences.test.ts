import assert from 'node:assert/strict';
import { differencesOf } from '../../../src/figures/trajectories/differences';
import { parseSpecification } from './specification';

const runOf = (fields: object, given: { engine?: string; version?: string } = {}) => ({
  specification: parseSpecification(fields),
  engine: 'simd',
  version: '0.1.0',
  ...given,
});

describe('what differs between runs', () => {
  it('is nothing where they are the same', () => {
    assert.deepEqual(differencesOf([runOf({}), runOf({})]), []);
    assert.deepEqual(differencesOf([]), []);
  });

  it('is every field that differs, in the order of the specification', () => {
    const differences = differencesOf([
      runOf({ seeds: [1, 2], training: { epochs: 3 } }),
      runOf({ seeds: [1], training: { epochs: 4 } }, { engine: 'tensorflow' }),
    ]);
    assert.deepEqual(differences, [
      { field: 'seeds', values: ['[1,2]', '[1]'] },
      { field: 'training.epochs', values: ['3', '4'] },
      { field: 'engine', values: ['simd', 'tensorflow'] },
    ]);
  });

  it('has no value where a run lacks the field', () => {
    const differences = differencesOf([
      runOf({ specimen: { hidden: [8, 4] } }),
      runOf({ specimen: { hidden: [8, 4], dropoutTwin: 0.1 } }, { version: '0.2.0' }),
    ]);
    assert.deepEqual(differences, [
      { field: 'specimen.dropoutTwin', values: [undefined, '0.1'] },
      { field: 'version of the lab', values: ['0.1.0', '0.2.0'] },
    ]);
  });

  it('does not mind how a run is described', () => {
    assert.deepEqual(differencesOf([runOf({ description: 'one' }), runOf({})]), []);
  });
});
