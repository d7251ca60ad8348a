import { type MetricsColumns, MetricsTable } from '../../core/experiment/metricsTable';
import { type ChartGroup, chartsOf } from '../../figures/trajectories/charts';
import { trajectoriesFigure } from '../../figures/trajectories/figure';
import { numbersOf, trajectoriesCsv, trajectoriesJson } from '../../figures/trajectories/numbers';
import type { ShownRun } from '../../figures/trajectories/run';
import type { ViewState } from '../../figures/trajectories/state';
import { statementOf } from '../../figures/trajectories/texts';
import type { ShownRuns } from '../../protocol/trajectories';
import { button } from '../shared/controls';
import { element } from '../shared/dom';
import { exportMenu } from '../shared/exportMenu';
import { Folding } from '../shared/folding';
import { Frame } from '../shared/frame';
import { LiveRegion } from '../shared/liveRegion';
import { observeTheme, readTheme } from '../shared/theme';
import { VirtualTable } from '../shared/virtualTable';
import { DifferencesView } from './differencesView';
import { type Emptiness, emptinessOf, lossLine } from './emptiness';
import { ChartGrid } from './grid';
import { Legend } from './legend';
import { reduce } from './reduce';
import type { TrajectoriesSource } from './source';
import {
  initialState,
  runsOf,
  type TrajectoriesChange,
  type TrajectoriesEffect,
  type TrajectoriesState,
} from './state';
import { numbersTable } from './table';
import { Toolbar } from './toolbar';

/** How trajectories are shown at first. */
export interface TrajectoriesOptions {
  /** What {@link TrajectoriesOptions.remember} was given the last time. */
  readonly state?: unknown;
  /** Is called with what a reload should restore, whenever it changes. */
  readonly remember?: (state: ViewState) => void;
  /** Within a document that scrolls. */
  readonly embedded?: boolean;
}

/** Draws the trajectories of runs, and carries out the effects of changes. A notebook mounts it as well. */
export class Trajectories {
  private state: TrajectoriesState;
  private palette = readTheme();
  private groups: readonly ChartGroup[] = [];
  private readonly frame = new Frame(() => this.draw());
  private readonly live = new LiveRegion();
  private readonly toolbar: Toolbar;
  private readonly legend: Legend;
  private readonly grid: ChartGrid;
  private readonly table = new VirtualTable();
  private readonly differences = new DifferencesView();
  private readonly statement = element('span');
  private readonly noted = element('span', { class: 'noted' });
  private readonly empty = element('div', { class: 'empty' });
  private readonly gone = element('p', { class: 'gone', hidden: true });
  private readonly folding: Folding;
  private readonly root: HTMLElement;
  private readonly endTheme: () => void;

