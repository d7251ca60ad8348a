import type { Cell, Growth, Machine, Profile, Report, Row, Section, Whole } from '../report';
import { isMet, milliseconds, ratioTo } from '../targets';
import { editor } from './editor';
import { digits, table, times } from './format';

/** The page of a report, in Markdown. */
export function page(report: Report): string {
  const parts = [
    heading(report),
    targets(report),
    ...report.sections.map(section),
    arithmetic(report.sections),
    profiles(report.profiles),
    whole(report.whole),
    growth(report.growth),
    editor(report),
    everything(report.sections),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function heading({ date, quick, machine }: Report): string {
  return `# Performance

Made by \`npm run bench -- --markdown FILE\`${quick ? ' --quick' : ''}: run it again rather than edit it. All figures are of one run on one machine; what counts is their ratios.

${machineTable(date, machine)}

Every way of doing a piece of work first computes what all must agree on, from the same seeded weights, batches and data; what differs is shown as *different* and not timed. Then each warms up, and they are timed in turn, round after round. Tables show the shortest time, and in parentheses how many times as long as ours it is; ours is on all cores where that is possible. The last table adds median and spread. PyTorch is timed with one thread and with one for each core; the better figure stands here.`;
}

function machineTable(date: string, machine: Machine): string {
  return table(
    ['', ''],
    [
      ['Date', date],
      ['Processor', `${machine.cpu}, ${machine.cores} cores`],
      ['Memory', `${machine.memoryGigabytes} GiB`],
      ['System', machine.system],
      ['Node', machine.node],
      ['TensorFlow', machine.tensorflow],
      ['PyTorch', machine.pytorch],
    ],
  );
}

function targets({ targets: all }: Report): string {
  const rows = all.map((target) => {
    const { what, bound, value, unit, reached } = target;
    const amount = (x: number): string =>
      unit === '×' ? times(x) : `${x < 100 ? digits(x) : Math.round(x)} ${unit}`;
    const met = isMet(target);
    return [
      what,
      `${bound} ${unit === '×' ? `${value}×` : `${value} ${unit}`}`,
      reached === undefined ? 'not measured' : amount(reached),
      met === undefined ? '' : met ? 'met' : '**not met**',
    ];
  });
  return `## Targets\n\nPyTorch as usually written trains one network after another, so of its figures with different populations the best counts here.\n\n${table(['Against ours', 'Wanted', 'Reached', ''], rows)}`;
}

function section({ title, text, columns, rows }: Section): string {
  const used = columns.filter((column) => rows.some(({ cells }) => column in cells));
  const lines = rows.map((row) => [row.name, ...used.map((column) => cellText(row, column))]);
  return `## ${title}\n\n${text}\n\n${table(['', ...used], lines)}`;
}

function cellText(row: Row, column: string): string {
  const cell = row.cells[column] as Cell | undefined;
  if (!cell) return '';
  switch (cell.state) {
    case 'timed': {
      const ratio = row.ours.includes(column) ? undefined : ratioTo(row, column);
      return digits(cell.ms.minimum) + (ratio === undefined ? '' : ` (${times(ratio)})`);
    }
    case 'different':
      return '*different*';
    case 'failed':
      return '*failed*';
    case 'missing':
      return `*${cell.reason}*`;
  }
}

function arithmetic(sections: readonly Section[]): string {
  const rows = sections.flatMap((each) => each.rows);
  const lines = rows.flatMap(({ name, arithmetic: found }) =>
    found
      ? [
          [
            name,
            found.gigaflops.toFixed(1),
            found.peak.toFixed(1),
            `${Math.round((100 * found.gigaflops) / found.peak)} %`,
          ],
        ]
      : [],
  );
  if (lines.length === 0) return '';
  return `## Share of the peak

GFLOP/s of the training step on one core, against the kernel's own product of two 64×64 matrices in the first cache, measured in the same rounds. A step counts the operations of its whole products: batch × (6 × weights − 2 × weights of the first layer). What is left out because it is 0 behind a closed gate counts as if it had been done, so the share may pass 100 %. Adam, biases, activations and loss do not count, nor does padding.

${table(['', 'GFLOP/s', 'bare product', 'share'], lines)}`;
}

function profiles(all: readonly Profile[]): string {
  if (all.length === 0) return '';
  const names = all[0].parts.map(({ name }) => name);
  const lines = names.map((name, i) => [
    name,
    ...all.map(({ step, parts }) => {
      const { ms } = parts[i];
      return `${digits(ms)} (${Math.round((100 * ms) / step)} %)`;
    }),
  ]);
  return `## Where a training step spends its time

Milliseconds on one core. Steps of the kernel alone that end after each phase are timed in turn with whole steps of the engine: a phase takes what the step takes longer with it, so the parts sum up to the step. A phase that does not show against the one before counts as 0.

${table(['', ...all.map(({ name }) => name)], lines)}`;
}

function whole(all: readonly Whole[]): string {
  if (all.length === 0) return '';
  const lines = all.map(({ name, workers, epochs, seconds, dataSeconds, peakMegabytes }) => [
    name,
    String(workers),
    String(epochs),
    digits(seconds.minimum),
    digits(dataSeconds.minimum),
    String(Math.round(peakMegabytes)),
  ]);
  return `## Whole experiments

\`polysemanticity run\` on the examples, from starting the program to its end: data, the dense specimen and its dropout twin, twelve pruning ratios each, a measurement after every epoch, everything kept on disk. The seconds of the data are those of \`polysemanticity generate\` alone. NonLinear0 is run with several numbers of workers, and ${all.every(({ reproduced }) => reproduced) ? 'all' : '**not** all'} of its runs measured the same to the last digit.

${table(['', 'workers', 'epochs', 'seconds', 'of which data', 'peak memory, MB'], lines)}`;
}

function growth(all: readonly Growth[]): string {
  if (all.length === 0) return '';
  const laws = all.map(({ what, points, law }) => [
    what,
    `${points[0].x}…${points[points.length - 1].x}`,
    law.exponent.toFixed(2),
    law.explained.toFixed(3),
  ]);
  const points = all.map(({ what, of, unit, points: found }) => {
    const lines = found.map(({ x, ms, gigaflops }) => [
      String(x),
      digits(ms.minimum),
      ...(gigaflops === undefined ? [] : [gigaflops.toFixed(1)]),
    ]);
    const head = [of, unit, ...(found[0].gigaflops === undefined ? [] : ['GFLOP/s'])];
    return `### ${what}\n\n${table(head, lines)}`;
  });
  return `## How cost grows

Cost ≈ factor × x^exponent, fitted by least squares on logarithms over the whole range; R² is the share of the variance that the law explains.

${table(['', 'range', 'exponent', 'R²'], laws)}

${points.join('\n\n')}`;
}

function everything(sections: readonly Section[]): string {
  const lines = sections.flatMap(({ columns, rows }) =>
    rows.flatMap((row) =>
      columns.flatMap((column) => {
        const cell = row.cells[column] as Cell | undefined;
        if (cell?.state !== 'timed' || milliseconds(cell) === undefined) return [];
        const { minimum, median, deviation, repeats } = cell.ms;
        return [
          [
            row.name,
            column,
            digits(minimum),
            digits(median),
            digits(deviation),
            String(repeats),
            cell.difference === undefined ? '' : cell.difference.toExponential(0),
            [cell.variant, cell.extrapolated].filter(Boolean).join('; '),
          ],
        ];
      }),
    ),
  );
  if (lines.length === 0) return '';
  const agreements = sections.map(
    ({ title, rows }) =>
      `- ${title}: ${[...new Set(rows.map((row) => row.agreement))].join('; ')}.`,
  );
  return `## All figures

Milliseconds; the spread is the median absolute deviation from the median, the difference that of the result from ours. What had to agree:

${agreements.join('\n')}

${table(['', '', 'minimum', 'median', 'spread', 'repeats', 'difference', ''], lines)}`;
}
