import assert from 'node:assert/strict';
import { LabError } from '../../../src/core/errors';
import { attributionOutput } from '../../../src/protocol/outputs/attribution';
import { trajectoryOutput } from '../../../src/protocol/outputs/trajectory';
import { readOutput } from '../../../src/webviews/renderer/readOutput';

const MEGABYTE = 1e6;

/** As many entries as make a text of so many megabytes. */
function filled(entry: string, megabytes: number): string {
  return Array<string>(Math.floor((megabytes * MEGABYTE) / (entry.length + 1)))
    .fill(entry)
    .join();
}

const read = (text: string): unknown => readOutput(text, attributionOutput);

describe('the payload of an output', () => {
  it('is refused by its length before anything is made of it', () => {
    const text = `{"version":1,"values":[[${filled('0', 40)}]]}`;
    const before = process.memoryUsage().rss;
    assert.throws(() => read(text), /is 40\d* characters long; at most 16777216 are allowed/);
    assert.ok(process.memoryUsage().rss - before < 50 * MEGABYTE);
  });

  it('is refused in bounded time and memory, however many entries are wrong', () => {
    const values: readonly (readonly [string, RegExp])[] = [
      [`"values":[${filled('"a"', 2)}]`, /^values: /],
      [`"values":[[${filled('"a"', 2)}]]`, /^values: /],
      [`"values":[${filled('{}', 2)}]`, /^values: /],
      [`"features":[${filled('1', 2)}]`, /^features: has \d+ entries; at most 100000 are allowed/],
      [`"layers":[${filled('{}', 2)}]`, /^layers: has \d+ entries/],
      [`"checkpoints":[${filled('[]', 2)}]`, /^checkpoints: has \d+ entries/],
      [`"note":${'['.repeat(1e6)}${']'.repeat(1e6)}`, /nested more than 24 levels deep/],
    ];
    for (const [field, message] of values) {
      const before = process.memoryUsage().rss;
      const start = Date.now();
      assert.throws(
        () => read(`{"version":1,${field}}`),
        (error) => error instanceof LabError && message.test(error.message),
        field.slice(0, 30),
      );
      assert.ok(Date.now() - start < 10_000, field.slice(0, 30));
      assert.ok(process.memoryUsage().rss - before < 400 * MEGABYTE, field.slice(0, 30));
    }
  });

  it('is read where lists are lists of numbers, null being missing', () => {
    const given = { version: 1, values: [[1, null], [0, 2]] }; // prettier-ignore
    assert.deepEqual(readOutput(JSON.stringify(given), attributionOutput).values, given.values);
    const runs = [{ name: 'A', columns: { epoch: [0, 1], r2: [null, 1], measures: {} } }];
    const output = readOutput(JSON.stringify({ version: 1, runs }), trajectoryOutput);
    assert.deepEqual(output.runs[0].columns.r2, [null, 1]);
    assert.throws(() => read('{"version":1,"values":[["a"]]}'), /^LabError: values/);
  });
});
