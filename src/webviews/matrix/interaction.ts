import { panBy, type Viewport, WHOLE } from '../../figures/heatMap/viewport';
import type { MatrixCharts } from './charts';
import type { ChartName, Cursor, MatrixChange, MatrixState } from './state';

/** A pointer that moves less than this many pixels clicks. */
const CLICK = 4;
const KEY_ZOOM = 1.5;

/**
 * Turns what wheel, pointer and keyboard do on the charts into changes.
 * @param scrolls whether the wheel scrolls the page, so that it zooms with Ctrl or ⌘ only
 */
export function interact(
  charts: MatrixCharts,
  stateNow: () => MatrixState,
  dispatch: (change: MatrixChange) => void,
  scrolls: () => boolean,
): void {
  const { heat, neurons, features } = charts;
  const size = (): [columns: number, rows: number] => [
    charts.grid?.columns ?? 1,
    charts.grid?.rows ?? 1,
  ];
  const point = (cursor?: Cursor): void => dispatch({ type: 'point', cursor });
  const show = (viewport: Viewport): void => dispatch({ type: 'viewport', viewport });
  const cellAt = (event: MouseEvent): Cursor | undefined => {
    const [x, y] = heat.place(event);
    const box = charts.grid?.box;
    if (!box || x < box.x || x > box.x + box.width) return undefined;
    const row = charts.grid?.rowAt(y);
    const column = charts.grid?.columnAt(x);
    return row === undefined || column === undefined ? undefined : { chart: 'heat', row, column };
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
      const by = { x: event.altKey ? 1 : factor, y: event.shiftKey ? 1 : factor };
      dispatch({ type: 'zoom', by, about: charts.shareOf(heat.place(event)) });
    },
    { passive: false },
  );

  let drag: { x: number; y: number; viewport: Viewport; moved: boolean } | undefined;
  heat.element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const { viewport } = stateNow();
    drag = { x: event.clientX, y: event.clientY, viewport, moved: false };
    heat.element.setPointerCapture(event.pointerId);
  });
  heat.element.addEventListener('pointermove', (event) => {
    const box = charts.grid?.box;
    if (drag && box) {
      const [dx, dy] = [drag.x - event.clientX, drag.y - event.clientY];
      drag.moved ||= Math.hypot(dx, dy) > CLICK;
      if (drag.moved) {
        show(panBy(drag.viewport, [dx / box.width, dy / box.height], ...size()));
        return;
      }
    }
    point(cellAt(event));
  });
  heat.element.addEventListener('pointerup', (event) => {
    const clicked = drag && !drag.moved;
    drag = undefined;
    if (!clicked) return;
    const place = heat.place(event);
    const row = charts.grid?.rowAt(place[1]);
    if (row === undefined) return;
    if (charts.isOnBandAxis(place)) dispatch({ type: 'choose layer', row });
    else if (cellAt(event)) dispatch({ type: 'open profile', row });
  });
  heat.element.addEventListener('pointercancel', () => (drag = undefined));
  heat.element.addEventListener('dblclick', () => show(WHOLE));

  neurons.element.addEventListener('pointermove', (event) => {
    const row = charts.grid?.rowAt(neurons.place(event)[1]);
    point(row === undefined ? undefined : { chart: 'neurons', row, column: -1 });
  });
  neurons.element.addEventListener('click', (event) => {
    const row = charts.grid?.rowAt(neurons.place(event)[1]);
    if (row !== undefined) dispatch({ type: 'open profile', row });
  });
  features.element.addEventListener('pointermove', (event) => {
    const column = charts.grid?.columnAt(features.place(event)[0]);
    point(column === undefined ? undefined : { chart: 'features', row: -1, column });
  });

  for (const [chart, surface] of Object.entries({ heat, neurons, features })) {
    const name = chart as ChartName;
    surface.element.addEventListener('pointerleave', () => point());
    surface.element.addEventListener('keydown', (event) => {
      const change = changeOfKey(event, name);
      if (!change) return;
      event.preventDefault();
      dispatch(change);
    });
    surface.element.addEventListener('focus', () => {
      if (!surface.element.matches(':focus-visible')) return;
      dispatch({ type: 'move', chart: name, down: 0, right: 0 });
    });
  }

  /** What a key on a chart changes; undefined where it means nothing. */
  function changeOfKey(event: KeyboardEvent, chart: ChartName): MatrixChange | undefined {
    const [columns, rows] = size();
    const far = event.ctrlKey || event.metaKey;
    const move = (down: number, right: number): MatrixChange => {
      return { type: 'move', chart, down, right };
    };
    const zoom = (factor: number): MatrixChange => {
      return { type: 'zoom', by: { x: factor, y: factor }, about: cursorShare() };
    };
    switch (event.key) {
      case 'ArrowUp':
        return move(far ? -rows : -1, 0);
      case 'ArrowDown':
        return move(far ? rows : 1, 0);
      case 'ArrowLeft':
        return move(0, far ? -columns : -1);
      case 'ArrowRight':
        return move(0, far ? columns : 1);
      case 'Home':
        return move(far ? -rows : 0, -columns);
      case 'End':
        return move(far ? rows : 0, columns);
      case 'PageUp':
      case 'PageDown':
        return { type: 'move layer', chart, by: event.key === 'PageUp' ? -1 : 1 };
      case 'Enter':
      case ' ':
        return { type: 'open profile', row: stateNow().cursor?.row ?? -1 };
      case '+':
      case '=':
        return zoom(KEY_ZOOM);
      case '-':
        return zoom(1 / KEY_ZOOM);
      case '0':
        return { type: 'viewport', viewport: WHOLE };
      case ',':
      case '<':
        return { type: 'step', by: -1 };
      case '.':
      case '>':
        return { type: 'step', by: 1 };
      case 'Escape':
        return { type: 'close profile' };
      default:
        return undefined;
    }
  }

  /** Zooming by keys keeps the cursor where it is. */
  function cursorShare(): readonly [number, number] {
    const { cursor } = stateNow();
    const { grid } = charts;
    if (!cursor || !grid || cursor.row < 0 || cursor.column < 0) return [0.5, 0.5];
    const x = grid.xOf(cursor.column) + grid.cellWidth / 2;
    const y = grid.yOf(cursor.row) + grid.cellHeight / 2;
    const within = (share: number): number => Math.max(0, Math.min(1, share));
    const [px, py] = charts.shareOf([x, y]);
    return [within(px), within(py)];
  }
}
