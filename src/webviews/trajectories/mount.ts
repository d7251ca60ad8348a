import { MetricsTable, type MetricsColumns } from '../../core/experiment/metricsTable';
import type { MeasureId } from '../../core/measures/table';
import type { LostRun, RunDescription, ShownRuns } from '../../protocol/trajectories';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { exportMenu } from '../shared/exportMenu';
import { Folding } from '../shared/folding';
import { Frame } from '../shared/frame';
import { LiveRegion } from '../shared/liveRegion';
import { csvBytes, jsonBytes } from '../../figures/text/numbersFile';
import { observeTheme, readTheme } from '../shared/theme';
import { VirtualTable } from '../shared/virtualTable';
import { DifferencesView } from './differencesView';
import { trajectoriesFigure } from '../../figures/trajectories/figure';
import { ChartGrid } from './grid';
import { Legend } from './legend';
import {
  chartsOf,
  measureSymbol,
  measureTitle,
  neededMeasures,
  type ChartGroup,
} from '../../figures/trajectories/charts';
import type { TrajectoryLine } from '../../figures/trajectories/lines';
import { HEADS, numbersOf } from '../../figures/trajectories/numbers';
import { runTitles, type ShownRun } from '../../figures/trajectories/run';
import { specimensAt } from '../../figures/trajectories/specimens';
import { assignSlots, hiddenParts, INITIAL_STATE, stateFrom, type ViewState } from '../../figures/trajectories/state';
import { statementOf } from '../../figures/trajectories/texts';
import type { TrajectoriesSource } from './source';
import { numbersTable, type TableContext } from './table';
import { Toolbar } from './toolbar';

/** How trajectories are shown at first. */
export interface TrajectoriesOptions {
  /** As it was told to `remember`. */
  readonly state?: unknown;
  /** Is told the state whenever it changes. */
  readonly remember?: (state: ViewState) => void;
  /** Within a document that scrolls. */
  readonly embedded?: boolean;
}

/** Trajectories in an element. */
export interface Trajectories {
  /** Shows these runs and no others. */
  show(shown: ShownRuns): void;
  /** Adds rows that were measured just now. */
  append(run: string, columns: MetricsColumns): void;
  dispose(): void;
}

/** Puts the trajectories of runs into an element. Knows of no editor: a notebook mounts it as well. */
export function mountTrajectories(
  target: HTMLElement,
  source: TrajectoriesSource,
  options: TrajectoriesOptions = {},
): Trajectories {
  return new MountedTrajectories(target, source, options);
}

interface KnownRun {
  readonly description: RunDescription;
  /** Of the rows as they came last. */
  table: MetricsTable;
  /** Measures that are there or on their way. */
  measures: readonly MeasureId[];
  /** Whether rows were asked for that have not come. */
  reading: boolean;
  problem?: string;
}

class MountedTrajectories implements Trajectories {
  private state: ViewState;
  private chosen: boolean;
  private palette = readTheme();
  private groups: readonly ChartGroup[] = [];
  private readonly known = new Map<string, KnownRun>();
  private readonly frame = new Frame(() => this.draw());
  private readonly live = new LiveRegion();
  private readonly toolbar: Toolbar;
  private readonly legend: Legend;
  private readonly grid: ChartGrid;
  private readonly table = new VirtualTable();
  private readonly differences = new DifferencesView();
  private readonly statement = element('span');
  /** What the user was told last. */
  private readonly noted = element('span', { class: 'noted' });
  private readonly footer = element('p', { class: 'statement' }, this.statement, ' ', this.noted);
  private readonly folding: Folding;
  private readonly empty: HTMLElement;
  private readonly gone = element('p', { class: 'gone', hidden: true });
  private readonly root: HTMLElement;
  private readonly endTheme: () => void;
  /** Whether the host has said which runs there are. */
  private told = false;
  private lost: readonly LostRun[] = [];