  constructor(
    target: HTMLElement,
    private readonly source: TrajectoriesSource,
    private readonly options: TrajectoriesOptions = {},
  ) {
    this.state = initialState(options.state);
    const { dispatch } = this;
    const { addRuns, removeRun } = source;
    this.toolbar = new Toolbar(
      (view) => dispatch({ type: 'choose', view }),
      [
        ...(addRuns ? [button('Add runs…', addRuns, 'Compare with further runs')] : []),
        this.exporting(),
      ],
    );
    this.legend = new Legend(dispatch, removeRun);
    this.grid = new ChartGrid(
      dispatch,
      (line) => this.live.say(line),
      () => this.frame.request(),
    );
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
      element('p', { class: 'statement' }, this.statement, ' ', this.noted),
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
      this.frame.request();
    });
    this.frame.request();
  }

  /** Shows these runs and no others. */
  show(shown: ShownRuns): void {
    this.dispatch({ type: 'show', shown });
  }

  /** Adds rows that were measured just now. A run has too many to copy them each time. */
  append(run: string, columns: MetricsColumns): void {
    this.state.known.find(({ description }) => description.run === run)?.table.extend(columns);
    this.frame.request();
  }

  dispose(): void {
    for (const part of [this.frame, this.live, this.folding, this.grid, this.table]) part.dispose();
    this.endTheme();
    this.root.remove();
  }

  /** Changes the state, and draws it with the next frame. */
  private readonly dispatch = (change: TrajectoriesChange): void => {
    const { state, effects } = reduce(this.state, change);
    this.state = state;
    for (const effect of effects) this.carryOut(effect);
    this.frame.request();
  };

  private carryOut(effect: TrajectoriesEffect): void {
    switch (effect.type) {
      case 'announce':
        return this.live.say(effect.text);
      case 'save':
        return this.options.remember?.(effect.view);
      case 'open':
        this.source.open?.(effect.point).then(
          (text) => text !== undefined && this.dispatch({ type: 'note', text }),
          (error: unknown) => this.dispatch({ type: 'note', text: messageOf(error) }),
        );
        return;
      case 'read':
        return this.read(effect);
    }
  }

  private read({ run, measures }: Extract<TrajectoriesEffect, { type: 'read' }>): void {
    this.source.columns(run, measures).then(
      (columns) => {
        const table = new MetricsTable(measures);
        table.extend(columns);
        this.dispatch({ type: 'rows read', run, table });
      },
      (error: unknown) =>
        this.dispatch({ type: 'rows failed', run, measures, problem: messageOf(error) }),
    );
  }

  private draw(): void {
    const { state, palette } = this;
    const { view, lost } = state;
    const runs = runsOf(state);
    const groups = chartsOf(runs, view);
    this.groups = groups;
    this.toolbar.show(
      view,
      view.ratio === 'weightRatio' || runs.some(({ specification }) => specification.arms),
    );
    this.legend.show(runs, view, palette);
    const rows = view.view === 'table' ? numbersOf(groups, view.zoom) : undefined;
    const emptiness = emptinessOf(state, groups, rows);
    const shown = emptiness ? undefined : view.view;
    this.grid.element.hidden = shown !== 'charts';
    this.table.element.hidden = shown !== 'table';
    this.differences.element.hidden = shown !== 'differences';
    this.legend.element.hidden = runs.length === 0;
    this.statement.textContent = statementOf(runs, view, groups);
    this.statement.hidden = shown !== 'charts';
    this.noted.textContent = state.note ?? '';
    // Above the runs that are left. Where none is left, the empty page says it.
    const gone = runs.length > 0 ? lost : [];
    this.gone.hidden = gone.length === 0;
    this.gone.textContent = gone.map(lossLine).join(' ');
    this.empty.hidden = !emptiness;
    if (emptiness) this.empty.replaceChildren(...this.nodesOf(emptiness));
    if (shown === 'charts') this.grid.show(groups, view.zoom, palette);
    if (shown === 'table' && rows) this.table.show(numbersTable(rows, runs, view.measure));
    if (shown === 'differences') this.differences.show(runs, view.measure, palette);
  }

  private nodesOf({ heading, lines, button: way }: Emptiness): Node[] {
    const does = way?.does;
    const press =
      does === 'add runs' ? this.source.addRuns : does && ((): void => this.dispatch(does));
    return [
      ...(heading === undefined ? [] : [element('h2', {}, heading)]),
      ...lines.map((line) => element('p', {}, line)),
      ...(way && press ? [button(way.label, press)] : []),
    ];
  }

  private exporting(): HTMLElement {
    const visible = (): ShownRun[] => runsOf(this.state).filter((run) => run.visible);
    const say = (text: string): void => this.dispatch({ type: 'note', text });
    return exportMenu(
      {
        name: () => {
          const [first, ...others] = visible();
          if (!first) return 'trajectories';
          const more = others.length > 0 ? ` and ${others.length} more` : '';
          return `${first.name}${more} trajectories`;
        },
        figure: (theme) =>
          trajectoriesFigure(this.groups, runsOf(this.state), this.state.view, theme),
        csv: () => trajectoriesCsv(this.groups, this.state.view),
        json: () => trajectoriesJson(visible(), this.state.view, this.groups),
      },
      { save: (file) => this.source.save(file), say },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
