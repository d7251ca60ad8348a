import { MEASURES, type MeasureId } from '../core/measures/table';

/** The name of a measure, with the characters that the terminal can show. */
export function measureName(measure: MeasureId, unicode: boolean): string {
  const name = MEASURES.find(({ id }) => id === measure)?.name ?? measure;
  return unicode ? name : name.replaceAll('–', '-');
}

/** Short name of a measure for headings. */
export function measureSymbol(measure: MeasureId): string {
  return measure === 'relative' ? 'R' : measure;
}
