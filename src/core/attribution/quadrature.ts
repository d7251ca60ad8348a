/** Captum's rules for the path integral of integrated gradients, by Captum's names. */
export type QuadratureRule =
  'riemann_left' | 'riemann_right' | 'riemann_middle' | 'riemann_trapezoid' | 'gausslegendre';

/** Where along the path [0, 1] gradients are taken, and with which weights they are summed. */
export interface Quadrature {
  readonly alphas: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Nodes and weights of a rule with `steps` nodes, as Captum 0.7 has them
 * (`captum/attr/_utils/approximation_methods.py`). Its trapezoid takes n equally spaced nodes with
 * both ends, but steps of 1/n, so its weights sum to (n − 1)/n.
 */
export function quadrature(rule: QuadratureRule, steps: number): Quadrature {
  const n = steps;
  const equal = (alpha: (j: number) => number): Quadrature => ({
    alphas: Array.from({ length: n }, (_, j) => alpha(j)),
    weights: Array.from({ length: n }, () => 1 / n),
  });
  switch (rule) {
    case 'riemann_left':
      return equal((j) => j / n);
    case 'riemann_right':
      return equal((j) => (j + 1) / n);
    case 'riemann_middle':
      return equal((j) => (j + 0.5) / n);
    case 'riemann_trapezoid': {
      const weights = Array.from({ length: n }, () => 1 / n);
      weights[0] /= 2;
      weights[n - 1] /= 2;
      return { alphas: equal((j) => (n === 1 ? 0 : j / (n - 1))).alphas, weights };
    }
    case 'gausslegendre':
      return gaussLegendre(n);
  }
}

/**
 * Gauss–Legendre on [0, 1]: the roots of the Legendre polynomial P_n and 2/((1 − x²) P_n′(x)²), by
 * Newton's method from the right, each root found divided out of the polynomial (Abramowitz & Stegun
 * 25.4.29). Only the positive half is searched: the roots are symmetric.
 */
function gaussLegendre(n: number): Quadrature {
  const roots: number[] = [];
  const weights: number[] = [];
  for (let r = 0; r < Math.ceil(n / 2); r++) {
    let x = r === 0 ? 1 : roots[r - 1];
    if (2 * r === n - 1) x = 0;
    else x = newtonRoot(n, x, roots);
    roots.push(x);
    const { derivative } = legendre(n, x);
    weights.push(2 / ((1 - x * x) * derivative * derivative));
  }
  const mirror = n % 2 === 1 ? roots.length - 1 : roots.length;
  const negative = roots.slice(0, mirror);
  const positive = roots.slice().reverse();
  return {
    alphas: [...negative.map((x) => (1 - x) / 2), ...positive.map((x) => (1 + x) / 2)],
    weights: [...weights.slice(0, mirror), ...weights.slice().reverse()].map((w) => w / 2),
  };
}

function newtonRoot(n: number, start: number, found: readonly number[]): number {
  // Just inside the last root, where dividing it out leaves something finite.
  let x = start - (found.length > 0 ? 1e-9 : 0);
  for (let iteration = 0; iteration < 200; iteration++) {
    const { value, derivative } = legendre(n, x);
    let divided = derivative;
    for (const root of found) divided -= value / (x - root) + value / (x + root);
    const step = value / divided;
    x -= step;
    if (Math.abs(step) < 1e-15) break;
  }
  return x;
}

/** P_n(x) and its derivative by the three-term recurrence. */
function legendre(n: number, x: number): { value: number; derivative: number } {
  let previous = 1;
  let value = x;
  for (let k = 2; k <= n; k++) {
    [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
  }
  const derivative = x === 1 ? (n * (n + 1)) / 2 : (n * (previous - x * value)) / (1 - x * x);
  return { value, derivative };
}
