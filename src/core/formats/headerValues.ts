/* Checks of JSON values in safetensors headers. */

/** Whether a value is a list of sizes or offsets. */
export function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
