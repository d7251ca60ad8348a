import { counted } from '../../core/counted';
import { z } from 'zod';
import { ROW_KINDS, type AttributionMatrix } from '../../core/attribution/matrix';
import { requireShape, type MeasuredMatrix } from '../../core/measures/check';
import { fieldsOf, numbersOf, requireCount } from './arrays';
import { checkedPart } from './checked';

const whole = z.number().refine(Number.isSafeInteger, 'expected a whole number').min(0);

const shape = z.strictObject({
  neurons: whole,
  features: whole.min(1),
  rows: z.enum(ROW_KINDS),
  layers: z.array(z.strictObject({ layer: whole, start: whole, end: whole })),
});

/** Fields of a matrix that are shown, but not measured. */
const labels = z.strictObject({
  featureNames: z.array(z.string()),
  completenessError: z.number().min(0).default(0),
});

/**
 * Checks the fields of a matrix that are measured; values are not copied and may be NaN or infinite, which
 * makes measures undefined.
 * @throws LabError naming the invalid field
 */
export function checkedMeasured(value: unknown, name: string): MeasuredMatrix {
  const fields = ['neurons', 'features', 'rows', 'layers', 'values'] as const;
  const { values, ...sizes } = fieldsOf(value, fields, name, 'an attribution matrix');
  const matrix = {
    ...checkedPart(shape, sizes, name),
    values: numbersOf(values, `${name}.values`, 'Float64Array'),
  };
  requireCount(
    matrix.values,
    matrix.neurons * matrix.features,
    `${counted(matrix.neurons, 'neuron')} × ${matrix.features} features are`,
    `${name}.values`,
  );
  requireShape(matrix, name);
  return matrix;
}

/**
 * Checks a matrix with the names of its rows and columns.
 * @throws LabError naming the invalid field
 */
export function checkedMatrix(value: unknown, name: string): AttributionMatrix {
  const measured = checkedMeasured(value, name);
  const fields = ['featureNames', 'completenessError', 'units'] as const;
  const { units, ...others } = fieldsOf(value, fields, name, 'an attribution matrix');
  const { neurons, features } = measured;
  const named = checkedPart(labels, others, name);
  requireCount(named.featureNames, features, 'features there are', `${name}.featureNames`);
  const places = numbersOf(units, `${name}.units`, 'Uint32Array');
  requireCount(places, neurons, 'neurons there are', `${name}.units`);
  return { ...measured, ...named, units: places };
}
