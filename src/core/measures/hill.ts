import { invalid, show } from '../errors';
import { exp, ln } from '../numeric/elementary';
import { peakOf } from './rows';

/** Closer to 1 the general formula loses more digits to cancellation than the expansion leaves out. */
const NEAR_ONE = 1e-5;

/**
 * Hill number of a row: how many features it would take, all equally strong, to be as diverse.
 * N_q = (Σ p^q)^(1/(1−q)) with p = |row| / Σ|row|; N₀ counts the non-zero ones, N₁ = exp(H),
 * N₂ = 1/Σp², N_∞ = 1/max p. It falls with q and lies in [1, F].
 * Source: Hill (1973), Diversity and evenness: a unifying notation and its consequences, N_a.
 * @param row `[F]`
 * @param order q in [0, ∞]
 * @returns NaN when the row is all zero or not finite
 * @throws LabError for any other order
 */
export function hillNumber(row: Float64Array, order: number): number {
  if (!(order >= 0)) throw invalid(`the order of a Hill number is 0 or more, not ${show(order)}`);
  const peak = peakOf(row);
  if (!(peak > 0)) return NaN;
  if (order === 0) return nonZeros(row);
  if (order === 1) return exp(shannonEntropy(row));
  if (Math.abs(order - 1) < NEAR_ONE) return exp(renyiNearOne(row, peak, order));

  let sum = 0;
  let squares = 0;
  for (let f = 0; f < row.length; f++) {
    const a = Math.abs(row[f]) / peak;
    sum += a;
    squares += a * a;
  }
  if (order === Infinity) return sum;
  if (order === 2) return (sum * sum) / squares;
  return exp((ln(sumOfPowers(row, peak, order)) - order * ln(sum)) / (1 - order));
}

/**
 * Shannon entropy H = −Σ p ln p of a row, in nats, in [0, ln F].
 * @param row `[F]`
 * @returns NaN when the row is all zero or not finite
 */
export function shannonEntropy(row: Float64Array): number {
  const peak = peakOf(row);
  if (!(peak > 0)) return NaN;
  let sum = 0;
  let logs = 0;
  for (let f = 0; f < row.length; f++) {
    const a = Math.abs(row[f]) / peak;
    sum += a;
    if (a > 0 && a < 1) logs -= a * ln(a);
  }
  // −Σ p ln p = ln Σa + Σ a(−ln a) / Σa: with a ≤ 1 both terms are positive, nothing cancels.
  return ln(sum) + logs / sum;
}

/** Σ (a / max a)^q, in logarithms: a / max a may underflow where its q-th power, q < 1, does not. */
function sumOfPowers(row: Float64Array, peak: number, order: number): number {
  const lnPeak = ln(peak);
  return row.reduce((sum, value) => sum + exp(order * (ln(Math.abs(value)) - lnPeak)), 0);
}

function nonZeros(row: Float64Array): number {
  let count = 0;
  for (let f = 0; f < row.length; f++) if (row[f] !== 0) count++;
  return count;
}

/** Rényi entropy (1−q)⁻¹ ln Σ p^q = H − (q−1)/2 · Var_p(ln p) + O((q−1)²). */
function renyiNearOne(row: Float64Array, peak: number, order: number): number {
  const entropy = shannonEntropy(row);
  const sum = row.reduce((total, value) => total + Math.abs(value) / peak, 0);
  let variance = 0;
  for (let f = 0; f < row.length; f++) {
    const p = Math.abs(row[f]) / peak / sum;
    if (p === 0) continue;
    const deviation = ln(p) + entropy;
    variance += p * deviation * deviation;
  }
  return entropy - ((order - 1) / 2) * variance;
}
