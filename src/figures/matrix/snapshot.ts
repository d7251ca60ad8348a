import type { MatrixSeries } from '../../protocol/matrix';
import { colourScale } from '../colour/colourTable';
import { FIGURE_PALETTES, type Look } from '../colour/palette';
import { type Viewport, WHOLE } from '../heatMap/viewport';
import type { Figure } from '../marks/svgText';
import type { Colours, Picture } from './compose';
import { Composer } from './composer';
import { matrixFigure } from './figure';
import { Entry, type PageMatrix } from './measured';
import { rosterOf } from './neuronIndex';
import type { Origin } from './numbers';
import type { Settings } from './settings';
import { type Stop, stopsAround, trainedStop } from './track';
import { factsInWords, seriesTitle } from './words';

/** A matrix as it is shown at a moment, and what it belongs to. */
export interface Screen {
  readonly picture: Picture;
  readonly colours: Colours;
  readonly origin: Origin;
  /** The moment in words. */
  readonly label: string;
  readonly settings: Settings;
  /** The part of the picture that is in sight. */
  readonly viewport: Viewport;
}

/**
 * What the view of a series shows when it opens, without the view: at the checkpoint of the settings, or
 * else the trained specimen of the first seed.
 * @param matrixOf reads the matrix of a checkpoint: of the one that is shown and of the trained specimen,
 * whose colours all moments share
 */
export function screenOf(
  series: MatrixSeries,
  settings: Settings,
  matrixOf: (checkpoint: string) => PageMatrix,
): Screen {
  const { stops, stop, trained } = momentOf(series, settings);
  const roster = rosterOf(series.hidden);
  const entryOf = (checkpoint: string): Entry =>
    new Entry(matrixOf(checkpoint), roster, series.compatibility);
  const entry = entryOf(stop.checkpoint.name);
  const common = trained === stop ? entry : entryOf(trained.checkpoint.name);
  const composer = new Composer(roster, series.features.length, series);
  const picture = composer.picture(entry, stop, entry, common, settings, stops);
  const ground = FIGURE_PALETTES.light;
  return {
    picture,
    colours: composer.colours(entry, picture.shown, common, settings, ground),
    origin: { series, checkpoint: stop.checkpoint, roster },
    label: stop.label,
    settings,
    viewport: WHOLE,
  };
}

/** The checkpoints whose matrices {@link screenOf} reads. */
export function shownAt(series: MatrixSeries, settings: Settings): readonly string[] {
  const { stop, trained } = momentOf(series, settings);
  return [...new Set([stop.checkpoint.name, trained.checkpoint.name])];
}

/** Where a series stands in time. */
interface Moment {
  readonly stops: readonly Stop[];
  readonly stop: Stop;
  /** The stop that shows the trained specimen. */
  readonly trained: Stop;
}

/** The stop of the checkpoint of the settings, also between those that the view stops at. */
function momentOf(series: MatrixSeries, { checkpoint, detail }: Settings): Moment {
  const known = stopsAround(series, checkpoint, detail);
  const isShown = known.stops[known.index].checkpoint.name === checkpoint;
  const { stops, index } =
    checkpoint === undefined || isShown ? known : stopsAround(series, checkpoint, 'epochs');
  return { stops, stop: stops[index], trained: stops[trainedStop(stops)] };
}

/** A figure of exactly what is shown, in the colours of a look. */
export function screenFigure(
  { picture, colours, origin, label, settings, viewport }: Screen,
  look: Look,
): Figure {
  const { ramp, sign } = settings;
  const { series, checkpoint } = origin;
  const moment = series.alone ? [] : [label];
  const scale = colourScale(ramp, FIGURE_PALETTES[look], sign, colours.scale.domain);
  return matrixFigure(picture, { ...colours, scale }, look, viewport, {
    title: [seriesTitle(series, checkpoint), ...moment].join(', '),
    subtitle: factsInWords(picture, checkpoint),
  });
}
