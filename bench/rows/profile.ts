import { layerCount } from '../../src/core/network/layout';
import { type Architecture } from '../architectures';
import type { Bench } from '../bench';
import type { Cell, Profile } from '../report';
import { hosted } from '../timing/contender';
import { race, type Effort } from '../timing/race';
import type { KernelJob } from '../work/job';

/** From these sizes on the kernel leaves out what is 0; see ../../src/core/engine/simd/assembly. */
const OPEN_INNER = 64;
const OPEN_COLUMNS = 48;

/** Parts are measured for a shorter time: there are many. */
const EFFORT: Effort = { rounds: 4, sampleMs: 15 };

interface Part {
  readonly name: string;
  readonly jobs: readonly KernelJob[];
}

/**
 * Where a step's time goes: each function of the kernel alone, on matrices of the step's shapes, as
 * often as the step calls it. What is left is gathering, loss, biases, the host, and what the functions
 * lose when their data is not in the first cache.
 * @param cell of the whole step on one core
 */
export async function profileOf(
  bench: Bench,
  architecture: Architecture,
  cell: Cell | undefined,
): Promise<Profile | undefined> {
  if (cell?.state !== 'timed') return undefined;
  bench.log(`profile: ${architecture.name}`);
  const parts: { name: string; ms: number }[] = [];
  for (const { name, jobs } of partsOf(architecture)) {
    let ms = 0;
    for (const job of jobs) ms += await timeOf(bench, job);
    parts.push({ name, ms });
  }
  const step = cell.ms.minimum;
  const rest = step - parts.reduce((sum, { ms }) => sum + ms, 0);
  return { name: architecture.name, step, parts: [...parts, { name: 'the rest', ms: rest }] };
}

async function timeOf(bench: Bench, job: KernelJob): Promise<number> {
  const column = job.program;
  const { [column]: cell } = await race([hosted(bench.threads[0], job, { column })], EFFORT);
  return cell.state === 'timed' ? cell.ms.minimum : NaN;
}

function partsOf({ layout, batchSize }: Architecture): Part[] {
  const last = layerCount(layout) - 1;
  const layers = Array.from({ length: layerCount(layout) }, (_, l) => ({
    inputs: layout.widths[l],
    outputs: layout.widths[l + 1],
    gatedInputs: l > 0 && layout.activations[l - 1] === 'relu',
    gatedOutputs: l < last && layout.activations[l] === 'relu',
  }));
  const behind = layers.slice(1);
  const fours = (count: number): number => 4 * Math.ceil(count / 4);
  const job = (
    program: KernelJob['program'],
    rows: number,
    inner: number,
    columns: number,
    open = false,
  ): KernelJob => ({
    kind: 'kernel',
    program,
    rows: fours(rows),
    inner,
    columns: fours(columns),
    open,
  });
  const product = (gated: boolean, inner: number, columns: number): KernelJob => {
    const open = gated && inner >= OPEN_INNER && columns >= OPEN_COLUMNS;
    return job(open ? 'multiplyOpen' : 'multiply', batchSize, inner, columns);
  };
  const descend = (gated: boolean, inputs: number, outputs: number): KernelJob =>
    job('descend', outputs, batchSize, inputs, gated && inputs >= OPEN_COLUMNS);
  return [
    {
      name: 'products forward',
      jobs: layers.map(({ inputs, outputs, gatedInputs }) => product(gatedInputs, inputs, outputs)),
    },
    {
      name: 'products back to the layer below',
      jobs: behind.map(({ inputs, outputs, gatedOutputs }) =>
        product(gatedOutputs, outputs, inputs),
      ),
    },
    {
      name: 'products for the gradients, and Adam',
      jobs: layers.map(({ inputs, outputs, gatedOutputs }) =>
        descend(gatedOutputs, inputs, outputs),
      ),
    },
    {
      name: 'transposing the new weights',
      jobs: layers.map(({ inputs, outputs }) => job('transpose', outputs, 0, inputs)),
    },
  ];
}
