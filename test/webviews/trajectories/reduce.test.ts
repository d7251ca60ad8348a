import fc from 'fast-check';
import assert from 'node:assert/strict';
import { MetricsTable } from '../../../src/core/experiment/metricsTable';
import { chartsOf, neededMeasures } from '../../../src/figures/trajectories/charts';
import type { TrajectoryLine } from '../../../src/figures/trajectories/lines';
import { numbersOf } from '../../../src/figures/trajectories/numbers';
import { INITIAL_STATE, PARTS, stateFrom } from '../../../src/figures/trajectories/state';
import type { LostRun, ShownRuns } from '../../../src/protocol/trajectories';
import { type Emptiness, emptinessOf } from '../../../src/webviews/trajectories/emptiness';
import { reduce } from '../../../src/webviews/trajectories/reduce';
import {
  initialState,
  runsOf,
  type Step,
  type TrajectoriesChange,
  type TrajectoriesEffect,
  type TrajectoriesState,
} from '../../../src/webviews/trajectories/state';
import { FIRST, type SampleRun, sampleRun, SECOND } from '../../pages/samples/runs';

const A = FIRST.description.run;
const B = SECOND.description.run;

const shownOf = (...runs: readonly SampleRun[]): ShownRuns => ({
  runs: runs.map(({ description }) => description),
});

/** The step of the last of some changes. */
function after(state: TrajectoriesState, ...changes: readonly TrajectoriesChange[]): Step {
  return changes.reduce<Step>((step, change) => reduce(step.state, change), { state, effects: [] });
}

const show = (...runs: readonly SampleRun[]): TrajectoriesChange => ({
  type: 'show',
  shown: shownOf(...runs),
});

/** What a view asked to be read. */
function readsOf(effects: readonly TrajectoriesEffect[]) {
  return effects.flatMap((effect) => (effect.type === 'read' ? [effect] : []));
}

/** Answers all that is being read, as a source does. */
function answered({ state, effects }: Step): TrajectoriesState {
  return readsOf(effects).reduce((before, { run, measures }) => {
    const table = new MetricsTable(measures);
    const sample = [FIRST, SECOND].find(({ description }) => description.run === run);
    if (sample) table.extend(sample.table.columns(measures));
    return reduce(before, { type: 'rows read', run, table }).state;
  }, state);
}

/** A view of two runs whose rows are there. */
const ready = (): TrajectoriesState =>
  answered(after(initialState(undefined), show(FIRST, SECOND)));

const hidden = ({ view }: TrajectoriesState): readonly string[] => view.hidden;
const announced = (effects: readonly TrajectoriesEffect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'announce' ? [effect.text] : []));

