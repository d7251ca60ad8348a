import { totalmem } from 'node:os';
import { LabError } from '../core/errors';
import type { Specification } from '../core/experiment/specification';
import { bytesInWords } from './fileKinds';

/**
 * Refuses data that this machine has not the memory for, before any of it is made: a specification asks for
 * it in a few digits.
 * @param memory bytes that there are
 * @throws LabError naming the field, what it takes and what there is
 */
export function requireMemoryForData(
  { data, features }: Specification,
  memory = memoryOfMachine(),
): void {
  // Imported data is as large as its files, and those have a limit.
  if (data.source !== 'generated' || !features) return;
  const bytes = leastBytes({ ...data, features: features.count });
  if (bytes <= memory) return;
  throw new LabError(
    'unsupported',
    `${data.samples} samples of ${features.count} features, ${data.inputs} inputs and ${data.outputs} ` +
      `outputs take at least ${bytesInWords(bytes)}; this machine has ${bytesInWords(memory)}`,
    { field: 'data.samples' },
  );
}

interface Sizes {
  readonly samples: number;
  readonly features: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Coefficients, inputs and targets of the samples, and a layer of features to features, in float32. */
function leastBytes({ samples, features, inputs, outputs }: Sizes): number {
  const values = samples * (features + inputs + outputs) + features * features;
  return values * Float32Array.BYTES_PER_ELEMENT;
}

/** What a process may use: of a container, what it was given. */
function memoryOfMachine(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(totalmem(), constrained) : totalmem();
}
