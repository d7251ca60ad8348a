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
 * Samples with their targets, checked; their numbers are taken as they are.
 * @throws LabError naming the field that is wrong, of a number its row and column
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

function table(value: unknown, samples: number, width: number, field: string): Float32Array {
  const numbers = numbersOf(value, field, 'Float32Array');
  requireCount(numbers, samples * width, `${samples} samples of ${width} values are`, field);
  requireFinite(numbers, field, width);
  return numbers;
}

/** Inputs of a specimen, `[samples, inputs]`, checked. @throws LabError for others */
export function checkedInputs(value: unknown, { layout }: Specimen, field: string): Float32Array {
  const [width] = layout.widths;
  const inputs = numbersOf(value, field, 'Float32Array');
  if (inputs.length % width !== 0) {
    throw invalid(
      `has ${inputs.length} entries, which are no samples of ${width} values, as the specimen takes them`,
      { field },
    );
  }
  requireFinite(inputs, field, width);
  return inputs;
}

/** @throws LabError unless a specimen takes such samples and gives such targets */
export function requireFit(
  { layout: { widths } }: Specimen,
  { inputDim, outputDim }: DataSet,
  specimen: string,
  data: string,
): void {
  const [inputs] = widths;
  const outputs = widths[widths.length - 1];
  if (inputDim !== inputs) {
    throw invalid(`${inputDim} is not allowed: ${specimen} takes ${inputs} inputs`, {
      field: `${data}.inputDim`,
    });
  }
  if (outputDim !== outputs) {
    throw invalid(`${outputDim} is not allowed: ${specimen} gives ${outputs} outputs`, {
      field: `${data}.outputDim`,
    });
  }
}
