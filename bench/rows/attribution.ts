import type { AttributionMethod } from '../../src/core/attribution/request';
import { drawCoefficients } from '../../src/core/data/coefficients';
import type { DataSet } from '../../src/core/data/dataSet';
import type { Engine, TrainingTask } from '../../src/core/engine/engine';
import { simdEngine } from '../../src/core/engine/simd/simdEngine';
import { torchLinearInitialisation } from '../../src/core/network/initialise';
import { layoutOf, neuronCount, type Layout, type Network } from '../../src/core/network/layout';
import { stream } from '../../src/core/random/streams';
import { UNPACED } from '../../src/core/stop';
import { ADAM_DEFAULTS } from '../../src/core/training/adam';
import { trainingDraws } from '../../src/core/training/draws';
import { NONLINEAR0, NONLINEAR3 } from '../architectures';
import { NOT_INSTALLED, onPytorch, type Bench } from '../bench';
import type { Cell, Row, Section } from '../report';
import { SAME_BITS, type Tolerance } from '../timing/agreement';
import { hosted, concurrently, type Contender } from '../timing/contender';
import { race } from '../timing/race';
import type { AttributeJob } from '../work/job';

const ONE_CORE = 'simd, one core';
const ALL_CORES = 'simd, all cores';
const TWIN = 'twin';
export const PER_CELL = 'PyTorch per cell';
export const VECTORISED = 'PyTorch vectorised';
const STACKED = 'PyTorch, 26 stacked';
const COLUMNS = [ONE_CORE, ALL_CORES, TWIN, VECTORISED, STACKED, PER_CELL];

const SEED = 42;
const STEPS = 50;
const CELLS = 24;
const SPARSITY = 0.5;
/** Training samples of the specimens that are attributed. */
const SAMPLES = 1280;

/** A circuit whose attribution is timed. */
export interface Circuit {
  readonly name: string;
  readonly encoder: Layout;
  readonly specimen: Layout;
}

/** Those of the smallest and the largest nonlinear example. */
export const CIRCUITS: readonly Circuit[] = [
  {
    name: 'NonLinear0',
    encoder: layoutOf([16, 8, 5], 'relu'),
    specimen: NONLINEAR0.layout,
  },
  {
    name: 'NonLinear3',
    encoder: layoutOf([128, 64, 10], 'relu'),
    specimen: NONLINEAR3.layout,
  },
];

/** Ways of attributing, and how far PyTorch's rounding may be off ours. */
export const METHODS: readonly {
  readonly name: string;
  readonly method: AttributionMethod;
  readonly programs: readonly string[];
  readonly stacked: string;
  readonly tolerance: Tolerance;
}[] = [
  {
    name: 'finite difference',
    method: { method: 'finite-difference' },
    programs: ['finite-difference'],
    stacked: 'finite-difference-stacked',
    tolerance: { measure: 'worst', atMost: 1e-4 },
  },
  {
    // A gate that opens at one of the steps may open a step earlier or later in float32.
    name: `integrated gradients, ${STEPS} steps`,
    method: { method: 'integrated-gradients', rule: 'riemann_right', steps: STEPS },
    programs: ['forward-mode', 'jvp'],
    stacked: 'forward-mode-stacked',
    tolerance: { measure: 'mean', atMost: 1e-4 },
  },
];

/** Attribution matrices of trained specimens. */
export async function attributionSection(bench: Bench): Promise<Section> {
  const rows: Row[] = [];
  for (const circuit of CIRCUITS) {
    const population = circuit.name === 'NonLinear0' ? 26 : 2 * bench.cores;
    const job = await attributeJob(circuit, population);
    for (const way of METHODS) {
      bench.log(`attribution: ${circuit.name}, ${way.name}`);
      rows.push(await attributionRow(bench, circuit, job, way));
    }
  }
  return {
    title: 'Attribution',
    text: `Milliseconds for the complete neuron-by-feature matrix of one specimen, through the encoder. Integrated gradients by the right Riemann sum of ${STEPS} steps. All cores: one worker thread per core, each with its own specimens. PyTorch vectorised: all features (and all steps) in one batch, forward-mode derivatives by hand or by \`torch.func.jvp\`, whichever is faster; stacked: the same for 26 specimens at once. PyTorch per cell: one call for each neuron and feature with the ${STEPS} steps as its batch, as in attribution libraries.`,
    columns: COLUMNS,
    rows,
  };
}

