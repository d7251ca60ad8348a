import type { AttributionMethod } from '../src/core/attribution/request';
import { ARCHITECTURES, NONLINEAR0, NONLINEAR3, type Architecture } from './architectures';
import type { Cell, Report, Row, Target } from './report';
import * as attribution from './rows/attribution';
import * as data from './rows/data';
import { EPOCH, measurementId, probeId } from './rows/measurement';
import * as products from './rows/products';
import * as training from './rows/training';
import { KERNELS, WEB_ASSEMBLY } from './work/engines';

type Measured = Pick<Report, 'sections' | 'whole' | 'frames' | 'loading'>;

/** Targets compared with measurements. */
export function targetsOf(measured: Measured): Target[] {
  return [
    ...trainingTargets(measured),
    ...attributionTargets(measured),
    ...wholeTargets(measured),
    ...editorTargets(measured),
  ];
}

/** Whether a target is met; undefined where it was not measured. */
export function isMet({ bound, value, reached }: Target): boolean | undefined {
  if (reached === undefined) return undefined;
  return bound === 'at least' ? reached >= value : reached < value;
}

function trainingTargets(measured: Measured): Target[] {
  const row = (architecture: Architecture, population: number): Row | undefined =>
    rowOf(measured, training.trainingId(architecture, population));
  const asUsual = (architecture: Architecture, value: number): Target => ({
    what: `training step, ${architecture.name}: PyTorch as usually written`,
    bound: 'at least',
    value,
    unit: '×',
    reached: asUsualRatio(row(architecture, 26), row(architecture, 1)),
  });
  const share = (architecture: Architecture, value: number): Target => {
    const found = row(architecture, 1)?.arithmetic;
    return {
      what: `training step, ${architecture.name}: share of the bare product's peak`,
      bound: 'at least',
      value,
      unit: '%',
      reached: found && (100 * found.gigaflops) / found.peak,
    };
  };
  const stacked = (architecture: Architecture, value: number): Target =>
    times(
      `training step, ${architecture.name}: PyTorch, 26 stacked`,
      value,
      row(architecture, 26),
      training.STACKED,
    );
  /** Where there is no native kernel, there is nothing to hold against WebAssembly. */
  const native = (architecture: Architecture, value: number): Target[] =>
    KERNELS.length > 1
      ? [
          times(
            `training step, ${architecture.name}: the kernel in WebAssembly`,
            value,
            oneCore(row(architecture, 1)),
            WEB_ASSEMBLY,
          ),
        ]
      : [];
  return [
    asUsual(NONLINEAR0, 40),
    stacked(NONLINEAR0, 5),
    asUsual(NONLINEAR3, 4),
    stacked(NONLINEAR3, 2),
    times(
      'product of two 64×64 matrices: OpenBLAS',
      0.7,
      rowOf(measured, products.PRODUCT_ID),
      products.OPENBLAS,
    ),
    share(NONLINEAR0, 60),
    share(NONLINEAR3, 85),
    ...native(NONLINEAR0, 1.5),
    ...native(NONLINEAR3, 2),
  ];
}

/** The row with only what one core does counted as ours. */
function oneCore(row: Row | undefined): Row | undefined {
  return row && { ...row, ours: [training.ONE_CORE] };
}

/**
 * Ours on all cores against PyTorch as usually written, which trains one network after another: what
 * the population is makes no difference to it, so the better of its figures counts.
 */
function asUsualRatio(population: Row | undefined, single: Row | undefined): number | undefined {
  const ratio = population && ratioTo(population, training.AS_USUAL);
  const alone = milliseconds(single?.cells[training.AS_USUAL]);
  const ours = milliseconds(population?.cells[training.ALL_CORES]);
  if (ratio === undefined || alone === undefined || ours === undefined) return ratio;
  return Math.min(ratio, alone / ours);
}

