import type { Architecture } from '../architectures';
import type { Bench } from '../bench';
import type { Cell, Profile } from '../report';
import { hosted } from '../timing/contender';
import { race } from '../timing/race';
import { trainJob } from './training';

/** Phases of a step, as in `src/kernel/training.h`: each ends after what is named. */
const PHASES = [
  { until: 1, name: 'gathering the batch, and the way forward' },
  { until: 2, name: 'loss' },
  { until: 3, name: 'deltas, from layer to layer' },
  { until: 0, name: 'gradients, Adam, turning the new weights' },
] as const;
const HOST = 'the host: order of the samples, copies, calls';
const WHOLE = 'whole';

/**
 * Where a step's time goes: steps that end after each phase are timed in turn with whole ones, and a
 * phase takes what the step takes longer with it. So the parts sum up to the step.
 */
export async function profileOf(bench: Bench, architecture: Architecture): Promise<Profile> {
  bench.log(`profile: ${architecture.name}`);
  const [host] = bench.threads;
  const train = trainJob(architecture, 1);
  const cells = await race(
    [
      ...PHASES.map(({ until, name }) =>
        hosted(host, { kind: 'phase', program: 'simd', train, until }, { column: name }),
      ),
      hosted(host, train, { column: WHOLE }),
    ],
    bench.effort,
  );
  let before = 0;
  const parts = [...PHASES.map(({ name }) => name), WHOLE].map((column) => {
    // Times are those of the fastest rounds: a phase of next to nothing may not show.
    const upTo = Math.max(before, minimumOf(cells[column]));
    const ms = upTo - before;
    before = upTo;
    return { name: column === WHOLE ? HOST : column, ms };
  });
  return { name: architecture.name, step: before, parts };
}

function minimumOf(cell: Cell): number {
  if (cell.state !== 'timed') throw new Error('a phase has nothing to differ from');
  return cell.ms.minimum;
}
