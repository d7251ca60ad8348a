import { memoised } from '../../figures/memo';
import type { Palette } from '../../figures/colour/palette';
import type { MatrixSeries } from '../../protocol/matrix';
import type { PageTexts } from './frameOfPage';
import type { Stop } from '../../figures/matrix/track';
import { seriesTitle } from '../../figures/matrix/words';
import type { Settings } from '../../figures/matrix/settings';
import type { TimeBar } from './timeBar';
import type { Toolbar } from './toolbar';

/** Shows on title, time bar and toolbar what is set; only when something of it has changed. */
export function controlsOf(texts: PageTexts, time: TimeBar, toolbar: Toolbar) {
  return memoised(
    (
      settings: Settings,
      series: MatrixSeries,
      stops: readonly Stop[],
      index: number,
      palette: Palette,
      _width: number,
    ) => {
      const { checkpoint } = stops[index];
      texts.heading.textContent = seriesTitle(series, checkpoint);
      time.element.hidden = series.alone ?? false;
      time.show(stops, index, settings.speed, palette);
      toolbar.show(settings, checkpoint.leg, series.hidden.length);
    },
  );
}
