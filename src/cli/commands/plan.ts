import { Command, Option } from 'commander';
import { byteSize } from '../../core/byteSize';
import { counted } from '../../core/counted';
import { armsOf } from '../../core/experiment/arms';
import {
  legEpochs,
  legName,
  needsOf,
  planRun,
  planSeed,
  spanOf,
  type Leg,
} from '../../core/experiment/plan';
import { planSize, totalBytes, type PlanSize } from '../../core/experiment/planSize';
import type { Specification } from '../../core/experiment/specification';
import { visibleLine } from '../../core/visible';
import { wrapped } from '../../core/wrapped';
import { about } from '../../figures/text/durations';
import { ratioText, shortNumber } from '../../figures/text/numbers';
import { formatSeeds, parseSeeds } from '../../node/experiments/numberLists';
import { openExperiment } from '../../node/experiments/openExperiment';
import { planTime, type PlanTime } from '../../node/experiments/planTime';
import { settingOf } from '../../node/experiments/resources';
import { printLine, type Cli } from '../cli';
import { glyphsFor } from '../glyphs';
import { positiveOption } from '../options';
import { textTable, type Column } from '../table';
import type { Terminal } from '../terminal';

interface PlanOptions {
  readonly seeds?: readonly number[];
  readonly workers?: number;
  readonly json?: boolean;
}

/** What a leg waits for. */
interface Need {
  readonly leg: string;
  /** Its last specimen is continued, its epoch returned to, its widths taken, or drift read from it. */
  readonly for: 'specimen' | 'epoch' | 'widths' | 'drift';
  readonly epoch?: number;
}

/** `polysemanticity plan`: shows what a run would do, without running it. */
export function planCommand({ out }: Cli): Command {
  return new Command('plan')
    .argument('<dir>', 'experiment: its folder or its experiment.json')
    .summary('legs, epochs, time and bytes of a run, without running it')
    .description(
      'Shows the legs of every arm with their epochs and what each waits for, the time that a run takes on this machine, and the space on disk. Nothing is written.',
    )
    .addOption(
      new Option(
        '--seeds <list>',
        'seeds: 42,43 or 0..19 (default: those of experiment.json)',
      ).argParser((text) => parseSeeds(text, '--seeds')),
    )
    .addOption(
      new Option(
        '--workers <count>',
        'number of training threads (default: one per core)',
      ).argParser(positiveOption('--workers')),
    )
    .option(
      '--json',
      'print one JSON object instead: {experiment, seeds, legs, totals, time, bytes}',
    )
    .addHelpText(
      'after',
      `
Example: what twenty seeds would take
  $ polysemanticity plan NonLinear0 --seeds 0..19`,
    )
    .action(async (dir: string, { seeds, workers, json }: PlanOptions) => {
      const experiment = await openExperiment(dir);
      const specification = { ...experiment.specification, ...(seeds && { seeds: [...seeds] }) };
      const size = planSize(specification, settingOf({ workers }));
      const time = await planTime({ ...experiment, specification }, { workers });
      printLine(
        out,
        json ? planJson(specification, size, time) : planText(specification, size, time, out),
      );
    });
}

function planJson(specification: Specification, size: PlanSize, time: PlanTime): string {
  const legs = planRun(specification).map((leg) => ({
    name: legName(leg),
    ...leg,
    epochs: legEpochs(specification, leg),
    epochsBefore: spanOf(specification, leg).offset,
    waitsFor: waitsFor(specification, leg),
  }));
  const { name: experiment, seeds } = specification;
  const { checkpoints, memory, disk } = size;
  const totals = { legs: size.legs, epochs: epochsOf(specification), checkpoints };
  const bytes = { memory: totalBytes(memory), disk: totalBytes(disk) };
  return JSON.stringify({
    experiment,
    seeds,
    legs,
    totals,
    time: {
      minutes: time.run / 60_000,
      stepMilliseconds: time.step,
      measurementMilliseconds: time.measurement,
      measurementAtEndsMilliseconds: time.measurementAtEnds,
      threads: time.threads,
    },
    bytes,
  });
}