async function attributionRow(
  bench: Bench,
  { name, encoder, specimen }: Circuit,
  job: AttributeJob,
  { name: methodName, method, programs, stacked, tolerance }: (typeof METHODS)[number],
): Promise<Row> {
  const { threads } = bench;
  const whole = { ...job, method };
  const entry = { column: VECTORISED, tolerance };
  const parts = threads.map((_, i) => ({
    ...whole,
    specimens: job.specimens.filter((_, s) => s % threads.length === i),
    checked: i === 0 ? 1 : 0,
  }));
  const contenders: Contender[] = [
    hosted(threads[0], whole, { column: ONE_CORE, tolerance: SAME_BITS }),
    concurrently(threads, parts, { column: ALL_CORES, tolerance: SAME_BITS }),
    hosted(threads[0], { ...whole, program: 'typescript' }, { column: TWIN, tolerance: SAME_BITS }),
    ...programs.flatMap((program) =>
      onPytorch(bench, { ...whole, program }, { ...entry, variant: program }),
    ),
  ];
  if (job.specimens.length === 26) {
    contenders.push(
      ...onPytorch(bench, { ...whole, program: stacked }, { ...entry, column: STACKED }),
    );
  }
  const cells = await race(contenders, bench.effort);
  if (method.method === 'integrated-gradients') {
    Object.assign(cells, await perCell(bench, whole, tolerance));
  }
  const missing = (reason: string): Cell => ({
    state: 'missing',
    reason: bench.python ? reason : NOT_INSTALLED,
  });
  return {
    id: attributionId(name, method.method),
    name: `${name} (${neuronCount(specimen)}×${encoder.widths[0]}), ${methodName}`,
    unit: 'ms per matrix',
    cells: {
      [VECTORISED]: missing(''),
      [STACKED]: missing('one fills the cores'),
      [PER_CELL]: missing('it has no gradients'),
      ...cells,
    },
    ours: [ALL_CORES, ONE_CORE],
    agreement: `the first specimen's matrix: ${tolerance.measure === 'worst' ? `largest difference at most ${tolerance.atMost} of its largest value` : `mean difference at most ${tolerance.atMost} of its mean magnitude`}`,
  };
}

/** Key: row of the circuit and method. */
export function attributionId(circuit: string, method: AttributionMethod['method']): string {
  return `attribution/${circuit}/${method}`;
}

/** A few cells, spread over the matrix, are compared with ours; the time is that of all cells. */
async function perCell(
  bench: Bench,
  job: AttributeJob,
  tolerance: Tolerance,
): Promise<Record<string, Cell>> {
  const [specimen] = job.specimens;
  const features = job.encoder.layout.widths[0];
  const all = neuronCount(specimen.layout) * features;
  const cells = Array.from({ length: CELLS }, (_, i): [number, number] => {
    const cell = Math.floor(((i + 0.5) * all) / CELLS);
    return [Math.floor(cell / features), cell % features];
  });
  const some = { ...job, cells };
  const ours = hosted(bench.threads[0], some, { column: ONE_CORE, tolerance });
  const theirs = onPytorch(
    bench,
    { ...some, program: 'per-cell' },
    { column: PER_CELL, tolerance, extrapolated: `from ${CELLS} of ${all} cells` },
  );
  const { [PER_CELL]: cell } = await race([ours, ...theirs], bench.effort);
  return cell ? { [PER_CELL]: cell } : {};
}

/** Attribution of a trained population. */
export async function attributeJob(circuit: Circuit, population: number): Promise<AttributeJob> {
  const { encoder, specimens } = await trainedCircuit(circuit, population);
  return {
    kind: 'attribute',
    program: 'simd',
    method: { method: 'finite-difference' },
    steps: STEPS,
    encoder,
    specimens,
    checked: 1,
    cells: [],
  };
}

/** An encoder, and specimens that were trained on its inputs. */
export interface TrainedCircuit {
  readonly encoder: Network;
  readonly specimens: readonly Network[];
  readonly data: DataSet;
}

/** Trains specimens for a while: their gates are not those of fresh networks any more. */
export async function trainedCircuit(
  circuit: Circuit,
  population: number,
): Promise<TrainedCircuit> {
  const engine = simdEngine();
  const layout = circuit.specimen;
  const encoder: Network = {
    layout: circuit.encoder,
    parameters: torchLinearInitialisation(circuit.encoder, stream(SEED, 'autoencoder')),
  };
  const data = await encodedData(encoder, layout.widths[0], engine);
  const shape = { layout, samples: SAMPLES, train: SAMPLES };
  const tasks = Array.from({ length: population }, (_, s): TrainingTask => {
    const draws = trainingDraws('named', SEED + s, shape);
    const optimizer = { kind: 'adam' as const, ...ADAM_DEFAULTS, learningRate: 0.001 };
    const parameters = draws.initialParameters;
    const order = (epoch: number): Uint32Array => draws.order(epoch);
    return { layout, parameters, data, optimizer, batchSize: 64, epochs: 2, order };
  });
  const specimens: Network[] = [];
  for await (const { task, parameters } of engine.train(tasks, UNPACED)) {
    specimens[task] = { layout, parameters };
  }
  return { encoder, specimens, data };
}

/** Inputs: encoded coefficients. Targets: the first two coefficients. */
async function encodedData(encoder: Network, inputDim: number, engine: Engine): Promise<DataSet> {
  const features = encoder.layout.widths[0];
  const sparsity = new Array<number>(features).fill(SPARSITY);
  const coefficients = drawCoefficients(SAMPLES, sparsity, stream(SEED, 'coefficients'));
  const targets = new Float32Array(2 * SAMPLES);
  for (let s = 0; s < SAMPLES; s++) {
    targets.set(coefficients.subarray(s * features, s * features + 2), 2 * s);
  }
  const inputs = await engine.predict(encoder, coefficients, UNPACED);
  return { samples: SAMPLES, inputDim, outputDim: 2, inputs, targets };
}
