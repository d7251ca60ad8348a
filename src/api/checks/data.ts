import { counted } from '../../core/counted';
import { z } from 'zod';
import type { DataSet } from '../../core/data/dataSet';
import { invalid } from '../../core/errors';
import { SECTIONS } from '../../core/experiment/specification';
import type { Specimen } from '../../core/network/specimen';
import { fieldsOf, numbersOf, requireCount, requireFinite } from './arrays';
import { checkedPart } from './checked';

const count = SECTIONS.specimen.shape.hidden.element;
const sizes = z.strictObject({ samples: count, inputDim: count, outputDim: count });

/**
 * Checks samples with their targets; the arrays are not copied.
 * @throws LabError naming the invalid field, for a number with its row and column
 */
export function checkedData(value: unknown, name: string): DataSet {
  const fields = ['samples', 'inputDim', 'outputDim', 'inputs', 'targets'] as const;
  const { inputs, targets, ...counts } = fieldsOf(value, fields, name, 'a data set');
  const shape = checkedPart(sizes, counts, name);
  return {
    ...shape,
    inputs: table(inputs, shape.samples, shape.inputDim, `${name}.inputs`),
    targets: table(targets, shape.samples, shape.outputDim, `${name}.targets`),
  };
}

/**
 * Checks samples that a specimen is applied to.
 * @throws LabError naming the invalid field, or the size that differs from the specimen's
 */
export function checkedFittingData(
  value: unknown,
  net: Specimen,
  specimen: string,
  name: string,
): DataSet {
  const data = checkedData(value, name);
  requireFit(net, data, specimen, name);
  return data;
}

function table(value: unknown, samples: number, width: number, field: string): Float32Array {
  const numbers = numbersOf(value, field, 'Float32Array');
  requireCount(
    numbers,
    samples * width,
    `${counted(samples, 'sample')} of ${counted(width, 'value')} are`,
    field,
  );
  requireFinite(numbers, field, width);
  return numbers;
}

/** Checks inputs of a specimen, `[samples, inputs]`. @throws LabError for other values */
export function checkedInputs(value: unknown, { layout }: Specimen, field: string): Float32Array {
  const [width] = layout.widths;
  const inputs = numbersOf(value, field, 'Float32Array');
  if (inputs.length % width !== 0) {
    throw invalid(
      `has ${counted(inputs.length, 'entry')}, which is not a multiple of the specimen's ${counted(width, 'input')}`,
      { field },
    );
  }
  requireFinite(inputs, field, width);
  return inputs;
}

/** @throws LabError unless the specimen's inputs and outputs fit the data */
export function requireFit(
  { layout: { widths } }: Specimen,
  { inputDim, outputDim }: DataSet,
  specimen: string,
  data: string,
): void {
  const [inputs] = widths;
  const outputs = widths[widths.length - 1];
  if (inputDim !== inputs) {
    throw invalid(`${inputDim} is not allowed: ${specimen} has ${counted(inputs, 'input')}`, {
      field: `${data}.inputDim`,
    });
  }
  if (outputDim !== outputs) {
    throw invalid(`${outputDim} is not allowed: ${specimen} has ${counted(outputs, 'output')}`, {
      field: `${data}.outputDim`,
    });
  }
}
