/**
 * Where a result of so many numbers is put. Memory that is new for every matrix costs more than the matrix:
 * who gives one up before the next is computed lets them share a room.
 */
export type Room = (length: number) => Float64Array;

/** A room that every result takes over from the one before. */
export function sharedRoom(): Room {
  let values = new Float64Array(0);
  return (length) => {
    if (values.length < length) values = new Float64Array(length);
    return values.subarray(0, length);
  };
}
