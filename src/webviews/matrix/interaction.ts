import type { Cell } from '../charts/heatMap/draw';
import { panBy, WHOLE, zoomAbout, type Viewport } from '../../figures/heatMap/viewport';
import type { MatrixCharts } from './charts';

/** One of the charts that share rows or columns. */
export type ChartName = 'heat' | 'neurons' | 'features';

/** What pointer and keyboard do to the charts. */
export interface ChartActions {
  window(): Viewport;
  setWindow(window: Viewport): void;
  cursor(): Cell | undefined;
  setCursor(cell: Cell | undefined, by: 'pointer' | 'keyboard', chart: ChartName): void;
  /** A neuron was chosen. */
  open(row: number): void;
  /** A layer was chosen, by one of its rows. */
  chooseLayer(row: number): void;
  /** Goes back or forth in time. */
  step(by: number): void;
  close(): void;
}

/** A pointer that moves less than this many pixels clicks. */
const CLICK = 4;
const KEY_ZOOM = 1.5;

/**
 * Makes the charts answer to wheel, drag, pointer and keyboard.
 * @param scrolls whether the wheel is the page's, so that it zooms with Ctrl or ⌘ only
 */
export function interact(
  charts: MatrixCharts,
  actions: ChartActions,
  scrolls: () => boolean,
): void {
  const { heat, neurons, features } = charts;
  const size = (): [columns: number, rows: number] => [
    charts.grid?.columns ?? 1,
    charts.grid?.rows ?? 1,
  ];
  const zoom = (x: number, y: number, about: readonly [number, number] = [0.5, 0.5]): void =>
    actions.setWindow(zoomAbout(actions.window(), { x, y }, about, ...size()));
  const cellAt = (event: MouseEvent): Cell | undefined => {
    const [x, y] = heat.place(event);
    const box = charts.grid?.box;
    if (!box || x < box.x || x > box.x + box.width) return undefined;
    const row = charts.grid?.rowAt(y);
    const column = charts.grid?.columnAt(x);
    return row === undefined || column === undefined ? undefined : { row, column };
  };

  heat.element.addEventListener(
    'wheel',
    (event) => {
      if (scrolls() && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      // With Shift, some systems turn the wheel's direction.
      const delta = (event.deltaY || event.deltaX) * lines;
      const factor = 2 ** (-Math.max(-240, Math.min(240, delta)) * (event.ctrlKey ? 0.01 : 0.0025));
      const about = charts.shareOf(heat.place(event));
      zoom(event.altKey ? 1 : factor, event.shiftKey ? 1 : factor, about);
    },
    { passive: false },
  );

  let drag:
    | { readonly x: number; readonly y: number; readonly window: Viewport; moved: boolean }
    | undefined;
  heat.element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, window: actions.window(), moved: false };
    heat.element.setPointerCapture(event.pointerId);
  });
  heat.element.addEventListener('pointermove', (event) => {
    const box = charts.grid?.box;
    if (drag && box) {
      const [dx, dy] = [drag.x - event.clientX, drag.y - event.clientY];
      drag.moved ||= Math.hypot(dx, dy) > CLICK;
      if (drag.moved) {
        actions.setWindow(panBy(drag.window, [dx / box.width, dy / box.height], ...size()));
        return;
      }
    }
    actions.setCursor(cellAt(event), 'pointer', 'heat');
  });
  heat.element.addEventListener('pointerup', (event) => {
    const clicked = drag && !drag.moved;
    drag = undefined;
    if (!clicked) return;
    const place = heat.place(event);
    const row = charts.grid?.rowAt(place[1]);
    if (row === undefined) return;
    if (charts.isOnBandAxis(place)) actions.chooseLayer(row);
    else if (cellAt(event)) actions.open(row);
  });
  heat.element.addEventListener('pointercancel', () => (drag = undefined));
  heat.element.addEventListener('pointerleave', () =>
    actions.setCursor(undefined, 'pointer', 'heat'),
  );
  heat.element.addEventListener('dblclick', () => actions.setWindow(WHOLE));

  neurons.element.addEventListener('pointermove', (event) => {
    const row = charts.grid?.rowAt(neurons.place(event)[1]);
    actions.setCursor(row === undefined ? undefined : { row, column: -1 }, 'pointer', 'neurons');
  });
  neurons.element.addEventListener('pointerleave', () =>
    actions.setCursor(undefined, 'pointer', 'neurons'),
  );
  neurons.element.addEventListener('click', (event) => {
    const row = charts.grid?.rowAt(neurons.place(event)[1]);
    if (row !== undefined) actions.open(row);
  });
  features.element.addEventListener('pointermove', (event) => {
    const column = charts.grid?.columnAt(features.place(event)[0]);
    actions.setCursor(
      column === undefined ? undefined : { row: -1, column },
      'pointer',
      'features',
    );
  });
  features.element.addEventListener('pointerleave', () =>
    actions.setCursor(undefined, 'pointer', 'features'),
  );

  for (const [chart, surface] of Object.entries({ heat, neurons, features })) {
    const name = chart as ChartName;
    surface.element.addEventListener('keydown', (event) => {
      if (pressed(event, name)) event.preventDefault();
    });
    surface.element.addEventListener('focus', () => {
      if (surface.element.matches(':focus-visible')) move(name, 0, 0);
    });
  }

  function move(chart: ChartName, down: number, right: number): void {
    const [columns, rows] = size();
    if (rows === 0 || columns === 0) return;
    const at = actions.cursor();
    const clamp = (value: number, most: number): number => Math.max(0, Math.min(most - 1, value));
    const row = chart === 'features' ? -1 : clamp(Math.max(0, at?.row ?? 0) + down, rows);
    const column = chart === 'neurons' ? -1 : clamp(Math.max(0, at?.column ?? 0) + right, columns);
    actions.setCursor({ row, column }, 'keyboard', chart);
  }

  /** @returns whether the key meant something */
  function pressed(event: KeyboardEvent, chart: ChartName): boolean {
    const [columns, rows] = size();
    const far = event.ctrlKey || event.metaKey;
    switch (event.key) {
      case 'ArrowUp':
        return done(() => move(chart, far ? -rows : -1, 0));
      case 'ArrowDown':
        return done(() => move(chart, far ? rows : 1, 0));
      case 'ArrowLeft':
        return done(() => move(chart, 0, far ? -columns : -1));
      case 'ArrowRight':
        return done(() => move(chart, 0, far ? columns : 1));
      case 'Home':
        return done(() => move(chart, far ? -rows : 0, -columns));
      case 'End':
        return done(() => move(chart, far ? rows : 0, columns));
      case 'PageUp':
      case 'PageDown':
        return done(() => move(chart, toLayer(event.key === 'PageUp' ? -1 : 1), 0));
      case 'Enter':
      case ' ': {
        const row = actions.cursor()?.row ?? -1;
        return done(() => row >= 0 && actions.open(row));
      }
      case '+':
      case '=':
        return done(() => zoom(KEY_ZOOM, KEY_ZOOM, cursorShare()));
      case '-':
        return done(() => zoom(1 / KEY_ZOOM, 1 / KEY_ZOOM, cursorShare()));
      case '0':
        return done(() => actions.setWindow(WHOLE));
      case ',':
      case '<':
        return done(() => actions.step(-1));
      case '.':
      case '>':
        return done(() => actions.step(1));
      case 'Escape':
        return done(() => actions.close());
      default:
        return false;
    }
  }

  /** Rows to the first of the layer before or after the cursor's. */
  function toLayer(by: number): number {
    const at = Math.max(0, actions.cursor()?.row ?? 0);
    const bands = charts.grid?.bands ?? [];
    const own = bands.findIndex(({ start, end }) => at >= start && at < end);
    const target = bands[Math.max(0, Math.min(bands.length - 1, own + by))] as
      { readonly start: number } | undefined;
    return (target?.start ?? at) - at;
  }

  /** Zooming by keys keeps the cursor where it is. */
  function cursorShare(): readonly [number, number] {
    const cell = actions.cursor();
    const { grid } = charts;
    if (!cell || !grid || cell.row < 0 || cell.column < 0) return [0.5, 0.5];
    const x = grid.xOf(cell.column) + grid.cellWidth / 2;
    const y = grid.yOf(cell.row) + grid.cellHeight / 2;
    const within = (share: number): number => Math.max(0, Math.min(1, share));
    const [px, py] = charts.shareOf([x, y]);
    return [within(px), within(py)];
  }
}

function done(work: () => unknown): true {
  work();
  return true;
}