describe('the state of a page of trajectories', () => {
  it('reads the rows of the runs that are shown, with the measures that the charts need', () => {
    const { state, effects } = after(initialState(undefined), show(FIRST, SECOND));
    const measures = neededMeasures(INITIAL_STATE);
    assert.deepEqual(readsOf(effects), [
      { type: 'read', run: A, measures },
      { type: 'read', run: B, measures },
    ]);
    assert.deepEqual(effects.at(-1), { type: 'save', view: state.view });
    assert.deepEqual(state.view.runs, [A, B]);
    assert.deepEqual(state.view.slots, { [A]: 0, [B]: 1 });
    assert.ok(state.known.every(({ reading }) => reading));
    const read = answered({ state, effects });
    assert.ok(read.known.every(({ reading, table }) => !reading && table.count > 0));
    assert.deepEqual(
      reduce(read, { type: 'toggle run', run: A }).effects.map(({ type }) => type),
      ['save'],
    );
  });

  it('reads another measure once, and takes no answer that was overtaken', () => {
    const before = ready();
    const gini = reduce(before, { type: 'choose', view: { measure: 'gini' } });
    assert.deepEqual(
      readsOf(gini.effects).map(({ run }) => run),
      [A, B],
    );
    const hill = reduce(gini.state, { type: 'choose', view: { measure: 'hill1' } });
    const [late] = readsOf(gini.effects);
    const table = new MetricsTable(late.measures);
    assert.equal(reduce(hill.state, { type: 'rows read', run: A, table }).state, hill.state);
    const problem = 'too late';
    const failed = reduce(hill.state, { ...late, type: 'rows failed', problem });
    assert.deepEqual([failed.state, failed.effects], [hill.state, []]);
    const back = reduce(answered(hill), { type: 'choose', view: { measure: 'gini' } });
    assert.deepEqual(readsOf(back.effects), []);
  });

  it('says why rows cannot be read, until they can', () => {
    const { state, effects } = after(initialState(undefined), show(FIRST));
    const [{ run, measures }] = readsOf(effects);
    const failed = reduce(state, { type: 'rows failed', run, measures, problem: 'lost' });
    assert.deepEqual(announced(failed.effects), ['lost']);
    assert.deepEqual(
      runsOf(failed.state).map(({ problem }) => problem),
      ['lost'],
    );
    assert.equal(failed.state.known[0].reading, false);
    const gini = reduce(failed.state, { type: 'choose', view: { measure: 'gini' } });
    assert.equal(answered(gini).known[0].problem, undefined);
    const gone = reduce(state, { type: 'rows failed', run: '/gone', measures, problem: 'x' });
    assert.equal(gone.state, state);
  });

  it('keeps rows, colours and places of runs that stay, and forgets those that go', () => {
    const before = after(ready(), { type: 'toggle run', run: A }).state;
    const running = { ...FIRST, description: { ...FIRST.description, state: 'running' as const } };
    const both = after(before, show(SECOND, running)).state;
    assert.deepEqual(both.view.runs, [A, B]);
    assert.equal(both.known[0].table, before.known[0].table);
    assert.equal(both.known[0].description.state, 'running');
    const { state, effects } = after(both, show(SECOND));
    assert.deepEqual([state.view.slots, hidden(state)], [{ [B]: 1 }, []]);
    assert.deepEqual(readsOf(effects), []);
  });

  it('takes the measure of the settings until the user has chosen one', () => {
    const shown = { ...shownOf(FIRST), measure: 'gini' as const };
    const change: TrajectoriesChange = { type: 'show', shown };
    assert.equal(after(initialState(undefined), change).state.view.measure, 'gini');
    assert.equal(after(initialState({ measure: 'hill1' }), change).state.view.measure, 'hill1');
    const chosen: TrajectoriesChange = { type: 'choose', view: { measure: 'hill1' } };
    assert.equal(after(initialState(undefined), chosen, change).state.view.measure, 'hill1');
    const other: TrajectoriesChange = { type: 'choose', view: { seeds: 'each' } };
    assert.equal(after(initialState(undefined), other, change).state.view.measure, 'gini');
  });

  it('shows and hides runs, alone and together', () => {
    const toggled = after(ready(), { type: 'toggle run', run: A });
    assert.deepEqual(hidden(toggled.state), [A]);
    assert.deepEqual(
      runsOf(toggled.state).map(({ visible }) => visible),
      [false, true],
    );
    assert.deepEqual(hidden(after(toggled.state, { type: 'toggle run', run: A }).state), []);
    const alone = after(toggled.state, { type: 'isolate run', run: A });
    assert.deepEqual(hidden(alone.state), [B]);
    assert.deepEqual(hidden(after(alone.state, { type: 'isolate run', run: A }).state), []);
  });

  it('shows and hides parts, zooms into axes one by one, and takes what is chosen', () => {
    const parts = after(ready(), { type: 'toggle part', part: 'null' }).state.view.parts;
    assert.deepEqual(parts, { ...INITIAL_STATE.parts, null: false });
    const { state } = after(
      ready(),
      { type: 'zoom', domains: { 'training epoch': [1, 2] } },
      { type: 'zoom', domains: { loss: [0, 1] } },
    );
    assert.deepEqual(state.view.zoom, { 'training epoch': [1, 2], loss: [0, 1] });
    const chosen = after(state, { type: 'choose', view: { zoom: {}, view: 'table' } }).state.view;
    assert.deepEqual([chosen.zoom, chosen.view], [{}, 'table']);
  });

  it('opens the networks of a point; the null has none', () => {
    const state = ready();
    const lines = chartsOf(runsOf(state), state.view)[0].charts[0].lines;
    const open = (line: TrajectoryLine): Step =>
      reduce(state, { type: 'open point', line, point: 7 });
    const dense = lines.find(({ subject }) => subject.run === A && subject.arm === 'dense');
    assert.ok(dense);
    const specimens = [0, 1, 2].map((seed) => ({
      seed,
      checkpoint: `${seed}-dense/training/7`,
      value: 3 + seed / 10 + 7 / 20,
    }));
    assert.deepEqual(open(dense).effects, [
      { type: 'open', point: { run: A, specimens, measure: 'R' } },
    ]);
    const chance = lines.find(({ subject }) => subject.run === A && subject.arm === undefined);
    assert.ok(chance);
    const text = 'The null belongs to no network: it has no matrix.';
    assert.deepEqual(open(chance).effects, [{ type: 'announce', text }]);
    assert.equal(open(chance).state.note, text);
    assert.equal(after(state, { type: 'note', text: 'Opened.' }).state.note, 'Opened.');
  });

  it('stays valid and is restored as it was, whatever changes', () => {
    const samples = [FIRST, SECOND, sampleRun('Third', [])];
    const folder = fc.constantFrom(...samples.map(({ description }) => description.run), '/none');
    const end = fc.integer({ min: 0, max: 9 });
    const domain = fc.tuple(end, end).map(([from, size]) => [from, from + size + 1] as const);
    const change: fc.Arbitrary<TrajectoriesChange | 'answer' | 'fail'> = fc.oneof(
      fc.constantFrom('answer' as const, 'fail' as const),
      fc.subarray(samples).map((runs) => show(...runs)),
      folder.map((run) => ({ type: 'toggle run' as const, run })),
      folder.map((run) => ({ type: 'isolate run' as const, run })),
      fc.constantFrom(...PARTS).map((part) => ({ type: 'toggle part' as const, part })),
      domain.map((loss) => ({ type: 'zoom' as const, domains: { loss } })),
      fc
        .record(
          {
            measure: fc.constantFrom('gini' as const, 'hill1' as const, 'relative' as const),
            view: fc.constantFrom('charts' as const, 'table' as const, 'differences' as const),
            lossScale: fc.constantFrom('log' as const, 'linear' as const),
            seeds: fc.constantFrom('mean' as const, 'each' as const),
          },
          { requiredKeys: [] },
        )
        .map((view) => ({ type: 'choose' as const, view })),
      fc.string().map((text) => ({ type: 'note' as const, text })),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        let state = initialState(undefined);
        let asked: readonly TrajectoriesEffect[] = [];
        for (const one of changes) {
          // Answers come in any order: an early one may have been overtaken.
          const [read] = readsOf(asked);
          if (one === 'answer' || one === 'fail') {
            if (!read) continue;
            asked = asked.filter((effect) => effect !== read);
          }
          const given: TrajectoriesChange | undefined =
            one === 'answer'
              ? { type: 'rows read', run: read.run, table: new MetricsTable(read.measures) }
              : one === 'fail'
                ? { ...read, type: 'rows failed', problem: 'lost' }
                : one;
          // Whoever changes a state in place throws.
          for (const part of [state, state.view, state.known, ...state.known]) Object.freeze(part);
          const step = reduce(state, given);
          const isSaved = step.effects.some(({ type }) => type === 'save');
          assert.equal(isSaved, step.state.view !== state.view);
          asked = [...asked, ...readsOf(step.effects)];
          ({ state } = step);
          requireInvariants(state, asked);
        }
        const saved: unknown = JSON.parse(JSON.stringify(state.view));
        assert.deepEqual(stateFrom(saved), JSON.parse(JSON.stringify(stateFrom(saved))));
        assert.deepEqual(JSON.parse(JSON.stringify(initialState(saved).view)), saved);
      }),
    );
  });
});

