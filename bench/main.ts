// npm run bench: how fast this project is, against PyTorch and TensorFlow, on this machine.
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { format, resolveConfig } from 'prettier';
import { ARCHITECTURES, NONLINEAR0, NONLINEAR3 } from './architectures';
import { closeBench, openBench, type Bench } from './bench';
import { setUpPython } from './hosts/python';
import { thisMachine } from './machine';
import { page } from './page/page';
import type { Frames, Growth, Loading, Profile, Report, Section, Whole } from './report';
import { attributionSection } from './rows/attribution';
import { autoencoderSection, inversionSection } from './rows/data';
import { extensionLoading } from './rows/loading';
import { measurementSection } from './rows/measurement';
import { pageFrames } from './rows/pages';
import { productSection } from './rows/products';
import { profileOf } from './rows/profile';
import { growths } from './rows/scaling';
import { trainingSection } from './rows/training';
import { treatmentSection } from './rows/treatments';
import { wholeRuns } from './rows/whole';
import { targetsOf } from './targets';

const ROWS = [
  'training',
  'treatments',
  'attribution',
  'data',
  'scaling',
  'whole',
  'pages',
] as const;
type RowKind = (typeof ROWS)[number];

interface Options {
  readonly setup?: boolean;
  readonly json?: boolean;
  readonly markdown?: string;
  readonly rows?: readonly RowKind[];
  readonly quick?: boolean;
}

function parseRows(text: string): RowKind[] {
  return text.split(',').map((name) => {
    const found = ROWS.find((row) => row === name.trim());
    if (!found) throw new InvalidArgumentError(`choose from ${ROWS.join(', ')}.`);
    return found;
  });
}

function log(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(bench: Bench, { rows, quick = false }: Options): Promise<Report> {
  const sections: Section[] = [];
  const profiles: Profile[] = [];
  const growth: Growth[] = [];
  const whole: Whole[] = [];
  const frames: Frames[] = [];
  const loading: Loading[] = [];
  const failures: string[] = [];
  const measured: Record<RowKind, () => Promise<void>> = {
    async training() {
      const training = await trainingSection(bench);
      sections.push(training);
      sections.push(await productSection(bench));
      for (const architecture of [NONLINEAR0, NONLINEAR3]) {
        profiles.push(await profileOf(bench, architecture));
      }
    },
    async treatments() {
      sections.push(await treatmentSection(bench));
    },
    async attribution() {
      sections.push(await attributionSection(bench));
      sections.push(await measurementSection(bench));
    },
    async data() {
      sections.push(await inversionSection(bench));
      sections.push(await autoencoderSection(bench));
    },
    async scaling() {
      growth.push(...(await growths(bench)));
    },
    async whole() {
      // All six take minutes, so they run only on request.
      const examples = rows && !quick ? ARCHITECTURES : [NONLINEAR0];
      const names = examples.map(({ name }) => name);
      const repeats = quick ? 1 : 3;
      whole.push(...(await wholeRuns({ names, repeats, cores: bench.cores, log: bench.log })));
    },
    async pages() {
      loading.push(await extensionLoading(quick));
      frames.push(...(await pageFrames(quick, bench.log)));
    },
  };
  for (const kind of ROWS) {
    if (rows && !rows.includes(kind)) continue;
    try {
      await measured[kind]();
    } catch (error) {
      // What was measured before is not lost with it.
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push(`${kind} failed: ${reason}`);
    }
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    quick,
    machine: thisMachine(bench),
    sections,
    profiles,
    growth,
    whole,
    frames,
    loading,
    targets: targetsOf({ sections, whole, frames, loading }),
    failures,
  };
}

/** Why the report is incomplete or doubtful: failures, and sides with different results. */
function doubts({ sections, whole, failures }: Report): string[] {
  const unequal = whole
    .filter(({ reproduced }) => !reproduced)
    .map(
      ({ name, workers }) => `${name}: another run, with ${workers} workers, measured otherwise`,
    );
  const odd = sections
    .flatMap(({ rows }) => rows)
    .flatMap(({ name, cells }) =>
      Object.entries(cells).flatMap(([column, cell]) => {
        if (cell.state === 'failed') return [`${name}: ${column} failed: ${cell.reason}`];
        if (cell.state !== 'different') return [];
        const { difference, allowed } = cell;
        return [
          `${name}: ${column} computed something else, off by ${difference} (${allowed} allowed)`,
        ];
      }),
    );
  return [...failures, ...unequal, ...odd];
}

/** Formatted like everything else in the repository. */
async function writePage(file: string, report: Report): Promise<void> {
  const style = await resolveConfig(file);
  writeFileSync(file, await format(page(report), { ...style, parser: 'markdown' }));
}

async function run(options: Options): Promise<void> {
  if (options.setup) return setUpPython();
  const bench = await openBench(options.quick ?? false, log);
  let report: Report;
  try {
    report = await measure(bench, options);
  } finally {
    await closeBench(bench);
  }
  if (options.markdown !== undefined) await writePage(options.markdown, report);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else if (options.markdown === undefined) process.stdout.write(page(report));
  for (const doubt of doubts(report)) {
    log(doubt);
    process.exitCode = 1;
  }
}

void new Command('npm run bench --')
  .description('Measures how fast this project is, against PyTorch and TensorFlow.')
  .option('--setup', "make the PyTorch side's virtual environment, then end")
  .option(
    '--rows <list>',
    `what to measure: ${ROWS.join(',')} (default: all; whole examples only if named, otherwise NonLinear0)`,
    parseRows,
  )
  .option('--quick', 'fewer rows and shorter measurements: under 90 s')
  .option('--json', 'print the report as one JSON object')
  .option('--markdown <file>', 'write the report as a Markdown page')
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  });
