import { colourScale } from '../../figures/colour/colourTable';
import type { Exportable } from '../shared/exportMenu';
import { FIGURE_PALETTES } from '../../figures/colour/palette';
import { matrixFigure } from '../../figures/matrix/figure';
import type { Colours, Picture } from '../../figures/matrix/compose';
import { pictureCsv, pictureJson, type Origin } from '../../figures/matrix/numbers';
import { factsInWords, seriesTitle } from '../../figures/matrix/words';
import type { Viewport } from '../../figures/heatMap/viewport';
import type { Settings } from '../../figures/matrix/settings';

/** What is on the screen at a moment. */
export interface Screen {
  readonly picture: Picture;
  readonly colours: Colours;
  readonly origin: Origin;
  /** The moment in words. */
  readonly label: string;
  readonly settings: Settings;
  readonly viewport: Viewport;
}

/** What can leave the view: always exactly what it shows. @param screen throws while there is nothing */
export function exportableOf(screen: () => Screen): Exportable {
  return {
    name() {
      const { series, checkpoint } = screen().origin;
      if (series.alone) return series.experiment;
      return `${series.experiment} ${checkpoint.name.replaceAll('/', ' ')}`;
    },
    figure(look) {
      const { picture, colours, origin, label, settings, viewport } = screen();
      const { ramp, sign } = settings;
      const moment = origin.series.alone ? [] : [label];
      const scale = colourScale(ramp, FIGURE_PALETTES[look], sign, colours.scale.domain);
      return matrixFigure(picture, { ...colours, scale }, look, viewport, {
        title: [seriesTitle(origin.series, origin.checkpoint), ...moment].join(', '),
        subtitle: factsInWords(picture, origin.checkpoint),
      });
    },
    csv() {
      const { picture, origin } = screen();
      return pictureCsv(picture, origin);
    },
    json() {
      const { picture, origin } = screen();
      return pictureJson(picture, origin);
    },
  };
}
