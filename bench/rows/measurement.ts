import path from 'node:path';
import type { DataSet } from '../../src/core/data/dataSet';
import { drawRunNull } from '../../src/core/experiment/drawRunNull';
import { UNPACED } from '../../src/core/stop';
import { openExperiment } from '../../src/node/experiments/openExperiment';
import { NONLINEAR0, NONLINEAR3, widthsText } from '../architectures';
import type { Bench } from '../bench';
import { ROOT } from '../hosts/bundle';
import type { Cell, Row, Section } from '../report';
import { hosted } from '../timing/contender';
import { race } from '../timing/race';
import type { MeasureJob } from '../work/job';
import { CIRCUITS, trainedCircuit, type Circuit } from './attribution';
import { trainJob } from './training';

const MEASUREMENT = 'its measurement';
export const EPOCH = 'an epoch of training';

/** What training and measuring an epoch cost. */
export async function measurementSection(bench: Bench): Promise<Section> {
  const rows: Row[] = [];
  for (const circuit of CIRCUITS) rows.push(await measurementRow(bench, circuit));
  return {
    title: 'An epoch and its measurement',
    text: 'Milliseconds on one core. The measurement is everything that an experiment computes after an epoch: the attribution matrix by 50-step integrated gradients, all measures of it, and the test error.',
    columns: [MEASUREMENT, EPOCH],
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