function requireInvariants(
  { view, known }: TrajectoriesState,
  asked: readonly TrajectoriesEffect[],
): void {
  const folders = known.map(({ description }) => description.run);
  assert.deepEqual(view.runs, folders);
  assert.deepEqual(Object.keys(view.slots).sort(), [...folders].sort());
  assert.equal(new Set(Object.values(view.slots)).size, folders.length);
  assert.equal(new Set(view.hidden).size, view.hidden.length);
  for (const { description, measures, reading, table } of known) {
    for (const id of neededMeasures(view)) assert.ok(measures.includes(id));
    const isAsked = readsOf(asked).some((read) => read.measures === measures);
    assert.equal(reading, isAsked, description.run);
    for (const id of table.measures) assert.ok(measures.includes(id));
  }
}

describe('a page of trajectories with nothing to draw', () => {
  function emptiness(state: TrajectoriesState): Emptiness | undefined {
    const groups = chartsOf(runsOf(state), state.view);
    const rows = state.view.view === 'table' ? numbersOf(groups, state.view.zoom) : undefined;
    return emptinessOf(state, groups, rows);
  }
  /** What stands there after the button was pressed. */
  function pressed(state: TrajectoriesState): Emptiness | undefined {
    const does = emptiness(state)?.button?.does;
    assert.ok(does && does !== 'add runs');
    return emptiness(reduce(state, does).state);
  }
  const lost = (deleted: boolean): LostRun => ({
    run: A,
    id: '1',
    name: 'Anne',
    deleted,
    message: 'Gone.',
  });
  const losing = (...all: LostRun[]): TrajectoriesState =>
    after(initialState(undefined), { type: 'show', shown: { runs: [], lost: all } }).state;

  it('has something to draw once rows are there', () =>
    assert.equal(emptiness(ready()), undefined));

  it('waits for the host, and for rows', () => {
    const reading = { lines: ['Reading the runs…'] };
    assert.deepEqual(emptiness(initialState(undefined)), reading);
    assert.deepEqual(emptiness(after(initialState(undefined), show(FIRST)).state), reading);
    const { state } = after(ready(), show(sampleRun('New', [])));
    const table = new MetricsTable(state.known[0].measures);
    const { run } = state.known[0].description;
    const read = reduce(state, { type: 'rows read', run, table }).state;
    assert.equal(emptiness(read)?.heading, 'No epoch is measured yet');
  });

  it('says which runs are lost, and offers others', () => {
    const none = emptiness(losing());
    assert.deepEqual([none?.heading, none?.button?.does], ['No run is shown', 'add runs']);
    const one = emptiness(losing(lost(true)));
    assert.deepEqual([one?.heading, one?.lines], ['This run was deleted', ['Anne 1: Gone.']]);
    assert.equal(emptiness(losing(lost(true), lost(true)))?.heading, 'These runs were deleted');
    assert.equal(emptiness(losing(lost(false)))?.heading, 'This run cannot be shown');
    const several = emptiness(losing(lost(true), lost(false)));
    assert.equal(several?.heading, 'These runs cannot be shown');
  });

  it('leads back to what was hidden or zoomed away', () => {
    const all = after(
      ready(),
      { type: 'toggle run', run: A },
      { type: 'toggle run', run: B },
    ).state;
    assert.equal(emptiness(all)?.heading, 'All runs are hidden');
    assert.equal(pressed(all), undefined);
    const parts = Object.fromEntries(
      PARTS.map((part) => [part, false]),
    ) as typeof INITIAL_STATE.parts;
    const nothing = after(ready(), {
      type: 'choose',
      view: { parts, hiddenArms: ['dense', 'dropout'] },
    }).state;
    assert.match(emptiness(nothing)?.lines[0] ?? '', /^Not shown: dense, dropout/);
    assert.equal(pressed(nothing), undefined);
    const zoom = { 'training epoch': [100, 200], ratio: [100, 200] } as const;
    const axes = chartsOf(runsOf(ready()), ready().view).flatMap(({ charts }) =>
      charts.map(({ x }) => x.quantity),
    );
    const away = Object.fromEntries(axes.map((axis) => [axis, zoom['training epoch']]));
    const zoomed = after(ready(), { type: 'choose', view: { zoom: away, view: 'table' } }).state;
    assert.equal(emptiness(zoomed)?.heading, 'No point lies within the zoom');
    assert.equal(pressed(zoomed), undefined);
  });

  it('says why the rows are not there', () => {
    const { state, effects } = after(initialState(undefined), show(FIRST));
    const [read] = readsOf(effects);
    const failed = reduce(state, { ...read, type: 'rows failed', problem: 'damaged' }).state;
    assert.deepEqual(emptiness(failed), {
      heading: 'The rows could not be read',
      lines: ['NonLinear0 20260101-000000: damaged'],
    });
    assert.equal(
      emptiness(after(failed, { type: 'choose', view: { view: 'differences' } }).state),
      undefined,
    );
  });
});