  constructor(
    target: HTMLElement,
    private readonly source: TrajectoriesSource,
    private readonly options: TrajectoriesOptions,
  ) {
    this.state = stateFrom(options.state);
    this.chosen = options.state !== undefined;
    const { addRuns, removeRun } = source;
    const say = (line: string): void => this.live.say(line);
    this.toolbar = new Toolbar(
      (change) => this.change(change),
      [
        ...(addRuns ? [button('Add runs…', addRuns, 'Compare with further runs')] : []),
        exportMenu(
          {
            name: () => this.name(),
            figure: (look) => trajectoriesFigure(this.groups, this.shown(), this.state, look),
            csv: () => csvBytes(HEADS, numbersOf(this.groups, this.state.zoom)),
            json: () => jsonBytes(this.numbers()),
          },
          { save: (file) => source.save(file), say: (line) => this.note(line) },
        ),
      ],
    );
    this.legend = new Legend({
      toggleRun: (run) => this.change({ hidden: toggled(this.state.hidden, run) }),
      isolateRun: (run) => this.isolate(run),
      ...(removeRun && { removeRun }),
      togglePart: (part) => {
        const { parts } = this.state;
        this.change({ parts: { ...parts, [part]: !parts[part] } });
      },
    });
    this.grid = new ChartGrid(
      {
        say,
        open: (line, point) => void this.open(line, point),
        zoom: (domains) => this.change({ zoom: { ...this.state.zoom, ...domains } }),
        zoomOut: () => this.change({ zoom: {} }),
      },
      () => this.frame.ask(),
    );
    this.empty = element('div', { class: 'empty' });
    this.root = element(
      'div',
      { class: 'lab trajectories' },
      this.toolbar.element,
      this.legend.element,
      this.gone,
      element(
        'div',
        { class: 'content' },
        this.grid.element,
        this.table.element,
        this.differences.element,
        this.empty,
      ),
      this.footer,
      this.live.element,
    );
    this.folding = new Folding({
      root: this.root,
      parts: [this.toolbar.options, this.legend.element],
      embedded: options.embedded ?? false,
    });
    this.toolbar.element.prepend(this.folding.button);
    target.replaceChildren(this.root);
    this.endTheme = observeTheme(() => {
      this.palette = readTheme();
      this.frame.ask();
    });
    this.frame.ask();
  }

  show({ runs, lost = [], measure, follows }: ShownRuns): void {
    this.told = true;
    this.lost = lost;
    if (measure && !this.chosen) this.state = { ...this.state, measure };
    for (const run of this.known.keys()) {
      if (!runs.some((description) => description.run === run)) this.known.delete(run);
    }
    for (const description of runs) {
      const { run } = description;
      const known = this.known.get(run);
      const fresh = { table: new MetricsTable([]), measures: [], reading: false };
      this.known.set(run, { ...fresh, ...known, description });
    }
    const folders = [...this.known.keys()];
    this.change({
      runs: folders,
      follows,
      slots: assignSlots(this.state.slots, folders),
      hidden: this.state.hidden.filter((run) => this.known.has(run)),
    });
  }

  append(run: string, columns: MetricsColumns): void {
    this.known.get(run)?.table.extend(columns);
    this.frame.ask();
  }

  dispose(): void {
    this.frame.dispose();
    this.live.dispose();
    this.endTheme();
    this.folding.dispose();
    this.grid.dispose();
    this.table.dispose();
    this.root.remove();
  }

  private change(change: Partial<ViewState>): void {
    this.state = { ...this.state, ...change };
    if (change.measure) this.chosen = true;
    this.options.remember?.(this.state);
    this.fetch();
    this.frame.ask();
  }

