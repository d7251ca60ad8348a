import { counted } from '../counted';
import { ROW_KINDS, type AttributionMatrix } from '../attribution/matrix';
import { invalid, requireOneOf, show } from '../errors';

/** How dead neurons are counted. */
export const COMPATIBILITIES = ['none', 'thesis'] as const;

/** Defaults of options and experiments. */
export const MEASURE_DEFAULTS = { threshold: 0.5, compatibility: 'none' } as const;

/** The fields of an attribution matrix that measures use. */
export type MeasuredMatrix = Pick<
  AttributionMatrix,
  'neurons' | 'features' | 'values' | 'rows' | 'layers'
>;

/** @throws LabError unless the sizes agree and the layers cover all rows in order */
export function requireShape(matrix: MeasuredMatrix, field: string): void {
  const { neurons, features, values, layers, rows } = matrix;
  requireOneOf(rows, ROW_KINDS, `${field}.rows`);
  if (!Number.isSafeInteger(features) || features < 1) {
    throw invalid(`a matrix must have at least 1 feature, not ${show(features)}`, { field });
  }
  if (values.length !== neurons * features) {
    throw invalid(`must have ${neurons} × ${features} values, not ${values.length}`, { field });
  }
  let row = 0;
  for (const { layer, start, end } of layers) {
    if (start !== row || !(end >= start)) {
      throw invalid(
        `layer ${layer} must begin at row ${row} and not end before it begins, not ${start}–${end}`,
        {
          field: `${field}.layers`,
        },
      );
    }
    row = end;
  }
  if (row !== neurons) {
    throw invalid(`layers must cover ${counted(neurons, 'row')}, not ${row}`, {
      field: `${field}.layers`,
    });
  }
}

/** @throws LabError unless the activations have the matrix's neurons, features and layers */
export function requireActivations(activations: MeasuredMatrix, matrix: MeasuredMatrix): void {
  const field = 'activations';
  requireShape(activations, field);
  if (activations.rows !== 'post-activation') {
    throw invalid(`rows must be post-activation, not ${show(activations.rows)}`, { field });
  }
  const shape = ({ neurons, features, layers }: MeasuredMatrix): string =>
    `${neurons} × ${features} in layers ${layers.map(({ start, end }) => end - start).join('-')}`;
  if (shape(activations) !== shape(matrix)) {
    throw invalid(`must be ${shape(matrix)}, like the matrix, not ${shape(activations)}`, {
      field,
    });
  }
}

/** @throws LabError unless in (0, 1) */
export function requireThreshold(threshold: number): void {
  if (!(threshold > 0 && threshold < 1)) {
    throw invalid(`must lie between 0 and 1, both excluded, not ${show(threshold)}`, {
      field: 'threshold',
    });
  }
}
