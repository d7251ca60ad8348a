import { parameterCount } from '../../src/core/network/layout';
import { ADAM_DEFAULTS } from '../../src/core/training/adam';
import { NONLINEAR0, NONLINEAR3, widthsText, type Architecture } from '../architectures';
import type { Bench } from '../bench';
import type { Row, Section } from '../report';
import { SAME_BITS } from '../timing/agreement';
import { hosted } from '../timing/contender';
import { race } from '../timing/race';
import type { TrainJob } from '../work/job';
import { trainJob } from './training';

const ADAM = 'Adam';
/** Trains the same network, so that the times differ by the mask alone. */
const OPEN_MASK = 'a mask of nothing';
const DECAY = { learningRate: 0.001, weightDecay: 0.01 } as const;

type Treatment = Partial<Pick<TrainJob, 'optimizer' | 'treatment'>>;

/** What is trained otherwise, by title of the column. */
function treatmentsOf({ layout }: Architecture): Record<string, Treatment> {
  // Multiplication by a large odd number spreads what is masked.
  const mask = Uint8Array.from({ length: parameterCount(layout) }, (_, i) => {
    return (Math.imul(i, 0x9e3779b1) >>> 16) & 1;
  });
  return {
    [ADAM]: {},
    [OPEN_MASK]: { treatment: { mask: new Uint8Array(mask.length).fill(1) } },
    'half of the parameters masked': { treatment: { mask } },
    SGD: { optimizer: { kind: 'sgd', learningRate: 0.01 } },
    'SGD with momentum': { optimizer: { kind: 'sgd', learningRate: 0.01, momentum: 0.9 } },
    AdamW: { optimizer: { kind: 'adamw', ...ADAM_DEFAULTS, ...DECAY } },
    'penalty on activations': { treatment: { penalty: { kind: 'activations', lambda: 1e-3 } } },
    'penalty on weights': { treatment: { penalty: { kind: 'weights', lambda: 1e-4 } } },
    movement: { treatment: { movement: true } },
  };
}

/** Training steps of one specimen on one core, by treatment. */
export async function treatmentSection(bench: Bench): Promise<Section> {
  const rows: Row[] = [];
  for (const architecture of [NONLINEAR0, NONLINEAR3]) {
    bench.log(`treatments: ${architecture.name}`);
    rows.push(await treatmentRow(bench, architecture));
  }
  return {
    title: 'Training step by treatment',
    text: 'Milliseconds of one step of one specimen on one core, as above, with Adam alone and with what an arm of an experiment may do beyond it.',
    columns: Object.keys(treatmentsOf(NONLINEAR0)),
    rows,
  };
}

async function treatmentRow(bench: Bench, architecture: Architecture): Promise<Row> {
  const job = trainJob(architecture, 1);
  const treatments = Object.entries(treatmentsOf(architecture));
  return {
    id: `treatments/${architecture.name}`,
    name: `${architecture.name} (${widthsText(architecture.layout)}), one specimen`,
    unit: 'ms per step',
    cells: await race(
      treatments.map(([column, treatment]) =>
        hosted(
          bench.threads[0],
          { ...job, ...treatment },
          { column, tolerance: column === OPEN_MASK ? SAME_BITS : undefined },
        ),
      ),
      bench.effort,
    ),
    ours: [ADAM],
    agreement: 'a mask of nothing bit for bit; the others train another network',
  };
}
