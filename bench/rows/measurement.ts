import path from 'node:path';
import { PROBE_SAMPLES } from '../../src/core/attribution/probe';
import { drawCoefficients } from '../../src/core/data/coefficients';
import type { DataSet } from '../../src/core/data/dataSet';
import { drawRunNull } from '../../src/core/experiment/drawRunNull';
import { stream } from '../../src/core/random/streams';
import { UNPACED } from '../../src/core/stop';
import { openExperiment } from '../../src/node/experiments/openExperiment';
import { NONLINEAR0, NONLINEAR3, widthsText } from '../architectures';
import type { Bench } from '../bench';
import { ROOT } from '../hosts/bundle';
import type { Cell, Row, Section } from '../report';
import { SAME_BITS } from '../timing/agreement';
import { hosted } from '../timing/contender';
import { race } from '../timing/race';
import type { MeasureJob } from '../work/job';
import { CIRCUITS, trainedCircuit, type Circuit } from './attribution';
import { trainJob } from './training';

const MEASUREMENT = 'its measurement';
const ONE_CORE = 'simd, one core';
const TWIN = 'twin';
export const EPOCH = 'an epoch of training';

/** What training and measuring an epoch cost. */
export async function measurementSection(bench: Bench): Promise<Section> {
  const rows: Row[] = [];
  for (const circuit of CIRCUITS) rows.push(await measurementRow(bench, circuit));
  for (const circuit of CIRCUITS) rows.push(await probeRow(bench, circuit));
  return {
    title: 'An epoch and its measurement',
    text: 'Milliseconds on one core. The measurement is everything that an experiment computes after an epoch: the attribution matrix by 50-step integrated gradients, all measures of it, and the test error. The distribution probe reads 1,500 samples, in which a feature is present with a probability of 0.3.',
    columns: [MEASUREMENT, ONE_CORE, TWIN, EPOCH],
    rows,
  };
}

async function measurementRow(bench: Bench, circuit: Circuit): Promise<Row> {
  const { name } = circuit;
  bench.log(`measurement: ${name}`);
  const [host] = bench.threads;
  const architecture = name === NONLINEAR0.name ? NONLINEAR0 : NONLINEAR3;
  const training = trainJob(architecture, 1);
  const steps = Math.ceil(architecture.samples / architecture.batchSize);
  const cells = await race(
    [
      hosted(host, await measureJob(circuit), { column: MEASUREMENT }),
      hosted(host, training, { column: EPOCH }),
    ],
    bench.effort,
  );
  return {
    id: measurementId(name),
    name: `${name} (${widthsText(circuit.specimen)})`,
    unit: 'ms',
    cells: { ...cells, [EPOCH]: scaled(cells[EPOCH], steps) },
    ours: [MEASUREMENT],
    agreement: 'two different tasks, so there is nothing to compare',
  };
}

async function probeRow(bench: Bench, circuit: Circuit): Promise<Row> {
  const { name } = circuit;
  bench.log(`distribution probe: ${name}`);
  const [host] = bench.threads;
  const architecture = name === NONLINEAR0.name ? NONLINEAR0 : NONLINEAR3;
  const steps = Math.ceil(architecture.samples / architecture.batchSize);
  const { encoder, specimens } = await trainedCircuit(circuit, 1);
  const [features] = encoder.layout.widths;
  const sparsity = new Array<number>(features).fill(0.7);
  const values = drawCoefficients(PROBE_SAMPLES, sparsity, stream(42, 'coefficients'));
  const coefficients = { samples: PROBE_SAMPLES, features, values };
  const job = { kind: 'probe', encoder, specimen: specimens[0], coefficients } as const;
  const cells = await race(
    [
      hosted(host, { ...job, program: 'simd' }, { column: ONE_CORE, tolerance: SAME_BITS }),
      hosted(host, { ...job, program: 'typescript' }, { column: TWIN, tolerance: SAME_BITS }),
      hosted(host, trainJob(architecture, 1), { column: EPOCH }),
    ],
    bench.effort,
  );
  return {
    id: probeId(name),
    name: `${name}, distribution probe`,
    unit: 'ms',
    cells: { ...cells, [EPOCH]: scaled(cells[EPOCH], steps) },
    ours: [ONE_CORE],
    agreement: 'the matrix of kernel and twin bit for bit',
  };
}

/** Key: row of the circuit's distribution probe. */
export function probeId(circuit: string): string {
  return `distribution/${circuit}`;
}

/** Key: row of the circuit. */
export function measurementId(circuit: string): string {
  return `measurement/${circuit}`;
}

function scaled(cell: Cell, factor: number): Cell {
  if (cell.state !== 'timed') return cell;
  const { minimum, median, deviation, repeats } = cell.ms;
  const ms = {
    minimum: factor * minimum,
    median: factor * median,
    deviation: factor * deviation,
    repeats,
  };
  return { ...cell, ms };
}

async function measureJob(circuit: Circuit): Promise<MeasureJob> {
  const { specification } = await openExperiment(path.join(ROOT, 'examples', circuit.name));
  const { encoder, specimens, data } = await trainedCircuit(circuit, 1);
  // An experiment of the example's size tests on 30 of 100 samples.
  const { samples } = circuit.name === NONLINEAR0.name ? NONLINEAR0 : NONLINEAR3;
  const tested = Math.round((samples * 3) / 7);
  const nulls = await drawRunNull(specification, { encoder }, UNPACED);
  return {
    kind: 'measure',
    context: { specification, data, encoder, nulls },
    specimen: specimens[0],
    test: repeated(data, tested),
  };
}

/** So many samples, the given ones again and again. */
function repeated(data: DataSet, samples: number): DataSet {
  const repeat = (values: Float32Array, width: number): Float32Array =>
    Float32Array.from({ length: samples * width }, (_, i) => values[i % values.length]);
  return {
    ...data,
    samples,
    inputs: repeat(data.inputs, data.inputDim),
    targets: repeat(data.targets, data.outputDim),
  };
}
