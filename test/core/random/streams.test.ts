import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LabError } from '../../../src/core/errors';
import { requireSeed, stream } from '../../../src/core/random/streams';
import { assertUniform } from './statistics';

type Path = (string | number)[];

const firstDraws = (seed: number, ...path: Path) => {
  const source = stream(seed, 'batches', ...path);
  return [source.uint32(), source.uint32(), source.uint32()];
};
const name = fc.tuple(
  fc.maxSafeNat(),
  fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.maxSafeNat()), {
    maxLength: 3,
  }),
);

describe('stream', () => {
  it('draws the same for the same name', () => {
    fc.assert(
      fc.property(name, ([seed, path]) =>
        assert.deepEqual(firstDraws(seed, ...path), firstDraws(seed, ...path)),
      ),
    );
  });

  it('draws something else for any other name', () => {
    fc.assert(
      fc.property(name, name, ([seed, path], [otherSeed, otherPath]) => {
        fc.pre(JSON.stringify([seed, path]) !== JSON.stringify([otherSeed, otherPath]));
        assert.notDeepEqual(firstDraws(seed, ...path), firstDraws(otherSeed, ...otherPath));
      }),
    );
  });

  it('tells names apart that look alike', () => {
    const names: [number, ...Path][] = [
      [1],
      [1 + 2 ** 32],
      [1, 1],
      [1, '1'],
      [1, 1 + 2 ** 32],
      [1, 2 ** 32],
      [1, ''],
      [1, '', ''],
      [1, 'ab'],
      [1, 'a', 'b'],
      [1, 'b', 'a'],
      [1, 'a', 'b', ''],
      [1, 'ab', ''],
      [1, 0],
      [1, 0, 0],
      [1, '😀'],
      [1, '😁'],
      [1, '😀a'],
      [1, '😀b'],
    ];
    const drawn = names.map(([seed, ...path]) => firstDraws(seed, ...path).join());
    assert.equal(new Set(drawn).size, names.length);
  });

  it('tells purposes apart', () => {
    assert.notEqual(stream(1, 'split').uint32(), stream(1, 'batches').uint32());
  });

  it('has first draws that look uniform over consecutive seeds and epochs', () => {
    for (const first of [
      (i: number) => stream(i, 'batches').uint32(),
      (i: number) => stream(1, 'batches', i).uint32(),
    ]) {
      const counts = new Array<number>(64).fill(0);
      for (let i = 0; i < 3200; i++) counts[first(i) >>> 26]++;
      assertUniform(counts);
    }
  });

  it('refuses seeds and numbers that are not integers from 0 to 2⁵³ − 1', () => {
    for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      for (const call of [
        () => requireSeed(bad),
        () => stream(bad, 'split'),
        () => stream(1, 'split', bad),
      ]) {
        assert.throws(call, (error) => {
          assert.ok(error instanceof LabError && error.kind === 'invalid-input');
          return error.message.includes(String(bad));
        });
      }
    }
    requireSeed(0);
    requireSeed(2 ** 53 - 1);
  });
});
