import assert from 'node:assert/strict';
import type { Contender, Entry } from '../../bench/timing/contender';
import { race, timeAmount } from '../../bench/timing/race';

const EFFORT = { rounds: 2, sampleMs: 100 };
const EXACT = { measure: 'each', atMost: 0 } as const;

interface Fake extends Contender {
  readonly amounts: number[];
  finished: number;
}

/** A contender of the given cost that computes the given result. */
function fake(entry: Entry, msPerUnit: number, result: readonly number[] = [1]): Fake {
  return {
    ...entry,
    amounts: [],
    finished: 0,
    prepare: () => Promise.resolve(result),
    run(amount) {
      this.amounts.push(amount);
      return Promise.resolve({ ms: amount * msPerUnit, units: amount });
    },
    finish() {
      this.finished++;
      return Promise.resolve();
    },
  };
}

describe('race', () => {
  it('times every column per unit, with as many repeats as rounds', async () => {
    const cells = await race([fake({ column: 'a' }, 0.5), fake({ column: 'b' }, 3)], EFFORT);
    for (const [column, ms] of [
      ['a', 0.5],
      ['b', 3],
    ] as const) {
      const cell = cells[column];
      assert.ok(cell.state === 'timed');
      assert.deepEqual(cell.ms, { minimum: ms, median: ms, deviation: 0, repeats: 2 });
    }
  });

  it('measures amounts that take about as long as they should', async () => {
    const contender = fake({ column: 'a' }, 0.01);
    await race([contender], EFFORT);
    const measured = contender.amounts.slice(-EFFORT.rounds);
    for (const amount of measured) assert.ok(amount * 0.01 > 50 && amount * 0.01 <= 100);
  });

  it('does not time a side with a wrong result, and reports the difference', async () => {
    const other = fake({ column: 'b', tolerance: EXACT }, 1, [1, 2.5]);
    const cells = await race([fake({ column: 'a' }, 1, [1, 2]), other], EFFORT);
    assert.deepEqual(cells.b, { state: 'different', difference: 0.25, allowed: 0 });
    assert.deepEqual(other.amounts, []);
    assert.equal(other.finished, 1);
  });

  it('does not time a column of which one way computed something else', async () => {
    const cells = await race(
      [
        fake({ column: 'a' }, 1),
        fake({ column: 'b', tolerance: EXACT, variant: 'right' }, 1),
        fake({ column: 'b', tolerance: EXACT, variant: 'wrong' }, 1, [2]),
      ],
      EFFORT,
    );
    assert.equal(cells.b.state, 'different');
  });

  it('takes the fastest way of a column, and gives up on slow ones early', async () => {
    const slow = fake({ column: 'b', variant: 'slow' }, 2);
    const near = fake({ column: 'b', variant: 'near' }, 1.2);
    const fast = fake({ column: 'b', variant: 'fast' }, 1);
    const cells = await race([fake({ column: 'a' }, 1), slow, near, fast], EFFORT);
    assert.ok(cells.b.state === 'timed');
    assert.equal(cells.b.variant, 'fast');
    assert.equal(near.amounts.length, slow.amounts.length + EFFORT.rounds);
  });

  it('shows a side that fails, and fails where the first one does', async () => {
    const broken: Contender = {
      ...fake({ column: 'b' }, 1),
      prepare: () => Promise.reject(new Error('no memory')),
    };
    const cells = await race([fake({ column: 'a' }, 1), broken], EFFORT);
    assert.deepEqual(cells.b, { state: 'failed', reason: 'Error: no memory' });
    await assert.rejects(race([broken], EFFORT), /no memory/);
  });

  it('disposes every contender once', async () => {
    const contenders = [fake({ column: 'a' }, 1), fake({ column: 'b' }, 1)];
    await race(contenders, EFFORT);
    assert.deepEqual(
      contenders.map(({ finished }) => finished),
      [1, 1],
    );
  });

  it('times an exact amount after a warm-up', async () => {
    const contender = fake({ column: 'a' }, 0.5);
    const { minimum, repeats } = await timeAmount(contender, 10, 3);
    assert.deepEqual([minimum, repeats], [5, 3]);
    assert.deepEqual(contender.amounts, [10, 10, 10, 10]);
  });
});
