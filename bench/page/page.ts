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

Made by \`npm run bench -- --markdown FILE\`${quick ? ' --quick' : ''}: to change it, run the command again. All figures come from one run on one machine, so compare their ratios.

${machineTable(date, machine)}

First, every implementation computes the same result from the same seeded weights, batches and data. An implementation whose result differs is shown as *different* and not timed. The others then warm up and are timed in turn, in several rounds. Tables show the shortest time and, in parentheses, its ratio to the time of this project, which uses all cores if possible. The last table adds median and spread. PyTorch is timed with one thread and with one thread per core; tables show the better of both.`;
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
  return `## Targets\n\nPyTorch as usually written trains one network after another, so this table uses the best of its figures over all populations.\n\n${table(['Against ours', 'Wanted', 'Reached', ''], rows)}`;
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

GFLOP/s of the training step on one core, compared with the kernel's own product of two 64×64 matrices in the L1 cache, measured in the same rounds. For a step, the operations of its complete products are counted: batch × (6 × weights − 2 × weights of the first layer). Operations that are skipped because a closed gate makes their result 0 are counted as well, so the share may exceed 100 %. Adam, biases, activations, loss and padding are not counted.

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

Milliseconds on one core. Steps of the kernel that end after each phase are timed alternately with whole steps of the engine. The time of a phase is the difference to the step that ends before it, so the parts sum to the whole step. A phase whose difference is below the noise counts as 0.

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

\`polysemanticity run\` on the examples, from starting the program to its end: data, the dense specimen and its dropout twin, twelve pruning ratios each, a measurement after every epoch, everything saved to disk. The column for data is the time of \`polysemanticity generate\` alone. NonLinear0 is run with several numbers of workers, and ${all.every(({ reproduced }) => reproduced) ? 'all' : '**not** all'} of its runs have identical measurements.

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

Cost ≈ factor × x^exponent, fitted by least squares on logarithms over the whole range; R² is the share of the variance that the fit explains.

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

Milliseconds; the spread is the median absolute deviation from the median; the difference compares the result with that of this project. These results had to agree:

${agreements.join('\n')}

${table(['', '', 'minimum', 'median', 'spread', 'repeats', 'difference', ''], lines)}`;
}