  /** Asks for the rows of runs whose measures are not there yet. */
  private fetch(): void {
    const needed = neededMeasures(this.state);
    for (const [run, known] of this.known) {
      if (needed.every((id) => known.measures.includes(id))) continue;
      const measures = [...new Set([...known.measures, ...needed])];
      known.measures = measures;
      known.reading = true;
      this.source.columns(run, measures).then(
        (columns) => {
          // An answer that was overtaken lacks what was asked for later.
          if (this.known.get(run)?.measures !== measures) return;
          const table = new MetricsTable(measures);
          table.extend(columns);
          this.replace(run, { table, reading: false, problem: undefined });
        },
        (error: unknown) => {
          const problem = error instanceof Error ? error.message : String(error);
          this.replace(run, { problem, reading: false });
          this.live.say(problem);
        },
      );
    }
  }

  private replace(run: string, change: Partial<KnownRun>): void {
    const known = this.known.get(run);
    if (known) this.known.set(run, { ...known, ...change });
    this.frame.ask();
  }

  private shown(): ShownRun[] {
    const { hidden, slots } = this.state;
    return [...this.known.values()].map(({ description, table, problem }) => ({
      ...description,
      table,
      problem,
      slot: slots[description.run] ?? 0,
      visible: !hidden.includes(description.run),
    }));
  }

  private draw(): void {
    const { state, palette } = this;
    const runs = this.shown();
    this.groups = chartsOf(runs, state);
    this.toolbar.show(state);
    this.legend.show(runs, state, palette);
    this.statement.textContent = statementOf(runs, state, this.groups);
    const rows = state.view === 'table' ? numbersOf(this.groups, state.zoom) : undefined;
    const reason = this.emptiness(runs) ?? (rows?.length === 0 ? this.zoomedAway() : undefined);
    const view = reason ? undefined : state.view;
    this.grid.element.hidden = view !== 'charts';
    this.table.element.hidden = view !== 'table';
    this.differences.element.hidden = view !== 'differences';
    this.legend.element.hidden = runs.length === 0;
    this.statement.hidden = view !== 'charts';
    this.showLost();
    this.empty.hidden = !reason;
    if (reason) this.empty.replaceChildren(...reason);
    if (view === 'charts') this.grid.show(this.groups, state.zoom, palette);
    if (view === 'table' && rows) this.table.show(numbersTable(rows, this.tableContext(runs)));
    if (view === 'differences') this.differences.show(runs, palette);
  }

  /** What to say and do where there is nothing to draw. */
  private emptiness(runs: readonly ShownRun[]): Node[] | undefined {
    const { addRuns } = this.source;
    if (runs.length === 0) {
      if (!this.told) return [readingNote()];
      if (this.lost.length > 0) return this.losses();
      return [
        element('h2', {}, 'No run is shown'),
        element('p', {}, 'Run an experiment, or choose runs that are there already.'),
        ...(addRuns ? [button('Add runs…', addRuns)] : []),
      ];
    }
    // What differs is known before any row is.
    if (this.groups.length > 0 || this.state.view === 'differences') return undefined;
    if (runs.every(({ visible }) => !visible)) {
      return [
        element('h2', {}, 'All runs are hidden'),
        element('p', {}, 'Press one in the legend to show it alone.'),
        button('Show all runs', () => this.change({ hidden: [] })),
      ];
    }
    const problems = runs.flatMap(({ problem, name, id }) =>
      problem === undefined ? [] : [`${name} ${id}: ${problem}`],
    );
    if (problems.length > 0) {
      return [
        element('h2', {}, 'The rows could not be read'),
        ...problems.map((problem) => element('p', {}, problem)),
      ];
    }
    if ([...this.known.values()].some(({ reading }) => reading)) return [readingNote()];
    const { parts } = this.state;
    if (runs.some(({ visible, table }) => visible && table.count > 0)) {
      return hiddenParts(parts).length === 0
        ? [element('h2', {}, 'Nothing of what is chosen has been measured')]
        : [
            element('h2', {}, 'What is chosen leaves nothing to show'),
            element('p', {}, `Not shown: ${hiddenParts(parts).join(', ')}.`),
            button('Show everything', () => this.change({ parts: INITIAL_STATE.parts })),
          ];
    }
    return [
      element('h2', {}, 'No epoch is measured yet'),
      element('p', {}, 'The trajectories draw themselves as soon as the run measures its first.'),
    ];
  }

