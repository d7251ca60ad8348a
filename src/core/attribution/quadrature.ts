import { invalid, requireOneOf, show } from '../errors';

/** Rules, by Captum's names. */
export const QUADRATURE_RULES = [
  'riemann_left',
  'riemann_right',
  'riemann_middle',
  'riemann_trapezoid',
  'gausslegendre',
] as const;

/** Captum's rules for the path integral of integrated gradients, by Captum's names. */
export type QuadratureRule = (typeof QUADRATURE_RULES)[number];

/** Where along the path [0, 1] gradients are taken, and with which weights they are summed. */
export interface Quadrature {
  readonly alphas: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Nodes and weights of a rule with `steps` nodes, in ascending order, as Captum 0.7 has them
 * (`captum/attr/_utils/approximation_methods.py`). Its trapezoid takes n equally spaced nodes with
 * both ends, but steps of 1/n, so its weights sum to (n − 1)/n. Captum refuses one step of any Riemann
 * sum; here only the trapezoid, which has two ends, needs more.
 * @throws LabError when `steps` is not an integer from 1 on, or from 2 on for the trapezoid
 */
export function quadrature(rule: QuadratureRule, steps: number): Quadrature {
  if (rule !== latest.rule || steps !== latest.steps) {
    latest = { rule, steps, nodes: newQuadrature(rule, steps) };
  }
  return latest.nodes;
}

/** Runs ask for the same nodes thousands of times. */
let latest: { rule?: QuadratureRule; steps: number; nodes: Quadrature } = {
  steps: 0,
  nodes: { alphas: [], weights: [] },
};

/** Steps that a rule takes at least: the trapezoid has two ends. */
export function leastSteps(rule: QuadratureRule): number {
  return rule === 'riemann_trapezoid' ? 2 : 1;
}

function newQuadrature(rule: QuadratureRule, steps: number): Quadrature {
  requireOneOf(rule, QUADRATURE_RULES, 'rule');
  const least = leastSteps(rule);
  if (!Number.isSafeInteger(steps) || steps < least) {
    throw invalid(`${rule} takes ${least} or more steps, not ${show(steps)}`, { field: 'steps' });
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
 * 2/((1 − x²) P_n′(x)²) on [−1, 1] (Abramowitz & Stegun 25.4.29). The roots are symmetric: the positive
 * half is searched, from the greatest down.
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

/** Newton's method from Tricomi's estimate, which is off by O(n⁻⁴) (A&S 22.16.6): it never strays. */
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

/** cos by its Taylor series, to 1e-10 on [0, π/2]: `Math.cos` is not the same on every engine. */
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
