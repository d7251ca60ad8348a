import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Queue } from '../../../src/extension/running/queue';

/** An item that ends when the test calls `end`. */
class Work {
  begun = false;
  end: () => void = () => undefined;
  constructor(readonly name: number) {}
  begin(): Promise<void> {
    this.begun = true;
    return new Promise((resolve) => (this.end = resolve));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a queue', () => {
  it('starts every item, in order and never more at a time than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (count, limit) => {
          const begun: number[] = [];
          const queue = new Queue<Work>(() => limit);
          const all = Array.from({ length: count }, (_, name) => new Work(name));
          all.forEach((work) => queue.add(work));
          for (let turn = 0; turn < count; turn++) {
            const working = all.filter((work) => work.begun && !begun.includes(work.name));
            assert.ok(working.length <= limit);
            assert.equal(working.length, Math.min(limit, count - begun.length));
            assert.equal(working[0].name, begun.length);
            begun.push(working[0].name);
            working[0].end();
            await settled();
          }
          assert.deepEqual(queue.all, []);
        },
      ),
    );
  });

  it('removes items that have not started, and no others', () => {
    const queue = new Queue<Work>(() => 1);
    const [first, second] = [new Work(1), new Work(2)];
    queue.add(first);
    queue.add(second);
    assert.equal(queue.remove(second), true);
    assert.equal(queue.remove(second), false);
    assert.equal(queue.remove(first), false);
    assert.deepEqual(queue.all, [first]);
    assert.equal(second.begun, false);
  });

  it('starts more items when the limit grows', async () => {
    let limit = 1;
    const queue = new Queue<Work>(() => limit);
    const all = [1, 2, 3, 4].map((name) => new Work(name));
    all.forEach((work) => queue.add(work));
    limit = 3;
    all[0].end();
    await settled();
    assert.deepEqual(
      all.map(({ begun }) => begun),
      [true, true, true, true],
    );
  });
});
