import { layoutFeatureBars, FEATURE_BARS_HEIGHT } from '../charts/featureBars/layout';
import { HeatMapPainter, type Cell } from '../charts/heatMap/draw';
import type { Grid } from '../charts/heatMap/grid';
import { layoutHeatMap, MARGIN } from '../charts/heatMap/layout';
import { reveal, type Window } from '../charts/heatMap/window';
import { legendMarks } from '../charts/colour/legend';
import { layoutNeuronBars } from '../charts/neuronBars/layout';
import { element } from '../shared/dom';
import type { Palette } from '../shared/palette';
import { ChartSurface } from '../shared/surface';
import type { Colours, Picture } from './model/compose';

const BARS_WIDTH = 190;

/** What is shown besides the data. */
export interface Sight {
  readonly window: Window;
  readonly cursor?: Cell;
  /** Row of the neuron whose profile is open. */
  readonly selected?: number;
}

/** The heat map with the bars beside and above it, sharing rows and columns. */
export class MatrixCharts {
  readonly heat = new ChartSurface(
    'Attribution matrix: neurons by features',
    'Arrow keys move from cell to cell, Page Up and Down from layer to layer, Enter opens the profile of a neuron, plus and minus zoom, 0 shows all.',
  );
  readonly neurons = new ChartSurface(
    'Polysemanticity of each neuron',
    'Up and down move from neuron to neuron, Enter opens the profile.',
  );
  readonly features = new ChartSurface(
    'Coverage of each feature',
    'Left and right move from feature to feature.',
  );
  private readonly legend = new ChartSurface('Colour scale', '');
  readonly element = element(
    'div',
    { class: 'matrix-charts' },
    element('div', { class: 'matrix-top' }, this.features.element, this.legend.element),
    element('div', { class: 'matrix-below' }, this.heat.element, this.neurons.element),
  );
  private readonly painter = new HeatMapPainter(this.heat);
  /** Where cells are at the moment. */
  grid: Grid | undefined;

  constructor() {
    // Nothing to do with it but to look at it.
    for (const name of ['tabindex', 'role', 'aria-roledescription']) {
      this.legend.element.removeAttribute(name);
    }
    this.legend.element.setAttribute('role', 'img');
  }

  /**
   * Draws all.
   * @returns rows and columns that share one block of the picture
   */
  draw(
    picture: Picture,
    colours: Colours,
    sight: Sight,
    palette: Palette,
  ): { readonly rows: number; readonly columns: number } {
    const size = {
      width: Math.max(160, this.element.clientWidth - BARS_WIDTH),
      height: Math.max(120, this.element.clientHeight - FEATURE_BARS_HEIGHT),
    };
    const layout = layoutHeatMap(picture.heat, size, sight.window, palette);
    const { grid } = layout;
    this.grid = grid;
    const block = this.painter.draw(picture.heat, colours.scale, layout, size, palette, sight);
    const { neurons, features, legend } = this;
    const row = sight.cursor?.row ?? sight.selected;
    const bars = layoutNeuronBars(picture.neurons, grid, BARS_WIDTH, palette, row);
    neurons.begin(BARS_WIDTH, size.height);
    neurons.paint(bars.bars, palette);
    neurons.overlay(bars.axes);
    const tops = layoutFeatureBars(picture.features, grid, palette, sight.cursor?.column);
    features.begin(size.width, FEATURE_BARS_HEIGHT);
    features.paint(tops.bars, palette);
    features.overlay(tops.axes);
    legend.begin(BARS_WIDTH, FEATURE_BARS_HEIGHT);
    const box = { x: 6, y: 6, width: BARS_WIDTH - 50, height: 44 };
    legend.overlay(legendMarks(colours, box, palette));
    legend.element.setAttribute(
      'aria-label',
      `Colours: ${colours.title}, up to ${colours.scale.domain}`,
    );
    return block;
  }

  /** The window moved so that a cell, or the rows of a layer, are in sight. */
  windowShowing(
    window: Window,
    rows: readonly [number, number],
    columns?: readonly [number, number],
  ): Window {
    const { grid } = this;
    if (!grid || grid.rows === 0) return window;
    const share = (at: number, count: number): number => at / count;
    const y = reveal(window.y, share(rows[0], grid.rows), share(rows[1], grid.rows), window.ky);
    const x = columns
      ? reveal(
          window.x,
          share(columns[0], grid.columns),
          share(columns[1], grid.columns),
          window.kx,
        )
      : window.x;
    return { ...window, x, y };
  }

  /** A place on the heat map as shares of its cells' box. */
  shareOf([x, y]: readonly [number, number]): readonly [number, number] {
    const box = this.grid?.box;
    if (!box) return [0.5, 0.5];
    return [(x - box.x) / box.width, (y - box.y) / box.height];
  }

  /** Whether a place on the heat map is on the names of layers. */
  isOnBandAxis([x]: readonly [number, number]): boolean {
    return x < MARGIN.left;
  }
}
