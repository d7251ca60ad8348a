import assert from 'node:assert/strict';
import { MetricsTable } from '../../../src/core/experiment/metricsTable';
import { chartsOf } from '../../../src/figures/trajectories/charts';
import { trajectoryRuns } from '../../../src/figures/trajectories/outputRuns';
import type { ShownRun } from '../../../src/figures/trajectories/run';
import { INITIAL_STATE } from '../../../src/figures/trajectories/state';
import { trajectoryOutput } from '../../../src/protocol/outputs/trajectory';

type Columns = Record<string, unknown>;

/** The runs of an output, as the page shows them. */
function shownRuns(...columns: readonly Columns[]): ShownRun[] {
  const output = trajectoryOutput.parse({
    version: 1,
    runs: columns.map((own) => ({ name: 'A', columns: { epoch: [0, 1], ...own } })),
  });
  return trajectoryRuns(output).map(({ description, columns: own }, slot) => {
    const table = new MetricsTable();
    table.extend(own);
    return { ...description, run: `run ${slot}`, table, slot, visible: true };
  });
}

function notesOf(runs: readonly ShownRun[]): Record<string, string | undefined> {
  const charts = chartsOf(runs, INITIAL_STATE).flatMap((group) => group.charts);
  return Object.fromEntries(charts.map(({ id, note }) => [id, note]));
}

const relative = { mean: [2, 3], null: [5, 5] };

describe('a column that an output does not have', () => {
  it('is what the chart says, not that the targets are all the same', () => {
    const notes = notesOf(shownRuns({ testLoss: [1, 2], measures: { relative } }));
    assert.equal(notes['epoch-r2'], 'All points missing: the output has not the column r2');
    assert.equal(notes['epoch-measure'], undefined);
    assert.equal(notes['epoch-loss'], undefined);
  });

  it('is told of losses and measures, too', () => {
    const notes = notesOf(shownRuns({ r2: [0, 1], measures: {} }));
    assert.equal(notes['epoch-loss'], 'All points missing: the output has not the column testLoss');
    assert.match(notes['epoch-measure'] ?? '', /the output has not the column relative/);
    assert.equal(notes['epoch-r2'], undefined);
  });

  it('is told beside the reason of the others, where only some have it', () => {
    const [r2, constant] = [{ r2: [0, 1] }, { r2: [null, 1] }];
    const some = notesOf(shownRuns({ ...r2, measures: {} }, { measures: {} }));
    assert.match(some['epoch-r2'] ?? '', /some outputs have not the column r2/);
    const none = notesOf(shownRuns({ ...constant, measures: {} }));
    assert.equal(none['epoch-r2'], '1 of 2 points missing: the test targets are all the same');
  });
});