function attributionTargets(measured: Measured): Target[] {
  const targets = attribution.CIRCUITS.flatMap(({ name }) => {
    const row = (method: AttributionMethod['method']): Row | undefined =>
      rowOf(measured, attribution.attributionId(name, method));
    const gradients = row('integrated-gradients');
    const difference = row('finite-difference');
    return [
      times(
        `attribution, ${name}: integrated gradients cell by cell`,
        1000,
        gradients,
        attribution.PER_CELL,
      ),
      times(
        `attribution, ${name}: vectorised integrated gradients`,
        2,
        gradients,
        attribution.VECTORISED,
      ),
      times(
        `attribution, ${name}: vectorised finite difference`,
        2,
        difference,
        attribution.VECTORISED,
      ),
    ];
  });
  const inversion = rowOf(measured, data.INVERSION_ID);
  const measurements = attribution.CIRCUITS.map(({ name }) =>
    times(
      `${name}: an epoch of training, over its measurement`,
      name === NONLINEAR3.name ? 2 : 1,
      rowOf(measured, measurementId(name)),
      EPOCH,
    ),
  );
  const probe = times(
    `${NONLINEAR0.name}: an epoch of training, over the distribution probe`,
    0.5,
    rowOf(measured, probeId(NONLINEAR0.name)),
    EPOCH,
  );
  return [
    ...targets,
    ...measurements,
    probe,
    times('inversion of 10,000 samples, 16 features: sample by sample', 100, inversion, data.LOOP),
  ];
}

function wholeTargets(measured: Measured): Target[] {
  const { whole } = measured;
  const named = (name: string): Report['whole'][number] | undefined =>
    whole.find((run) => run.name === name);
  // NonLinear0 is there twice: first on all cores.
  const once = [...new Set(whole.map(({ name }) => name))].flatMap((name) => named(name) ?? []);
  const sum = once.reduce((total, { seconds }) => total + seconds.minimum, 0);
  return [
    {
      what: 'NonLinear0, the whole experiment',
      bound: 'under',
      value: 4,
      unit: 's',
      reached: named('NonLinear0')?.seconds.minimum,
    },
    {
      what: "NonLinear0, the whole experiment: PyTorch's bare steps with a DataLoader",
      bound: 'at least',
      value: 40,
      unit: '×',
      reached: loaderRatio(measured, named('NonLinear0')),
    },
    {
      what: 'all six examples, the whole experiments',
      bound: 'under',
      value: 180,
      unit: 's',
      reached: once.length === ARCHITECTURES.length ? sum : undefined,
    },
    {
      what: 'NonLinear3, the whole experiment: peak memory',
      bound: 'under',
      value: 600,
      unit: 'MB',
      reached: named('NonLinear3')?.peakMegabytes,
    },
  ];
}

/** Seconds of as many steps in PyTorch, and nothing else, over those of a whole experiment. */
function loaderRatio(
  measured: Measured,
  run: Report['whole'][number] | undefined,
): number | undefined {
  const row = rowOf(measured, training.trainingId(NONLINEAR0, 1));
  const step = milliseconds(row?.cells[training.WITH_LOADER]);
  if (step === undefined || !run) return undefined;
  const steps = run.epochs * Math.ceil(NONLINEAR0.samples / NONLINEAR0.batchSize);
  return (steps * step) / 1000 / run.seconds.minimum;
}

function editorTargets({ frames, loading }: Measured): Target[] {
  const matrix = frames.filter(({ shown }) => shown.includes('768 × 128'));
  return [
    {
      what: 'loading the extension',
      bound: 'under',
      value: 100,
      unit: 'ms',
      reached: loading.at(0)?.ms.median,
    },
    {
      what: 'drawing a frame of 768 × 128 cells, the slowest kind of work',
      bound: 'under',
      value: 16,
      unit: 'ms',
      reached:
        matrix.length === 0 ? undefined : Math.max(...matrix.map(({ drawing }) => drawing.median)),
    },
  ];
}

function rowOf({ sections }: Measured, id: string): Row | undefined {
  return sections.flatMap(({ rows }) => rows).find((row) => row.id === id);
}

function times(what: string, value: number, row: Row | undefined, column: string): Target {
  return { what, bound: 'at least', value, unit: '×', reached: row && ratioTo(row, column) };
}

/** How many times as long a column takes as ours; undefined where either was not timed. */
export function ratioTo({ cells, ours }: Row, column: string): number | undefined {
  const best = ours.map((title) => milliseconds(cells[title])).find((ms) => ms !== undefined);
  const other = milliseconds(cells[column]);
  return best === undefined || other === undefined ? undefined : other / best;
}

/** The minimum of a cell. */
export function milliseconds(cell: Cell | undefined): number | undefined {
  return cell?.state === 'timed' ? cell.ms.minimum : undefined;
}
