/**
 * Largest number of vectors to cluster: the distances of all pairs are stored, and their number grows with
 * the square.
 */
export const MAX_CLUSTERED = 3000;

/**
 * An order in which similar vectors are adjacent: agglomerative clustering with average linkage
 * (Sokal & Michener 1958) on the cosine distance 1 − cos, which looks at direction alone, by the
 * nearest-neighbour chain (Murtagh 1983) in O(n²). Each join orients its two
 * sides so that the closest of the four pairs of ends are adjacent. Ties go to the lower index.
 * @param vectors `[count, dimensions]`; a zero vector is at distance 1 from all
 * @returns `[count]` indices
 */
export function clusterOrder(vectors: Float64Array, count: number): Int32Array {
  if (count === 0) return new Int32Array(0);
  const distances = cosineDistances(vectors, count);
  const original = distances.slice();
  const clusters: (number[] | undefined)[] = Array.from({ length: count }, (_, i) => [i]);
  const join = (a: number, b: number): void => {
    const [left, right] = [clusters[a]!, clusters[b]!];
    const [na, nb] = [left.length, right.length];
    clusters[a] = joined(left, right, (i, j) => original[i * count + j]);
    clusters[b] = undefined;
    for (let k = 0; k < count; k++) {
      if (k === a || !clusters[k]) continue;
      const mean = (na * distances[a * count + k] + nb * distances[b * count + k]) / (na + nb);
      distances[a * count + k] = distances[k * count + a] = mean;
    }
  };
  const chain: number[] = [];
  for (let left = count; left > 1;) {
    if (chain.length === 0) chain.push(clusters.findIndex(Boolean));
    const top = chain[chain.length - 1];
    const before = chain[chain.length - 2] as number | undefined;
    const nearest = nearestTo(top, before);
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    join(Math.min(top, nearest), Math.max(top, nearest));
    left--;
  }
  return Int32Array.from(clusters.find(Boolean) ?? []);

  /** The previous element wins ties; otherwise the chain might never end. */
  function nearestTo(top: number, before: number | undefined): number {
    let best = before ?? -1;
    let least = before === undefined ? Infinity : distances[top * count + before];
    for (let k = 0; k < count; k++) {
      if (k === top || !clusters[k]) continue;
      const distance = distances[top * count + k];
      if (distance < least || best < 0) {
        least = distance;
        best = k;
      }
    }
    return best;
  }
}

function cosineDistances(vectors: Float64Array, count: number): Float32Array {
  const width = vectors.length / count;
  const units = new Float64Array(vectors.length);
  for (let i = 0; i < count; i++) {
    const row = vectors.subarray(i * width, (i + 1) * width);
    const length = row.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
    if (!(length > 0) || !Number.isFinite(length)) continue;
    let squares = 0;
    for (const x of row) squares += (x / length) ** 2;
    for (let j = 0; j < width; j++) units[i * width + j] = row[j] / length / Math.sqrt(squares);
  }
  const distances = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += units[i * width + k] * units[j * width + k];
      distances[i * count + j] = distances[j * count + i] = 1 - dot;
    }
  }
  return distances;
}

function joined(a: number[], b: number[], distance: (i: number, j: number) => number): number[] {
  const [a0, a1, b0, b1] = [a[0], a[a.length - 1], b[0], b[b.length - 1]];
  const ways: [number, () => number[]][] = [
    [distance(a1, b0), () => [...a, ...b]],
    [distance(a1, b1), () => [...a, ...b.reverse()]],
    [distance(a0, b0), () => [...a.reverse(), ...b]],
    [distance(a0, b1), () => [...b, ...a]],
  ];
  return ways.reduce((best, way) => (way[0] < best[0] ? way : best))[1]();
}
