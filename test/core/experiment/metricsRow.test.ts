import assert from 'node:assert/strict';
import { flattenRow, unflattenRow, type MetricsRow } from '../../../src/core/experiment/metricsRow';
import { MEASURES } from '../../../src/core/measures/table';
import { exampleRow } from './exampleRow';
import { DATA, eventsOf, inMemory, rowsOf, tiny } from './tinyExperiment';

/** What comes back of a row that was stored as JSON. */
function stored(row: MetricsRow): MetricsRow {
  return unflattenRow(JSON.parse(JSON.stringify(flattenRow(row))) as Record<string, unknown>);
}

describe('a row of metrics', () => {
  it('is flat: a column for each number, and lists by layer', () => {
    const row = exampleRow({
      measures: { relative: { mean: 3.5, layers: [3, null], missing: 4, null: 3.8 } },
    });
    const flat = flattenRow(row);
    assert.deepEqual(
      ['relative', 'relative.layers', 'relative.missing', 'relative.null'].map(
        (name) => flat[name],
      ),
      [3.5, [3, null], 4, 3.8],
    );
    assert.equal(flat.testLoss, 0.5);
    assert.ok(!('measures' in flat));
    for (const [name, value] of Object.entries(flat)) {
      assert.ok(Array.isArray(value) || typeof value !== 'object' || value === null, name);
    }
  });

  it('has its columns in the order of the table of measures', () => {
    const columns = Object.keys(flattenRow(exampleRow()));
    const measures = MEASURES.flatMap(({ id }) => [
      id,
      `${id}.layers`,
      `${id}.missing`,
      `${id}.null`,
    ]);
    assert.deepEqual(columns.slice(-measures.length), measures);
  });

  it('comes back from JSON as it was: what is missing is null, never NaN or 0', async () => {
    const runs: Record<string, unknown>[] = [
      {},
      { specimen: { activation: 'linear' } },
      { specimen: { hidden: [1] }, pruning: { ratios: [0.5] } },
      { measures: { compatibility: 'thesis', threshold: 0.99 } },
      { attribution: { rows: 'post-activation' } },
    ];
    const constant = { ...DATA, targets: new Float32Array(DATA.targets.length) };
    for (const sections of runs) {
      for (const data of [DATA, constant]) {
        const rows = rowsOf(await eventsOf(tiny(sections), { data: inMemory(data) }));
        for (const row of rows) assert.deepEqual(stored(row), row);
      }
    }
  });

  it('of an older table lacks the measures that are new', () => {
    const flat = flattenRow(exampleRow({ measures: { gini: { mean: 0.25 } } }));
    const older = Object.fromEntries(
      Object.entries(flat).filter(([name]) => !/^hill1\b/.test(name)),
    );
    const { measures } = unflattenRow(older);
    assert.deepEqual(measures.hill1, { mean: null, layers: [], missing: 0, null: null });
    assert.equal(measures.gini.mean, 0.25);
  });

  it('keeps columns that are no measures, also where their names begin alike', () => {
    const row = { ...exampleRow(), relativeTime: 5, giniCorrectedAgain: 6 };
    assert.deepEqual(stored(row), row);
  });
});
