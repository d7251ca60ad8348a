import { leastSteps } from '../attribution/quadrature';
import { neuronCount, parameterCount, type Layout } from '../network/layout';
import type { Specification } from './specification';
import { splitProblem } from './split';

/** What the fields of a specification allow one by one, but not together. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** What would end it, where only one thing would. */
  readonly change?: Change;
}

/** A field that gets another value, or goes where the value is undefined. */
export interface Change {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Name of a top-level field. */
type Section = keyof Specification;

/**
 * Numbers in the largest array of an experiment, 400 MB of float32: more would fail only once it is
 * allocated.
 */
const MOST_NUMBERS = 100_000_000;

/**
 * What can be known to fail before anything is run.
 * @param sound whether a top-level field is right by itself; rules about others are left out
 */
export function contradictions(
  specification: Specification,
  sound: (section: Section) => boolean,
): Contradiction[] {
  return RULES.filter(({ about }) => about.every(sound)).flatMap(({ find }) => find(specification));
}

interface Rule {
  readonly about: readonly Section[];
  readonly find: (specification: Specification) => Contradiction[];
}

const RULES: readonly Rule[] = [
  { about: ['data'], find: featuresBelongToData },
  { about: ['features'], find: featuresFit },
  { about: ['data', 'training'], find: bothSharesHaveSamples },
  { about: ['attribution'], find: ruleHasItsSteps },
  { about: ['pruning'], find: methodKnowsCaps },
  { about: ['pruning', 'specimen'], find: oneCapPerLayer },
  { about: ['data', 'specimen'], find: specimenFitsMemory },
  { about: ['data', 'features'], find: dataFitMemory },
  { about: ['features', 'specimen'], find: matrixFitsMemory },
];

function featuresBelongToData({ data, features }: Specification): Contradiction[] {
  if (data.source === 'generated' && features === undefined) {
    return [{ path: ['features'], message: 'generated data needs this section' }];
  }
  if (data.source === 'imported' && features !== undefined) {
    const message = 'imported data brings its features with its encoder; leave this out';
    return [{ path: ['features'], message, change: { path: ['features'], value: undefined } }];
  }
  return [];
}

function featuresFit({ features }: Specification): Contradiction[] {
  if (!features) return [];
  const { count, hidden, sparsity, importance, importanceBound } = features;
  const found: Contradiction[] = [];
  const add = (field: string, message: string, change?: Change): void => {
    found.push({ path: ['features', field], message, change });
  };
  const held = hidden?.reduce((total, width) => total + width, 0) ?? count;
  if (held !== count)
    add('hidden', `the widths hold ${held} features, but features.count is ${count}`, {
      path: ['features', 'count'],
      value: held,
    });
  if (Array.isArray(sparsity) && sparsity.length !== count) {
    add('sparsity', `has ${sparsity.length} entries, but features.count is ${count}`);
  }
  const [low, high] = importance;
  const largest = Math.max(-low, high);
  const swapped = { path: ['features', 'importance'], value: [high, low] };
  if (low >= high) {
    const change = low > high ? swapped : undefined;
    add('importance', 'the first number must be the smaller', change);
  }
  // The feature model compares in float32.
  else if (Math.fround(importanceBound) >= largest || Math.fround(largest) === 0) {
    // Of the two the one that cannot be its default.
    const field = largest < 1 ? 'importance' : 'importanceBound';
    add(
      field,
      `no weight between ${low} and ${high} reaches features.importanceBound, ${importanceBound}`,
    );
  }
  return found;
}

function bothSharesHaveSamples({ data, training: { trainShare } }: Specification): Contradiction[] {
  if (data.source !== 'generated') return [];
  const message = splitProblem(data.samples, trainShare);
  return message ? [{ path: ['training', 'trainShare'], message }] : [];
}

function ruleHasItsSteps({ attribution: { method, rule, steps } }: Specification): Contradiction[] {
  const least = leastSteps(rule);
  if (method !== 'integrated-gradients' || steps >= least) return [];
  const path = ['attribution', 'steps'];
  const message = `the rule "${rule}" takes ${least} or more steps`;
  return [{ path, message, change: { path, value: least } }];
}

function methodKnowsCaps({ pruning: { method, caps } }: Specification): Contradiction[] {
  const compatible = method === 'thesis' || method === 'torch-pruning';
  const path = ['pruning', 'caps'];
  return compatible && caps !== undefined
    ? [
        {
          path,
          message: `the method "${method}" knows no caps`,
          change: { path, value: undefined },
        },
      ]
    : [];
}

function oneCapPerLayer({
  pruning: { caps },
  specimen: { hidden },
}: Specification): Contradiction[] {
  if (!Array.isArray(caps) || caps.length === hidden.length) return [];
  const message = `has ${caps.length} entries, but specimen.hidden has ${hidden.length}`;
  return [{ path: ['pruning', 'caps'], message }];
}

function dataFitMemory({ data, features }: Specification): Contradiction[] {
  if (data.source !== 'generated' || !features) return [];
  const widest = Math.max(features.count, data.inputs, data.outputs);
  return tooLarge(['data', 'samples'], `${data.samples} × ${widest} values`, data.samples * widest);
}

function specimenFitsMemory({ data, specimen: { hidden } }: Specification): Contradiction[] {
  // What imported data measure is not known yet.
  const { inputs, outputs } = data.source === 'generated' ? data : { inputs: 1, outputs: 1 };
  const count = parameterCount(perceptron([inputs, ...hidden, outputs]));
  return tooLarge(['specimen', 'hidden'], `a specimen of ${count} parameters`, count);
}

function matrixFitsMemory({ features, specimen: { hidden } }: Specification): Contradiction[] {
  if (!features) return [];
  const neurons = neuronCount(perceptron([1, ...hidden, 1]));
  const what = `an attribution matrix of ${neurons} × ${features.count} values`;
  return tooLarge(['specimen', 'hidden'], what, neurons * features.count);
}

function perceptron(widths: readonly number[]): Layout {
  return { widths, activations: [] };
}

function tooLarge(path: readonly string[], what: string, numbers: number): Contradiction[] {
  return numbers > MOST_NUMBERS
    ? [{ path, message: `${what} would take too much memory; at most ${MOST_NUMBERS}` }]
    : [];
}
