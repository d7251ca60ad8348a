/**
 * Returns an array of the given length to write a result to. Allocating memory for every matrix costs more
 * than computing it: callers that discard one before computing the next pass a reused buffer.
 */
export type GetBuffer = (length: number) => Float64Array;

/** A buffer that each result overwrites. */
export function reusedBuffer(): GetBuffer {
  let values = new Float64Array(0);
  return (length) => {
    if (values.length < length) values = new Float64Array(length);
    return values.subarray(0, length);
  };
}
