import { pictureCsv, pictureJson } from '../../figures/matrix/numbers';
import { type MatrixSnapshot, snapshotFigure } from '../../figures/matrix/snapshot';
import type { Exportable } from '../shared/exportMenu';

/** What can leave the view: always exactly what it shows. @param screen throws while there is nothing */
export function exportableOf(screen: () => MatrixSnapshot): Exportable {
  return {
    name() {
      const { series, checkpoint } = screen().origin;
      if (series.alone) return series.experiment;
      return `${series.experiment} ${checkpoint.name.replaceAll('/', ' ')}`;
    },
    figure: (theme) => snapshotFigure(screen(), theme),
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
