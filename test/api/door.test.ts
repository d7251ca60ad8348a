import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inspect } from 'node:util';
import * as lab from '../../src/api';
import { LabError } from '../../src/api';
import { TINY } from '../cli/workshop';
import { data, encoder, mask, matrix, pruned, row, specimen, training } from './rightValues';

/*
 * Functions of the module accept an argument or refuse it with an error that names the field. They never throw
 * another error, compute with a different value than the given one, or hang.
 */

/** A copy of plain data with another value at a path. */
function withAt(root: unknown, path: readonly (string | number)[], value: unknown): unknown {
  if (path.length === 0) return value;
  const [head, ...rest] = path;
  const inner = (root as Record<string | number, unknown>)[head];
  if (Array.isArray(root)) {
    return root.map((entry: unknown, i) => (i === head ? withAt(inner, rest, value) : entry));
  }
  return { ...(root as object), [head]: withAt(inner, rest, value) };
}

const shown = (output: lab.Displayed): unknown => output[lab.DISPLAY]();

type Call = (...given: never[]) => unknown;

/** Every function, with valid arguments and their names. */
const FUNCTIONS: Readonly<Record<string, readonly [Call, Readonly<Record<string, unknown>>]>> = {
  defineExperiment: [lab.defineExperiment, { '': TINY }],
  runExperiment: [
    (experiment: never, options: never) => lab.runExperiment(experiment, options).state,
    { '': TINY, options: { seeds: [1], engine: 'simd', workers: 1, fresh: true } },
  ],
  generateData: [lab.generateData, { '': TINY, options: {} }],
  splitData: [lab.splitData, { data, seed: 1, trainShare: 0.5 }],
  initialise: [
    lab.initialise,
    { shape: { inputs: 2, hidden: [3, 2], outputs: 1, activation: 'relu' }, seed: 1 },
  ],
  specimenOf: [lab.specimenOf, { layout: specimen.layout, parameters: specimen.parameters }],
  predict: [lab.predict, { specimen, inputs: data.inputs, options: {} }],
  testError: [lab.testError, { specimen, samples: data, options: {} }],
  train: [
    lab.train,
    {
      specimen,
      samples: data,
      options: { ...training, batchSize: 2, learningRate: 0.1, dropout: 0.5, epochsBefore: 0 },
    },
  ],
  trainPopulation: [
    lab.trainPopulation,
    { specimens: [specimen, specimen], samples: data, options: training },
  ],
  attribute: [
    lab.attribute,
    {
      encoder,
      specimen,
      request: {
        method: 'integrated-gradients',
        rule: 'riemann_trapezoid',
        steps: 3,
        rows: 'pre-activation',
      },
    },
  ],
  activations: [lab.activations, { encoder, specimen }],
  measure: [
    lab.measure,
    {
      matrix,
      options: {
        activations: lab.activations(encoder, specimen),
        threshold: 0.4,
        compatibility: 'thesis',
      },
    },
  ],
  measureNull: [
    lab.measureNull,
    { encoder, shape: { hidden: [3, 2], activation: 'relu', repetitions: 2, seed: 1 } },
  ],
  prune: [
    lab.prune,
    {
      specimen,
      request: {
        method: 'global-structured',
        ratio: 0.4,
        norm: 'l2',
        normalize: false,
        caps: [0.5, null],
        scope: 'layer',
        count: [1, 1],
        originalWidths: [3, 2],
      },
      seed: 1,
      sources: { data, movement: [6, 6, 2].map((length) => new Float64Array(length)) },
    },
  ],
  scores: [
    lab.scores,
    {
      specimen: lab.prune(specimen, { method: 'weights', ratio: 0.3 }).specimen,
      options: {
        method: 'movement',
        data,
        training: { ...training, batchSize: 2, learningRate: 0.1, epochsBefore: 0 },
        norm: 'l2',
        normalize: false,
        seed: 1,
      },
    },
  ],
  maskOf: [lab.maskOf, { before: specimen, after: pruned }],
  replayMask: [lab.replayMask, { specimen, mask }],
  composeMasks: [lab.composeMasks, { first: mask, second: { units: mask.kept, kept: [[2], [1]] } }],
  checkpointName: [
    lab.checkpointName,
    { leg: { seed: 1, arm: 'dense', requested: 0.5 }, phase: 'training', epoch: 1 },
  ],
  attributionOutput: [
    (...given: never[]) => shown(lab.attributionOutput(...(given as unknown as [typeof matrix]))),
    { matrix, options: { title: 'A title', nulls: { relative: 2 }, run: 'runs/1' } },
  ],
  seriesOutput: [
    (...given: never[]) => shown(lab.seriesOutput(...(given as unknown as [never]))),
    {
      checkpoints: [
        { leg: { seed: 1, arm: 'dense' }, phase: 'initial', epoch: 0, attribution: matrix, row },
      ],
      options: { title: 'A title' },
    },
  ],
  trajectoryOutput: [
    (...given: never[]) => shown(lab.trajectoryOutput(...(given as unknown as [never]))),
    { rows: [row, row], title: 'A title' },
  ],
  runOutput: [lab.runOutput, { run: lab.runExperiment(TINY) }],
  listRuns: [lab.listRuns, { experiment: '/nowhere' }],
  openRun: [lab.openRun, { folder: '/nowhere' }],
  readExperiment: [lab.readExperiment, { location: '/nowhere' }],
};

/** A path without a file, which is an error by itself. */
const MISSING = ['openRun', 'readExperiment'];

