import { z } from 'zod';
import { counted } from '../counted';
import { ACTIVATIONS } from '../network/layout';

/* Kinds of fields that sections of specifications are made of. */

/** Longest list: one entry for each feature of the widest data. */
export const MAX_ENTRIES = 10_000;

/** Not `z.int()`: when it fails, Zod skips rules about several fields. */
export const whole = (): z.ZodNumber =>
  z.number().refine(Number.isInteger, 'expected a whole number').meta({ type: 'integer' });
/* Not `.min()` and `.max()`, which read `length` of any object and throw if it is a throwing getter. */
export const text = (most = 4096): z.ZodString =>
  z
    .string()
    .refine(
      ({ length }) => length >= 1 && length <= most,
      `expected 1 to ${counted(most, 'character')}`,
    )
    .meta({ minLength: 1, maxLength: most });
export const list = <T extends z.ZodType>(item: T): z.ZodArray<T> =>
  z
    .array(item)
    .refine(({ length }) => length <= MAX_ENTRIES, `expected at most ${MAX_ENTRIES} entries`)
    .meta({ maxItems: MAX_ENTRIES });
export const filled = <T extends z.ZodType>(array: z.ZodArray<T>): z.ZodArray<T> =>
  array.refine(({ length }) => length >= 1, 'expected at least 1 entry').meta({ minItems: 1 });
export const positive = (most = 1_000_000): z.ZodNumber => whole().min(1).max(most);
export const epochs = (): z.ZodNumber => whole().min(0).max(100_000);
export const share = (): z.ZodNumber => z.number().min(0).lt(1);
export const activation = (): z.ZodEnum<{ relu: 'relu'; linear: 'linear' }> => z.enum(ACTIVATIONS);
export const seed = (): z.ZodNumber => whole().min(0).max(Number.MAX_SAFE_INTEGER);
export const distinct = (item: z.ZodNumber): z.ZodArray<z.ZodNumber> =>
  list(item)
    .superRefine(refuseRepetitions, { when: ({ value }) => Array.isArray(value) })
    .meta({ uniqueItems: true });

/** Limit on repeated entries that are reported one by one. */
const MAX_REPETITIONS = 1000;

function refuseRepetitions(values: readonly unknown[], context: z.core.$RefinementCtx): void {
  const seen = new Set<unknown>();
  let found = 0;
  for (const [i, value] of values.entries()) {
    // Entries of other types are refused already.
    if (typeof value === 'number' && seen.has(value)) {
      context.addIssue({ code: 'custom', path: [i], message: 'listed twice' });
      if (++found === MAX_REPETITIONS) return;
    }
    seen.add(value);
  }
}
