import { element } from '../shared/dom';
import { shortNumber } from '../../figures/text/numbers';
import type { Palette } from '../../figures/colour/palette';
import type { Highlight } from '../charts/lines/highlight';
import type { Zoom } from '../../figures/lines/layout';
import type { Picked } from '../charts/lines/pick';
import { LinesView } from '../charts/lines/view';
import type { ChartGroup, TrajectoryChart } from '../../figures/trajectories/charts';
import { momentOf, pointAt, type Moment, type TrajectoryLine } from '../../figures/trajectories/lines';
import { pointLines } from '../../figures/trajectories/texts';
import { Tooltip } from './tooltip';

/** What the charts tell of their user. */
export interface GridEvents {
  /** What is said of the point that the user looks at. */
  say(line: string): void;
  open(line: TrajectoryLine, point: number): void;
  zoom(domains: Zoom): void;
  zoomOut(): void;
}

type View = LinesView<TrajectoryLine>;

/** What the user looks at: the same in every chart, by what it stands for. */
interface Look {
  readonly chart: string;
  readonly lineId: string;
  readonly moment: Moment;
  readonly by: 'pointer' | 'keyboard';
}

/** All charts, linked: what is looked at in one is marked in all. */
export class ChartGrid {
  readonly element = element('div', { class: 'groups' });
  private readonly views = new Map<string, View>();
  private readonly sections = new Map<string, HTMLElement>();
  private readonly tooltip = new Tooltip();
  private readonly sizes: ResizeObserver;
  private charts: readonly TrajectoryChart[] = [];
  private look: Look | undefined;

  /** @param resized the charts are to be shown again, at another size */
  constructor(
    private readonly events: GridEvents,
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
        look: (picked, by) => this.lookAt(id, picked, by),
        open: ({ line, point }) => {
          const found = this.views.get(id)?.layout?.shapes[line];
          if (found) this.events.open(found.line, point);
        },
        zoom: (domains) => this.events.zoom(domains),
        zoomOut: () => this.events.zoomOut(),
      });
      this.views.set(id, view);
      this.sizes.observe(view.element);
    }
    return view;
  }

  private lookAt(chart: string, picked: Picked | undefined, by: 'pointer' | 'keyboard'): void {
    const line = picked && this.views.get(chart)?.layout?.shapes[picked.line].line;
    // The pointer's rest somewhere is no reason to lose what the keyboard looks at.
    if (!line && by === 'pointer' && this.look?.by === 'keyboard') return;
    this.look = line && { chart, lineId: line.id, moment: momentOf(line, picked.point), by };
    this.mark();
    if (this.look && by === 'keyboard') this.events.say(this.textOfLook().join(', '));
  }

  private mark(): void {
    const { look } = this;
    for (const [id, view] of this.views)
      view.highlight(look ? this.highlightsIn(id, view, look) : []);
    const view = look && this.views.get(look.chart);
    const [own] = look && view ? this.highlightsIn(look.chart, view, look) : [];
    if (!look || !view?.layout || !own) {
      this.tooltip.hide();
      return;
    }
    const { points } = view.layout.shapes[own.line];
    const { left, top } = view.element.getBoundingClientRect();
    const place = [left + points[2 * own.point], top + points[2 * own.point + 1]] as const;
    this.tooltip.show(this.textOfLook(), place);
  }

  private highlightsIn(id: string, view: View, look: Look): Highlight[] {
    const shapes = view.layout?.shapes ?? [];
    const own = id === look.chart;
    const found = shapes.flatMap(({ line }, place): Highlight[] => {
      // Two lines of a chart may show the same subject, as the training loss beside that of the test.
      if (own && line.id !== look.lineId) return [];
      const point = pointAt(line, look.moment);
      if (point === undefined) return [];
      return [{ line: place, point, own, label: own ? undefined : shortNumber(line.y[point]) }];
    });
    return found.slice(0, 1);
  }

  private textOfLook(): readonly string[] {
    const { look } = this;
    const view = look && this.views.get(look.chart);
    const chart = this.charts.find(({ id }) => id === look?.chart);
    const [own] = look && view ? this.highlightsIn(look.chart, view, look) : [];
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
