import { invalid, requireOneOf, show } from '../errors';

/** Names of the rules, as in Captum. */
export const QUADRATURE_RULES = [
  'riemann_left',
  'riemann_right',
  'riemann_middle',
  'riemann_trapezoid',
  'gausslegendre',
] as const;

/** A Captum rule for the path integral of integrated gradients. */
export type QuadratureRule = (typeof QUADRATURE_RULES)[number];

/** Positions α in [0, 1] at which gradients are taken, and the weights of their sum. */
export interface Quadrature {
  readonly alphas: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Nodes and weights of a rule with `steps` nodes, in ascending order, as in Captum 0.7
 * (`captum/attr/_utils/approximation_methods.py`). Its trapezoid rule takes n equally spaced nodes
 * including both ends, but steps of 1/n, so its weights sum to (n − 1)/n. Captum refuses a single step
 * for every Riemann sum; here only the trapezoid rule does, since it needs both ends.
 * @throws LabError unless `steps` is an integer of at least {@link minimumSteps}
 */
export function quadrature(rule: QuadratureRule, steps: number): Quadrature {
  if (rule !== latest.rule || steps !== latest.steps) {
    latest = { rule, steps, nodes: newQuadrature(rule, steps) };
  }
  return latest.nodes;
}

/** The latest result, since runs ask for the same nodes thousands of times. */
let latest: { rule?: QuadratureRule; steps: number; nodes: Quadrature } = {
  steps: 0,
  nodes: { alphas: [], weights: [] },
};

/** Smallest number of steps of a rule: 2 for the trapezoid rule, which needs both ends. */
export function minimumSteps(rule: QuadratureRule): number {
  return rule === 'riemann_trapezoid' ? 2 : 1;
}

function newQuadrature(rule: QuadratureRule, steps: number): Quadrature {
  requireOneOf(rule, QUADRATURE_RULES, 'rule');
  const least = minimumSteps(rule);
  if (!Number.isSafeInteger(steps) || steps < least) {
    throw invalid(`${rule} needs at least ${least} steps, not ${show(steps)}`, { field: 'steps' });
  }
  switch (rule) {
    case 'riemann_left':
      return riemann(steps, (j) => j / steps);
    case 'riemann_right':
      return riemann(steps, (j) => (j + 1) / steps);
    case 'riemann_middle':
      return riemann(steps, (j) => (j + 0.5) / steps);
    case 'riemann_trapezoid':
      return halvedAtEnds(riemann(steps, (j) => j / (steps - 1)));
    case 'gausslegendre':
      return gaussLegendre(steps);
  }
}

function riemann(n: number, alpha: (j: number) => number): Quadrature {
  return {
    alphas: Array.from({ length: n }, (_, j) => alpha(j)),
    weights: Array.from({ length: n }, () => 1 / n),
  };
}

function halvedAtEnds({ alphas, weights }: Quadrature): Quadrature {
  const last = weights.length - 1;
  return { alphas, weights: weights.map((w, j) => (j === 0 || j === last ? w / 2 : w)) };
}

/**
 * Gauss–Legendre on [0, 1]: the roots x of the Legendre polynomial P_n with weights
 * 2/((1 − x²) P_n′(x)²) on [−1, 1] (Abramowitz & Stegun 25.4.29). The roots are symmetric: only the
 * positive half is computed, in descending order.
 */
function gaussLegendre(n: number): Quadrature {
  const alphas = new Array<number>(n);
  const weights = new Array<number>(n);
  for (let r = 0; 2 * r < n; r++) {
    const x = legendreRoot(n, r);
    const { derivative } = legendre(n, x);
    alphas[r] = (1 - x) / 2;
    alphas[n - 1 - r] = (1 + x) / 2;
    weights[r] = weights[n - 1 - r] = 1 / ((1 - x) * (1 + x) * derivative * derivative);
  }
  return { alphas, weights };
}

/** Newton's method from Tricomi's estimate, whose error is O(n⁻⁴) (A&S 22.16.6), so it converges. */
function legendreRoot(n: number, r: number): number {
  if (2 * r + 1 === n) return 0;
  const angle = (Math.PI * (4 * r + 3)) / (4 * n + 2);
  let x = (1 - 1 / (8 * n * n) + 1 / (8 * n * n * n)) * cosine(angle);
  for (let iteration = 0; iteration < 5; iteration++) {
    const { value, derivative } = legendre(n, x);
    const step = value / derivative;
    x -= step;
    if (Math.abs(step) < 1e-15) break;
  }
  return x;
}

/** cos by its Taylor series, to 1e-10 on [0, π/2]: `Math.cos` differs between JavaScript engines. */
function cosine(angle: number): number {
  let sum = 0;
  for (let k = 14; k >= 2; k -= 2) sum = ((1 + sum) * -angle * angle) / (k * (k - 1));
  return 1 + sum;
}

/** P_n(x) and its derivative, |x| < 1, by the three-term recurrence. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let previous = 1;
  let value = x;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
    previous = value;
    value = next;
  }
  return { value, derivative: (n * (previous - x * value)) / ((1 - x) * (1 + x)) };
}
