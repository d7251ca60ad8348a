import type { Palette } from '../../figures/colour/palette';
import type { Zoom } from '../../figures/lines/layout';
import { shortNumber } from '../../figures/text/numbers';
import type { ChartGroup, TrajectoryChart } from '../../figures/trajectories/charts';
import {
  type SpecimenPoint,
  specimenPointOf,
  pointAt,
  type TrajectoryLine,
} from '../../figures/trajectories/lines';
import { pointLines } from '../../figures/trajectories/texts';
import type { Highlight } from '../charts/lines/highlight';
import type { Picked } from '../charts/lines/pick';
import { LinesView } from '../charts/lines/view';
import { element } from '../shared/dom';
import type { TrajectoriesChange } from './state';

/** Between a point and its tooltip, in pixels. */
const GAP = 14;

type View = LinesView<TrajectoryLine>;

/** The point under the pointer or the cursor of the keyboard, in terms that hold in every chart. */
interface Inspected {
  readonly chart: string;
  readonly lineId: string;
  readonly moment: SpecimenPoint;
  readonly by: 'pointer' | 'keyboard';
}

/** A box beside a point that tells of it. A screen reader is told elsewhere. */
class Tooltip {
  readonly element = element('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: true });

  /** @param place of the point in the window */
  show(lines: readonly string[], [x, y]: readonly [number, number]): void {
    const { element: box } = this;
    const [head, ...rest] = lines;
    box.replaceChildren(
      element('div', { class: 'tooltip-head' }, head ?? ''),
      ...rest.map((line) => element('div', {}, line)),
    );
    box.hidden = false;
    const { clientWidth, clientHeight } = document.documentElement;
    const right = x + GAP + box.offsetWidth <= clientWidth;
    const below = y + GAP + box.offsetHeight <= clientHeight;
    box.style.left = `${Math.max(0, right ? x + GAP : x - GAP - box.offsetWidth)}px`;
    box.style.top = `${Math.max(0, below ? y + GAP : y - GAP - box.offsetHeight)}px`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

/** All charts, linked: the point that is inspected in one is marked in all. */
export class ChartGrid {
  readonly element = element('div', { class: 'groups' });
  private readonly views = new Map<string, View>();
  private readonly sections = new Map<string, HTMLElement>();
  private readonly tooltip = new Tooltip();
  private readonly sizes: ResizeObserver;
  private charts: readonly TrajectoryChart[] = [];
  private inspected: Inspected | undefined;

  /**
   * @param announce tells a screen reader of a point
   * @param resized is called when the charts are to be shown again, at another size
   */
  constructor(
    private readonly dispatch: (change: TrajectoriesChange) => void,
    private readonly announce: (line: string) => void,
    resized: () => void,
  ) {
    this.sizes = new ResizeObserver(resized);
    this.element.append(this.tooltip.element);
  }

  show(groups: readonly ChartGroup[], zoom: Zoom, palette: Palette): void {
    this.charts = groups.flatMap(({ charts }) => charts);
    this.arrange(groups);
    for (const chart of this.charts) this.views.get(chart.id)?.show(chart, zoom, palette);
    this.mark();
  }

  dispose(): void {
    this.sizes.disconnect();
    for (const view of this.views.values()) view.dispose();
  }

  /** Makes views for charts that are new, and takes away those of charts that are gone. */
  private arrange(groups: readonly ChartGroup[]): void {
    const ids = new Set(this.charts.map(({ id }) => id));
    for (const [id, view] of this.views) {
      if (ids.has(id)) continue;
      this.sizes.unobserve(view.element);
      view.dispose();
      this.views.delete(id);
    }
    const wanted = groups.map((group) => {
      const section = this.sectionOf(group);
      const [, panels] = section.children;
      const views = group.charts.map(({ id }) => this.viewOf(id).element);
      placeAll(panels, views);
      return section;
    });
    placeAll(this.element, [...wanted, this.tooltip.element]);
    for (const [id, section] of this.sections) {
      if (wanted.includes(section)) continue;
      section.remove();
      this.sections.delete(id);
    }
  }

  private sectionOf({ id, title }: ChartGroup): HTMLElement {
    let section = this.sections.get(id);
    if (!section) {
      section = element(
        'section',
        { class: `group ${id}`, 'aria-label': title },
        element('h2', {}, title),
        element('div', { class: 'panels' }),
      );
      this.sections.set(id, section);
    }
    return section;
  }

  private viewOf(id: string): View {
    let view = this.views.get(id);
    if (!view) {
      view = new LinesView<TrajectoryLine>({
        inspect: (picked, by) => this.inspect(id, picked, by),
        open: ({ line, point }) => {
          const found = this.views.get(id)?.layout?.shapes[line];
          if (found) this.dispatch({ type: 'open point', line: found.line, point });
        },
        zoom: (domains) => this.dispatch({ type: 'zoom', domains }),
        zoomOut: () => this.dispatch({ type: 'choose', view: { zoom: {} } }),
      });
      this.views.set(id, view);
      this.sizes.observe(view.element);
    }
    return view;
  }

  private inspect(chart: string, picked: Picked | undefined, by: 'pointer' | 'keyboard'): void {
    const line = picked && this.views.get(chart)?.layout?.shapes[picked.line].line;
    // A pointer that rests elsewhere does not take away the point of the keyboard.
    if (!line && by === 'pointer' && this.inspected?.by === 'keyboard') return;
    this.inspected = line && {
      chart,
      lineId: line.id,
      moment: specimenPointOf(line, picked.point),
      by,
    };
    this.mark();
    if (this.inspected && by === 'keyboard') this.announce(this.textOfInspected().join(', '));
  }

  private mark(): void {
    const { inspected } = this;
    for (const [id, view] of this.views)
      view.highlight(inspected ? this.highlightsIn(id, view, inspected) : []);
    const view = inspected && this.views.get(inspected.chart);
    const [own] = inspected && view ? this.highlightsIn(inspected.chart, view, inspected) : [];
    if (!inspected || !view?.layout || !own) {
      this.tooltip.hide();
      return;
    }
    const { points } = view.layout.shapes[own.line];
    const { left, top } = view.element.getBoundingClientRect();
    const place = [left + points[2 * own.point], top + points[2 * own.point + 1]] as const;
    this.tooltip.show(this.textOfInspected(), place);
  }

  private highlightsIn(id: string, view: View, inspected: Inspected): Highlight[] {
    const shapes = view.layout?.shapes ?? [];
    const own = id === inspected.chart;
    const found = shapes.flatMap(({ line }, place): Highlight[] => {
      // Two lines of a chart may show the same subject, as the training loss beside that of the test.
      if (own && line.id !== inspected.lineId) return [];
      const point = pointAt(line, inspected.moment);
      if (point === undefined) return [];
      return [{ line: place, point, own, label: own ? undefined : shortNumber(line.y[point]) }];
    });
    return found.slice(0, 1);
  }

  private textOfInspected(): readonly string[] {
    const { inspected } = this;
    const view = inspected && this.views.get(inspected.chart);
    const chart = this.charts.find(({ id }) => id === inspected?.chart);
    const [own] = inspected && view ? this.highlightsIn(inspected.chart, view, inspected) : [];
    const line = own && view?.layout?.shapes[own.line].line;
    return chart && line ? pointLines(chart, line, own.point) : [];
  }
}

/** Puts children into a parent in their order, without touching those that are in place. */
function placeAll(parent: Element, children: readonly Element[]): void {
  children.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}
