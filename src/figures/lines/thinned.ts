/** Points within this many pixels along x are drawn over each other. */
const STEP = 0.5;

/**
 * Indices of the points that a picture of a line needs. Of many points within half a pixel along x these
 * are the first, the last, the lowest and the highest: the others would be
 * drawn over them. The size of a file is then bounded by the width of the line, not by the number of epochs.
 * @param points `[points, 2]` in pixels, NaN where there is a gap; gaps stay
 * @param ends `[points, 2]` each: ends of intervals about the points
 */
export function neededPoints(points: Float32Array, ends: readonly Float32Array[]): number[] {
  const needed: number[] = [];
  const count = points.length / 2;
  for (let from = 0; from < count;) {
    const column = Math.floor(points[2 * from] / STEP);
    let to = from + 1;
    while (to < count && Math.floor(points[2 * to] / STEP) === column) to++;
    needed.push(...extremes(from, to, points, ends));
    from = to;
  }
  return needed;
}

function extremes(
  from: number,
  to: number,
  points: Float32Array,
  ends: readonly Float32Array[],
): number[] {
  const values = [(i: number) => points[2 * i + 1]];
  for (const end of ends) {
    values.push(
      (i) => end[2 * i],
      (i) => end[2 * i + 1],
    );
  }
  const places = Array.from({ length: to - from }, (_, i) => from + i);
  if (places.length <= 2 + 2 * values.length) return places;
  const found = new Set([from, to - 1]);
  for (const valueOf of values) {
    let [lowest, highest] = [from, from];
    for (const i of places) {
      if (valueOf(i) < valueOf(lowest)) lowest = i;
      if (valueOf(i) > valueOf(highest)) highest = i;
    }
    found.add(lowest).add(highest);
  }
  return [...found].sort((a, b) => a - b);
}

/** The pairs at some indices. */
export function pairsAt(pairs: Float32Array, places: readonly number[]): Float32Array {
  const picked = new Float32Array(2 * places.length);
  places.forEach((i, p) => picked.set(pairs.subarray(2 * i, 2 * i + 2), 2 * p));
  return picked;
}