function waitsFor(specification: Specification, leg: Leg): Need[] {
  const { trained, rewound, widths, control } = needsOf(specification, leg);
  return [
    ...(trained ? [{ leg: legName(trained), for: 'specimen' } as const] : []),
    ...(rewound
      ? [{ leg: legName(rewound.leg), for: 'epoch', epoch: rewound.epoch } as const]
      : []),
    ...(widths ? [{ leg: legName(widths), for: 'widths' } as const] : []),
    ...(control ? [{ leg: legName(control), for: 'drift' } as const] : []),
  ];
}

const COLUMNS: readonly Column[] = [
  { heading: ['arm'], align: 'left' },
  { heading: ['asked'], align: 'right' },
  { heading: ['step'], align: 'right' },
  { heading: ['epochs'], align: 'right' },
  { heading: ['after', 'epoch'], align: 'right' },
  { heading: ['starts from'], align: 'left' },
];

function planText(
  specification: Specification,
  size: PlanSize,
  time: PlanTime,
  out: Terminal,
): string {
  const glyphs = glyphsFor(out);
  const { name, seeds } = specification;
  const [seed] = seeds;
  const { training, retraining } = planSeed(specification, seed);
  const legs = [...training, ...retraining];
  const order = [...armsOf(specification).keys()];
  const cells = order.flatMap((arm) =>
    legs
      .filter((leg) => leg.arm === arm)
      .map((leg) => {
        const { offset, epochs } = spanOf(specification, leg);
        return [
          arm,
          leg.requested === null ? 'none' : ratioText(leg.requested),
          leg.step === undefined ? '' : String(leg.step),
          String(epochs),
          String(offset),
          startText(specification, leg),
        ];
      }),
  );
  const width = out.width();
  const epochs = epochsOf(specification);
  const perSeed = counted(legs.length, 'leg');
  const threads = counted(time.threads, 'thread');
  const ms = (value: number): string => `${glyphs.numbers(shortNumber(value))} ms`;
  const atEnds = specification.attribution.probes
    ? `, at the ends of legs ${ms(time.measurementAtEnds)}`
    : '';
  const lines = [
    `${counted(size.legs, 'leg')}: ${perSeed} for each of ${counted(seeds.length, 'seed')} (${formatSeeds(seeds)}); ${counted(epochs, 'epoch')}, ${counted(size.checkpoints, 'measured checkpoint')}.`,
    `Time on this machine: about ${about(time.run)} with the simd engine and ${threads}, for the unpruned network throughout (a step ${ms(time.step)}, measuring ${ms(time.measurement)}${atEnds}); pruned networks take less, generating data and drawing the null are not counted.`,
    `At least ${byteSize(totalBytes(size.disk))} on disk and ${byteSize(totalBytes(size.memory))} of memory besides the program.`,
  ];
  return [
    visibleLine(`${name}, legs of seed ${seed}`),
    textTable(COLUMNS, cells, { width, rule: glyphs.rule }),
    '',
    ...lines.flatMap((line) => wrapped(line, width)),
  ].join('\n');
}

/** `control, epoch 0`, `fresh parameters; widths of magnitude 25%`. */
function startText(specification: Specification, leg: Leg): string {
  const { trained, rewound, widths } = needsOf(specification, leg);
  const pruning = leg.requested === null ? undefined : armsOf(specification).get(leg.arm)?.pruning;
  const isFresh = pruning?.method === 'scratch';
  const origin = trained
    ? [`the end of ${legShort(trained)}`]
    : [isFresh ? 'fresh parameters' : 'initial parameters'];
  const rewind =
    trained && pruning?.rewind !== undefined
      ? [
          rewound
            ? `values of ${legShort(rewound.leg)} after epoch ${rewound.epoch}`
            : 'initial values',
        ]
      : [];
  return [...origin, ...rewind, ...(widths ? [`widths of ${legShort(widths)}`] : [])].join(', ');
}

function legShort({ arm, requested, step }: Leg): string {
  const ratio = requested === null ? '' : ` ${ratioText(requested)}`;
  return `${arm}${ratio}${step === undefined ? '' : ` step ${step}`}`;
}

function epochsOf(specification: Specification): number {
  return planRun(specification).reduce((sum, leg) => sum + legEpochs(specification, leg), 0);
}
