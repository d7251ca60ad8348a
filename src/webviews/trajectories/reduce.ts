import { MetricsTable } from '../../core/experiment/metricsTable';
import type { MeasureId } from '../../core/measures/table';
import { measureSymbol, neededMeasures } from '../../figures/trajectories/charts';
import type { TrajectoryLine } from '../../figures/trajectories/lines';
import { specimensAt } from '../../figures/trajectories/specimens';
import { assignSlots, type ViewState } from '../../figures/trajectories/state';
import type { ShownRuns } from '../../protocol/trajectories';
import type {
  KnownRun,
  Step,
  TrajectoriesChange,
  TrajectoriesEffect,
  TrajectoriesState,
} from './state';

/** The state after a change, and the effects that the view carries out. A pure function. */
export function reduce(before: TrajectoriesState, change: TrajectoriesChange): Step {
  const changed = stepOf(before, change);
  const { state, effects } = readMissing(changed);
  if (state.view === before.view) return { state, effects };
  return { state, effects: [...effects, { type: 'save', view: state.view }] };
}

function stepOf(state: TrajectoriesState, change: TrajectoriesChange): Step {
  const { view } = state;
  switch (change.type) {
    case 'show':
      return step(show(state, change.shown));
    case 'rows read': {
      const { run, table } = change;
      const read = { table, reading: false, problem: undefined };
      return step(isAwaited(state, run, table.measures) ? withRun(state, run, read) : state);
    }
    case 'rows failed': {
      const { run, measures, problem } = change;
      if (!isAwaited(state, run, measures)) return step(state);
      const failed = withRun(state, run, { reading: false, problem });
      return step(failed, { type: 'announce', text: problem });
    }
    case 'choose':
      return step(choose(state, change.view));
    case 'toggle run': {
      const { run } = change;
      const others = view.hidden.filter((hidden) => hidden !== run);
      const isHidden = others.length < view.hidden.length;
      return step(choose(state, { hidden: isHidden ? others : [...view.hidden, run] }));
    }
    case 'isolate run': {
      const others = state.known
        .map(({ description }) => description.run)
        .filter((run) => run !== change.run);
      const isAlone =
        others.every((run) => view.hidden.includes(run)) && !view.hidden.includes(change.run);
      return step(choose(state, { hidden: isAlone ? [] : others }));
    }
    case 'toggle part': {
      const { part } = change;
      return step(choose(state, { parts: { ...view.parts, [part]: !view.parts[part] } }));
    }
    case 'toggle arm': {
      const others = view.hiddenArms.filter((arm) => arm !== change.arm);
      const isHidden = others.length < view.hiddenArms.length;
      return step(choose(state, { hiddenArms: isHidden ? others : [...others, change.arm] }));
    }
    case 'zoom':
      return step(choose(state, { zoom: { ...view.zoom, ...change.domains } }));
    case 'open point':
      return openPoint(state, change.line, change.point);
    case 'note':
      return note(state, change.text);
  }
}

function step(state: TrajectoriesState, ...effects: readonly TrajectoriesEffect[]): Step {
  return { state, effects };
}

function choose(state: TrajectoriesState, view: Partial<ViewState>): TrajectoriesState {
  const isMeasureChosen = state.isMeasureChosen || view.measure !== undefined;
  return { ...state, view: { ...state.view, ...view }, isMeasureChosen };
}

/** Says something to everyone: below the charts, and by a screen reader. */
function note(state: TrajectoriesState, text: string): Step {
  return step({ ...state, note: text }, { type: 'announce', text });
}

/** Shows these runs and no others. Those that were shown before keep their places, rows and colours. */
function show(
  state: TrajectoriesState,
  { runs, lost = [], measure, follows }: ShownRuns,
): TrajectoriesState {
  const described = new Map(runs.map((description) => [description.run, description]));
  const kept = state.known.flatMap((known) => {
    const description = described.get(known.description.run);
    return description ? [{ ...known, description }] : [];
  });
  for (const { description } of kept) described.delete(description.run);
  const fresh = [...described.values()].map((description): KnownRun => {
    return { description, table: new MetricsTable([]), measures: [], reading: false };
  });
  const known = [...kept, ...fresh];
  const folders = known.map(({ description }) => description.run);
  const { view } = state;
  return {
    ...state,
    isInitialized: true,
    known,
    lost,
    view: {
      ...view,
      measure: state.isMeasureChosen ? view.measure : (measure ?? view.measure),
      runs: folders,
      follows,
      slots: assignSlots(view.slots, folders),
      hidden: view.hidden.filter((run) => folders.includes(run)),
    },
  };
}

/** Asks for the rows of runs whose measures are not there yet. */
function readMissing({ state, effects }: Step): Step {
  const needed = neededMeasures(state.view);
  const reads: TrajectoriesEffect[] = [];
  const known = state.known.map((one) => {
    if (needed.every((id) => one.measures.includes(id))) return one;
    const measures = [...new Set([...one.measures, ...needed])];
    reads.push({ type: 'read', run: one.description.run, measures });
    return { ...one, measures, reading: true };
  });
  if (reads.length === 0) return { state, effects };
  return { state: { ...state, known }, effects: [...effects, ...reads] };
}

/** Whether an answer is to the last question: one that was overtaken lacks measures. */
function isAwaited(
  { known }: TrajectoriesState,
  run: string,
  measures: readonly MeasureId[],
): boolean {
  return known.some((one) => one.description.run === run && one.measures === measures);
}

function withRun(
  state: TrajectoriesState,
  run: string,
  change: Partial<KnownRun>,
): TrajectoriesState {
  const known = state.known.map((one) => {
    return one.description.run === run ? { ...one, ...change } : one;
  });
  return { ...state, known };
}

function openPoint(state: TrajectoriesState, line: TrajectoryLine, point: number): Step {
  const { run, arm } = line.subject;
  const { measure } = state.view;
  const table = state.known.find(({ description }) => description.run === run)?.table;
  const specimens =
    table && arm !== undefined ? specimensAt(line, point, table, table.measure(measure)?.mean) : [];
  return specimens.length === 0
    ? note(state, 'The null belongs to no network: it has no matrix.')
    : step(state, { type: 'open', point: { run, specimens, measure: measureSymbol(measure) } });
}
