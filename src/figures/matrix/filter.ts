import type { Settings } from './settings';
import type { Shown } from './shown';

/** The settings that leave neurons out of the picture, or values blank. */
export type FilterSettings = Pick<Settings, 'dead' | 'threshold' | 'hiddenLayers'>;

/** Settings that leave nothing out. */
export const NO_FILTER: FilterSettings = { dead: true, threshold: 0, hiddenLayers: [] };

/** What a filter leaves out, in words; none where it leaves nothing out. @param layers of the specimen */
export function filtersInWords(
  { dead, threshold, hiddenLayers }: FilterSettings,
  layers: number,
): string[] {
  const hidden = [...hiddenLayers].filter((layer) => layer < layers).sort((a, b) => a - b);
  return [
    ...(hidden.length > 0
      ? [`${hidden.length === 1 ? 'layer' : 'layers'} ${hidden.join(', ')} hidden`]
      : []),
    ...(dead ? [] : ['dead neurons hidden']),
    ...(threshold > 0 ? [`only |a| ≥ ${threshold}`] : []),
  ];
}

/** How many neurons that are not pruned have a row in the picture. */
export function neuronsShown({ rows }: Pick<Shown, 'rows'>): number {
  let count = 0;
  for (const row of rows) if (row >= 0) count++;
  return count;
}
