import { pictureCsv, pictureJson } from '../../figures/matrix/numbers';
import { type MatrixSnapshot, snapshotFigure } from '../../figures/matrix/snapshot';
import type { Exportable } from '../shared/exportMenu';

/** Exports what the view shows. @param snapshot throws while nothing is shown */
export function exportableOf(snapshot: () => MatrixSnapshot): Exportable {
  return {
    name() {
      const { series, checkpoint } = snapshot().origin;
      if (series.alone) return series.experiment;
      return `${series.experiment} ${checkpoint.name.replaceAll('/', ' ')}`;
    },
    figure: (theme) => snapshotFigure(snapshot(), theme),
    csv() {
      const { picture, origin } = snapshot();
      return pictureCsv(picture, origin);
    },
    json() {
      const { picture, origin } = snapshot();
      return pictureJson(picture, origin);
    },
  };
}
