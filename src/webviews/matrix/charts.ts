import {
  currentFeatureBar,
  FEATURE_BARS_HEIGHT,
  layoutFeatureBars,
} from '../../figures/bars/featureBars';
import { currentBar, layoutNeuronBars } from '../../figures/bars/neuronBars';
import type { ColourScale } from '../../figures/colour/colourTable';
import { legendMarks } from '../../figures/colour/legend';
import type { Palette } from '../../figures/colour/palette';
import type { Grid } from '../../figures/heatMap/grid';
import { layoutHeatMap, MARGIN } from '../../figures/heatMap/layout';
import type { Viewport } from '../../figures/heatMap/viewport';
import type { Colours, Picture } from '../../figures/matrix/compose';
import { memoised } from '../../figures/memo';
import { shortNumber } from '../../figures/text/numbers';
import { HeatMapPainter, type Marked, markedMarks } from '../charts/heatMap/draw';
import { element } from '../shared/dom';
import { ChartSurface } from '../shared/surface';

const BARS_WIDTH = 190;
/** In a narrower view the bars beside the heat map shrink, and the legend goes below it. In pixels. */
const NARROW = 480;
const MIN_BARS_WIDTH = 92;
const LEGEND_HEIGHT = 52;

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
  private readonly top = element('div', { class: 'matrix-top' }, this.features.element);
  readonly element = element(
    'div',
    { class: 'matrix-charts' },
    this.top,
    element('div', { class: 'matrix-below' }, this.heat.element, this.neurons.element),
  );
  private readonly painter = new HeatMapPainter(this.heat);
  /** Where the cells were drawn last. */
  grid: Grid | undefined;

  constructor() {
    // It answers to neither pointer nor keyboard.
    for (const name of ['tabindex', 'role', 'aria-roledescription']) {
      this.legend.element.removeAttribute(name);
    }
    this.legend.element.setAttribute('role', 'img');
  }

  /**
   * Draws what has changed: all with other data or another viewport, little when only the cursor moves.
   * @param marked the cursor, and the row of the neuron whose profile is open
   * @returns rows and columns that share one block of the picture
   */
  draw(
    picture: Picture,
    colours: Colours,
    viewport: Viewport,
    marked: Marked,
    palette: Palette,
  ): { readonly rows: number; readonly columns: number } {
    const { clientWidth, clientHeight } = this.element;
    const narrow = clientWidth < NARROW;
    this.placeLegend(narrow);
    const bars = narrow ? Math.max(MIN_BARS_WIDTH, Math.round(0.27 * clientWidth)) : BARS_WIDTH;
    const above = FEATURE_BARS_HEIGHT + (narrow ? LEGEND_HEIGHT : 0);
    const width = Math.max(120, clientWidth - bars);
    const height = Math.max(120, clientHeight - above);
    const { ratio } = this.heat;
    const { x, y, kx, ky } = viewport;
    const drawn = this.drawCharts(
      picture,
      width,
      height,
      bars,
      x,
      y,
      kx,
      ky,
      colours.scale,
      palette,
      ratio,
    );
    const legendWidth = narrow ? Math.max(160, clientWidth) : BARS_WIDTH;
    this.drawLegend(colours.title, colours.scale, colours.clipped, legendWidth, palette, ratio);
    const { grid } = drawn;
    this.grid = grid;
    this.heat.point(markedMarks(grid, palette, marked));
    const row = marked.cursor?.row ?? marked.selected;
    this.neurons.point(currentBar(picture.neurons, grid, drawn.bars, row, palette));
    this.features.point(currentFeatureBar(picture.features, grid, marked.cursor?.column, palette));
    return drawn.block;
  }

  private readonly drawCharts = memoised(
    (
      picture: Picture,
      width: number,
      height: number,
      barsWidth: number,
      x: number,
      y: number,
      kx: number,
      ky: number,
      scale: ColourScale,
      palette: Palette,
      _ratio: number,
    ) => {
      const size = { width, height };
      const layout = layoutHeatMap(picture.heat, size, { x, y, kx, ky }, palette);
      const { grid } = layout;
      const block = this.painter.draw(picture.heat, scale, layout, size, palette);
      const { neurons, features } = this;
      const bars = layoutNeuronBars(picture.neurons, grid, barsWidth, palette);
      neurons.begin(barsWidth, height);
      neurons.paint(bars.bars, palette);
      neurons.overlay(bars.axes);
      const tops = layoutFeatureBars(picture.features, grid, palette);
      features.begin(width, FEATURE_BARS_HEIGHT);
      features.paint(tops.bars, palette);
      features.overlay(tops.axes);
      return { grid, block, bars };
    },
  );

  private readonly drawLegend = memoised(
    (
      title: string,
      scale: ColourScale,
      clipped: boolean,
      width: number,
      palette: Palette,
      _ratio: number,
    ) => {
      const { legend } = this;
      const below = width !== BARS_WIDTH;
      const box = { x: 6, y: below ? 2 : 6, width: Math.min(240, width - 50), height: 44 };
      legend.begin(width, below ? LEGEND_HEIGHT : FEATURE_BARS_HEIGHT);
      legend.overlay(legendMarks({ title, scale, clipped }, box, palette));
      const label = `Colours: ${title}, up to ${shortNumber(scale.domain)}`;
      legend.element.setAttribute('aria-label', label);
    },
  );

  /** Puts the legend beside the bars of features, or below all charts. */
  private placeLegend(below: boolean): void {
    const legend = this.legend.element;
    const parent = below ? this.element : this.top;
    if (legend.parentElement !== parent) parent.append(legend);
  }

  /** A place on the heat map, as shares of the width and height that its cells take. */
  shareOf([x, y]: readonly [number, number]): readonly [number, number] {
    const box = this.grid?.box;
    if (!box) return [0.5, 0.5];
    return [(x - box.x) / box.width, (y - box.y) / box.height];
  }

  /** Whether a place on the heat map is on the axis with the names of layers. */
  isOnBandAxis([x]: readonly [number, number]): boolean {
    return x < MARGIN.left;
  }
}