  /** Of a table without rows, though there are lines. */
  private zoomedAway(): Node[] {
    return [
      element('h2', {}, 'No point lies within the zoom'),
      button('Show all', () => this.change({ zoom: {} })),
    ];
  }

  /** What became of runs that were shown, where none is left. */
  private losses(): Node[] {
    const { lost } = this;
    const { addRuns } = this.source;
    const [one, several] = lost.every(({ deleted }) => deleted)
      ? ['This run was deleted', 'These runs were deleted']
      : ['This run cannot be shown', 'These runs cannot be shown'];
    return [
      element('h2', {}, lost.length === 1 ? one : several),
      ...lost.map(({ name, id, message }) => element('p', {}, `${name} ${id}: ${message}`)),
      ...(addRuns ? [button('Add runs…', addRuns)] : []),
    ];
  }

  /** Beside runs that are still there, those that are not are told of above them. */
  private showLost(): void {
    const beside = this.known.size > 0 ? this.lost : [];
    this.gone.hidden = beside.length === 0;
    this.gone.textContent = beside
      .map(({ name, id, message }) => `${name} ${id}: ${message}`)
      .join(' ');
  }

  private tableContext(runs: readonly ShownRun[]): TableContext {
    const { measure } = this.state;
    const titles = runTitles(runs);
    return {
      runs: runs.flatMap(({ run, name, visible }) => (visible ? (titles.get(run) ?? name) : [])),
      measure: { title: measureTitle(measure), symbol: measureSymbol(measure) },
    };
  }

  private isolate(run: string): void {
    const others = [...this.known.keys()].filter((other) => other !== run);
    const alone =
      others.every((other) => this.state.hidden.includes(other)) &&
      !this.state.hidden.includes(run);
    this.change({ hidden: alone ? [] : others });
  }

  private async open(line: TrajectoryLine, point: number): Promise<void> {
    const { open } = this.source;
    if (!open) return;
    const { run, arm } = line.subject;
    const table = this.known.get(run)?.table;
    const { measure } = this.state;
    const specimens =
      table && arm !== undefined
        ? specimensAt(line, point, table, table.measure(measure)?.mean)
        : [];
    if (specimens.length === 0) {
      this.note('The null belongs to no network: it has no matrix.');
      return;
    }
    try {
      const told = await open({ run, specimens, measure: measureSymbol(measure) });
      if (told !== undefined) this.note(told);
    } catch (error) {
      this.note(error instanceof Error ? error.message : String(error));
    }
  }

  /** Says something to everyone: below the charts, and to a screen reader. */
  private note(line: string): void {
    this.live.say(line);
    this.noted.textContent = line;
  }

  private name(): string {
    const [first, ...others] = this.shown().filter(({ visible }) => visible);
    if (!first) return 'trajectories';
    return `${first.name}${others.length > 0 ? ` and ${others.length} more` : ''} trajectories`;
  }

  private numbers(): unknown {
    const { measure, ratio, seeds } = this.state;
    const runs = this.shown().filter(({ visible }) => visible);
    return {
      measure,
      measureName: measureTitle(measure),
      ratio,
      seeds,
      statement: statementOf(runs, this.state, this.groups),
      runs: runs.map(({ run, name, id, engine, version, specification, nulls, oldNull }) => {
        return { run, name, id, engine, version, specification, null: nulls ?? null, oldNull };
      }),
      columns: HEADS,
      rows: numbersOf(this.groups, this.state.zoom),
    };
  }
}

function readingNote(): HTMLElement {
  return element('p', {}, 'Reading the runs…');
}

function toggled(list: readonly string[], item: string): string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}