/** Parts of arguments that a function does not check, since another one does. */
const UNREAD =
  /^(attribute|activations|measureNull)\(encoder\.units|^measure\(.*(units|featureNames|completenessError)|row.*\.(completenessError|hidden|parameters|missing)/;
const TEXT =
  /\((title|options\.title|options\.run|experiment|\.name|(?:.*\.)?arm|)$|featureNames\.\d$/;
const NULL = /caps\.\d$|\.(requested|trainLoss|r2|mean|null|relative)$|measures\.\w+\.layers\.\d$/;
const NUMBER =
  /\.(neuronRatio|parameterRatio|testLoss|trainLoss|r2|mean|null|relative)$|measures\.\w+\.layers\.\d$|row(s\.\d)?\.requested$/;
const ALL_OPTIONAL =
  /(autoencoder|\.training|\.pruning|retraining|\.measures|nulls)$|^(attribute|generateData|measure|predict|testError|runExperiment|attributionOutput|seriesOutput)\((options|request)$|^prune\(sources$/;

/** Whether a value that is invalid nearly everywhere is valid in this place. */
function isRight(place: string, value: unknown): boolean {
  if (UNREAD.test(place)) return true;
  if (typeof value === 'string')
    return TEXT.test(place) && (value !== '\0' || !/run$|experiment$/.test(place));
  if (typeof value === 'boolean') return /(fresh|normalize)$/.test(place);
  if (value === null) return NULL.test(place) && !/leg\.requested$/.test(place);
  if (typeof value === 'number') {
    return NUMBER.test(place) || (value >= 0 && /completenessError$/.test(place));
  }
  if (value instanceof Float32Array) return value.length === 0 && place === 'predict(inputs';
  const isEmpty = typeof value === 'object' && Object.getPrototypeOf(value) === null;
  return ALL_OPTIONAL.test(place) && (isEmpty || place.endsWith('nulls'));
}

interface Place {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** All paths within plain data; a typed array counts as one. */
function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  const here = [[...path]];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return here;
  if (Object.getPrototypeOf(value) !== Object.prototype && !Array.isArray(value)) return here;
  const inner = Array.isArray(value)
    ? value.slice(0, 2).flatMap((entry: unknown, i) => placesOf(entry, [...path, i]))
    : Object.entries(value).flatMap(([key, entry]) => placesOf(entry, [...path, key]));
  return [...here, ...inner];
}

const PLACES: readonly Place[] = Object.entries(FUNCTIONS).flatMap(([name, [, given]]) =>
  Object.entries(given).flatMap(([argument, value]) =>
    placesOf(value).map((path) => ({ name, path: [argument, ...path] })),
  ),
);

const round: Record<string, unknown> = {};
round.self = round;
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** Values that are invalid everywhere except where `unlessRight` says otherwise. */
const HOSTILE: readonly (() => unknown)[] = [
  () => null,
  () => NaN,
  () => -Infinity,
  () => -1,
  () => -0.5,
  () => 1e300,
  () => 2 ** 53,
  () => 'tanh',
  () => 'post',
  () => '3',
  () => '\0',
  () => true,
  () => 1n,
  () => Symbol('x'),
  () => () => 1,
  () => class {},
  () => new Map([['seed', 1]]),
  () => new Date(0),
  () => round,
  () => revoked.proxy,
  () => ({
    get seed(): never {
      throw new TypeError('no');
    },
  }),
  () => Array<number>(1e9),
  () => [[[[]]]],
  () => ({ unknown: 1 }),
  () => JSON.parse('{"__proto__": 1}') as unknown,
  () => new Float64Array(3),
  () => new Float32Array(0),
  () => Float32Array.of(NaN, Infinity),
  () => new Uint32Array(1),
  () => Object.create(null) as unknown,
  () => new Proxy([], { get: () => 'x' }),
];

async function outcomeOf({ name, path }: Place, value: unknown): Promise<unknown> {
  const [call, given] = FUNCTIONS[name];
  const [argument, ...rest] = path;
  const args = Object.entries(given).map(([key, right]) =>
    key === argument ? withAt(right, rest, value) : right,
  );
  try {
    await call(...(args as never[]));
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('argument checks of the module', () => {
  it('cover every exported function', () => {
    const functions = Object.entries(lab).filter(
      ([, value]) => typeof value === 'function' && !/^class /.test(String(value)),
    );
    assert.deepEqual(functions.map(([name]) => name).sort(), Object.keys(FUNCTIONS).sort());
  });

  it('accept valid arguments', async () => {
    for (const [name, [call, given]] of Object.entries(FUNCTIONS)) {
      if (MISSING.includes(name)) continue;
      await assert.doesNotReject(async () => {
        await call(...(Object.values(given) as never[]));
      }, name);
    }
  });

  it('refuse everything else with a LabError that names the field', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PLACES),
        fc.constantFrom(...HOSTILE),
        async (place, hostile) => {
          const where = `${place.name}(${place.path.join('.')}`;
          const what = `${where}) with ${String(hostile)}`;
          const start = Date.now();
          const error = await outcomeOf(place, hostile());
          assert.ok(Date.now() - start < 2000, `took ${Date.now() - start} ms: ${what}`);
          if (error === undefined) {
            assert.ok(isRight(where, hostile()), `let through: ${what}`);
            return;
          }
          assert.ok(error instanceof LabError, `${what}: ${inspect(error)}`);
          const { field, file } = error.place;
          assert.ok(field ?? file, `no field: ${what}: ${error.message}`);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
