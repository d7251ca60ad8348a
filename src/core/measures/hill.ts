import { invalid, show } from '../errors';
import { exp, ln } from '../numeric/elementary';
import type { Rows } from './rows';

/** Closer to 1, cancellation in the general formula exceeds the truncation error of the expansion. */
const NEAR_ONE = 1e-5;

/**
 * Hill number of each row: the number of equally strong features that would be equally diverse.
 * N_q = (Σ p^q)^(1/(1−q)) with p = |row| / Σ|row|; N₀ counts the nonzero ones, N₁ = exp(H),
 * N₂ = 1/Σp², N_∞ = 1/max p. It decreases with q and lies in [1, F].
 * Source: Hill (1973), Diversity and evenness: a unifying notation and its consequences, N_a.
 * @param order q in [0, ∞]
 * @returns `[rows]`, NaN where a row is all zero or not finite
 * @throws LabError for any other order
 */
export function hillNumbers(rows: Rows, order: number): Float64Array {
  if (!(order >= 0))
    throw invalid(`the order of a Hill number must be 0 or more, not ${show(order)}`);
  if (order === 0) return nonZeros(rows);
  if (order === 1) return shannonEntropies(rows).map(exp);
  if (Math.abs(order - 1) < NEAR_ONE) return renyiEntropiesNearOne(rows, order).map(exp);
  if (order === 2) return reciprocalsOfSquares(rows);
  if (order === Infinity) return rows.sums;
  const powers = sumsOfPowers(rows, order);
  return rows.sums.map((sum, k) => exp((ln(powers[k]) - order * ln(sum)) / (1 - order)));
}

/**
 * Shannon entropy H = −Σ p ln p of each row, in nats, in [0, ln F].
 * @returns `[rows]`, NaN where a row is all zero or not finite
 */
export function shannonEntropies(rows: Rows): Float64Array {
  const logs = rows.arithmetic.logSums(rows);
  // −Σ p ln p = ln Σa + Σ a(−ln a) / Σa: with a ≤ 1 both terms are positive, nothing cancels.
  return rows.sums.map((sum, k) => (sum > 0 ? ln(sum) + logs[k] / sum : NaN));
}

/** Counts the values themselves, since values divided by the peak may have underflowed to 0. */
function nonZeros({ count, features, values, peaks }: Rows): Float64Array {
  const counts = new Float64Array(count).fill(NaN);
  for (let k = 0; k < count; k++) {
    if (!(peaks[k] > 0)) continue;
    let found = 0;
    for (let i = k * features; i < (k + 1) * features; i++) if (values[i] !== 0) found++;
    counts[k] = found;
  }
  return counts;
}

/** (Σp)² / Σp² */
function reciprocalsOfSquares({ count, features, scaled, sums }: Rows): Float64Array {
  const ratios = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let squares = 0;
    for (let i = k * features; i < (k + 1) * features; i++) squares += scaled[i] * scaled[i];
    ratios[k] = (sums[k] * sums[k]) / squares;
  }
  return ratios;
}

/** Σ (a / max a)^q, by logarithms: a / max a may underflow where its q-th power, q < 1, does not. */
function sumsOfPowers({ count, features, values, peaks }: Rows, order: number): Float64Array {
  const sums = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const lnPeak = ln(peaks[k]);
    for (let i = k * features; i < (k + 1) * features; i++) {
      sums[k] += exp(order * (ln(Math.abs(values[i])) - lnPeak));
    }
  }
  return sums;
}

/** Rényi entropy (1−q)⁻¹ ln Σ p^q = H − (q−1)/2 · Var_p(ln p) + O((q−1)²). */
function renyiEntropiesNearOne(rows: Rows, order: number): Float64Array {
  const { features, scaled, sums } = rows;
  return shannonEntropies(rows).map((entropy, k) => {
    let variance = 0;
    for (let i = k * features; i < (k + 1) * features; i++) {
      const p = scaled[i] / sums[k];
      if (!(p > 0)) continue;
      const deviation = ln(p) + entropy;
      variance += p * deviation * deviation;
    }
    return entropy - ((order - 1) / 2) * variance;
  });
}
