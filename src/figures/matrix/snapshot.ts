import type { MatrixSeries } from '../../protocol/matrix';
import { colourScale } from '../colour/colourTable';
import { FIGURE_PALETTES, type FigureTheme } from '../colour/palette';
import { type Viewport, WHOLE } from '../heatMap/viewport';
import type { Figure } from '../marks/svgText';
import type { Colours, Picture } from './compose';
import { Composer } from './composer';
import { matrixFigure } from './figure';
import { MeasuredMatrix, type PageMatrix } from './measured';
import { indexNeurons } from './neuronIndex';
import type { Origin } from './numbers';
import type { Settings } from './settings';
import { type Stop, stopsAround, trainedStop } from './track';
import { factsInWords, seriesTitle } from './words';

/** What a view of matrices shows at a moment. */
export interface MatrixSnapshot {
  readonly picture: Picture;
  readonly colours: Colours;
  readonly origin: Origin;
  /** The moment as text. */
  readonly label: string;
  readonly settings: Settings;
  /** The visible part of the picture. */
  readonly viewport: Viewport;
}

/**
 * What the view of a series shows when it opens: the checkpoint of the settings, or by default
 * the trained specimen of the first seed.
 * @param matrixOf reads the matrix of a checkpoint: that of the shown one and of the trained specimen,
 * whose colours all moments share
 */
export function initialSnapshot(
  series: MatrixSeries,
  settings: Settings,
  matrixOf: (checkpoint: string) => PageMatrix,
): MatrixSnapshot {
  const { stops, stop, trained } = positionOf(series, settings);
  const neuronIndex = indexNeurons(series.hidden);
  const measuredMatrixOf = (checkpoint: string): MeasuredMatrix =>
    new MeasuredMatrix(matrixOf(checkpoint), neuronIndex, series.compatibility);
  const measured = measuredMatrixOf(stop.checkpoint.name);
  const common = trained === stop ? measured : measuredMatrixOf(trained.checkpoint.name);
  const composer = new Composer(neuronIndex, series.features.length, series);
  const picture = composer.picture(measured, stop, measured, common, settings, stops);
  const background = FIGURE_PALETTES.light;
  return {
    picture,
    colours: composer.colours(measured, picture.shown, common, settings, background),
    origin: { series, checkpoint: stop.checkpoint, neuronIndex },
    label: stop.label,
    settings,
    viewport: WHOLE,
  };
}

/** The checkpoints whose matrices {@link initialSnapshot} reads. */
export function neededCheckpoints(series: MatrixSeries, settings: Settings): readonly string[] {
  const { stop, trained } = positionOf(series, settings);
  return [...new Set([stop.checkpoint.name, trained.checkpoint.name])];
}

/** Position of a series in time. */
interface SeriesPosition {
  readonly stops: readonly Stop[];
  readonly stop: Stop;
  /** The stop that shows the trained specimen. */
  readonly trained: Stop;
}

/** The stop of the checkpoint of the settings; with all epochs as stops if it is not among the usual ones. */
function positionOf(series: MatrixSeries, { checkpoint, detail }: Settings): SeriesPosition {
  const known = stopsAround(series, checkpoint, detail);
  const isShown = known.stops[known.index].checkpoint.name === checkpoint;
  const { stops, index } =
    checkpoint === undefined || isShown ? known : stopsAround(series, checkpoint, 'epochs');
  return { stops, stop: stops[index], trained: stops[trainedStop(stops)] };
}

/** The figure of a snapshot. */
export function snapshotFigure(
  { picture, colours, origin, label, settings, viewport }: MatrixSnapshot,
  theme: FigureTheme,
): Figure {
  const { ramp, sign } = settings;
  const { series, checkpoint } = origin;
  const moment = series.alone ? [] : [label];
  const scale = colourScale(ramp, FIGURE_PALETTES[theme], sign, colours.scale.domain);
  return matrixFigure(picture, { ...colours, scale }, theme, viewport, {
    title: [seriesTitle(series, checkpoint), ...moment].join(', '),
    subtitle: factsInWords(picture, checkpoint),
  });
}
