import { counted } from '../../core/counted';
import type { z } from 'zod';
import type { LayerRange, RowKind } from '../../core/attribution/matrix';
import { invalid } from '../../core/errors';
import { checkpointName, legOf } from '../../core/experiment/plan';
import type { CheckpointFacts, MatrixSeries, SeriesCheckpoint } from '../../protocol/matrix';
import type { attributionOutput } from '../../protocol/outputs/attribution';
import { decodeColumn, type DecodedMatrix, decodeMatrix } from '../../protocol/outputs/tensor';
import type { PageMatrix } from './measured';

type Output = z.output<typeof attributionOutput>;
type Given = Omit<NonNullable<Output['checkpoints']>[number], 'values'> &
  Required<Pick<Output, 'values'>>;

/** Largest number of cached matrices: a slider moves back and forth. */
const MAX_CACHED = 64;

/** The matrices of an output, in the form that views read from a run. */
export interface OutputMatrices {
  readonly series: MatrixSeries;
  /** @throws LabError naming the field if the matrix is invalid */
  readonly matrix: (checkpoint: string) => PageMatrix;
}

/**
 * The matrices of an output.
 * @param known matrices by checkpoint that are already decoded
 * @throws LabError naming the field if the first matrix or the widths are invalid; other matrices
 * are checked when they are requested
 */
export function outputMatrices(
  output: Output,
  known = new Map<string, PageMatrix>(),
): OutputMatrices {
  const given = checkpointsOf(output);
  const [first] = given;
  const firstField = output.checkpoints ? 'checkpoints[0].' : '';
  const shape = known.get(nameOf(first)) ?? decodedShape(first, `${firstField}values`);
  const features = featureNames(output, shape.features);
  const layers = layersOf(first, shape.neurons, firstField);
  const hidden = output.hidden ?? widthsOf(first, layers, firstField);
  const byName = new Map(given.map((checkpoint, i) => [nameOf(checkpoint), { checkpoint, i }]));
  const decode = (name: string): PageMatrix => {
    const found = byName.get(name);
    if (!found) throw invalid(`there is no checkpoint ${name}`);
    const field = output.checkpoints ? `checkpoints[${found.i}].` : '';
    const matrix = decodeMatrix(found.checkpoint.values, `${field}values`);
    return matrixOf(found.checkpoint, matrix, { features, rows: output.rows, field });
  };
  const series: MatrixSeries = {
    experiment: output.title ?? 'Attribution matrix',
    run: '',
    state: 'finished',
    hidden,
    features,
    rows: output.rows,
    activation: output.activation,
    compatibility: output.compatibility,
    alone: output.checkpoints === undefined,
    ...(output.arms && { arms: output.arms }),
    checkpoints: given.map(seriesCheckpoint),
    nulls: output.runNull,
    oldNull:
      output.runNull === undefined &&
      output.run !== undefined &&
      given.some(({ nulls }) => Object.values(nulls ?? {}).some((level) => level !== null)),
  };
  return {
    series,
    matrix(name) {
      const matrix = known.get(name) ?? decode(name);
      known.set(name, matrix);
      const [oldest] = known.keys();
      if (known.size > MAX_CACHED) known.delete(oldest);
      return matrix;
    },
  };
}

function decodedShape({ values }: Given, field: string): { neurons: number; features: number } {
  const { rows, columns } = decodeMatrix(values, field);
  if (rows === 0 || columns === 0) throw invalid('the matrix is empty', { field });
  return { neurons: rows, features: columns };
}

function checkpointsOf(output: Output): [Given, ...Given[]] {
  const { values, layers, units, nulls, completenessError, checkpoints } = output;
  if ((values === undefined) === (checkpoints === undefined)) {
    throw invalid('expected either values or checkpoints', { field: 'values' });
  }
  if (values) {
    const matrix = { values, layers, units, nulls, completenessError };
    return [{ ...matrix, seed: 0, arm: 'dense', phase: 'initial', epoch: 0 }];
  }
  const [first, ...others] = checkpoints ?? [];
  if (!first) throw invalid('expected at least one checkpoint', { field: 'checkpoints' });
  return [first, ...others];
}

function nameOf(checkpoint: Given): string {
  return checkpointName(legOf(checkpoint), checkpoint.phase, checkpoint.epoch);
}

function seriesCheckpoint(checkpoint: Given): SeriesCheckpoint {
  const { phase, epoch, nulls, testLoss = null, r2 = null } = checkpoint;
  const { neuronRatio = null, parameterRatio = null, weightRatio } = checkpoint;
  const facts: CheckpointFacts = {
    testLoss,
    r2,
    neuronRatio,
    parameterRatio,
    ...(weightRatio !== undefined && { weightRatio }),
    nulls: nulls ?? {},
  };
  const kept = { attribution: true, specimen: false };
  return { name: nameOf(checkpoint), leg: legOf(checkpoint), phase, epoch, ...kept, facts };
}

function featureNames({ features }: Output, count: number): readonly string[] {
  if (!features) return Array.from({ length: count }, (_, f) => `f${f}`);
  if (features.length !== count) {
    throw invalid(`has ${counted(features.length, 'name')} for ${counted(count, 'column')}`, {
      field: 'features',
    });
  }
  return features;
}

/** Ranges that cover all rows; by default a single one. */
function layersOf({ layers }: Given, rows: number, field: string): LayerRange[] {
  const given = layers ?? [{ start: 0, end: rows }];
  let next = 0;
  return given.map(({ start, end }, layer) => {
    const last = layer === given.length - 1;
    if (start !== next || end < start || (last ? end !== rows : end > rows)) {
      throw invalid(
        `layer ${layer} is ${start}…${end}; layers must cover all ${counted(rows, 'row')} in order`,
        {
          field: `${field}layers`,
        },
      );
    }
    next = end;
    return { layer, start, end };
  });
}

/** Widths that include every unit. */
function widthsOf(checkpoint: Given, layers: readonly LayerRange[], field: string): number[] {
  const units = unitsOf(checkpoint, layers, field);
  return layers.map(({ start, end }) =>
    units.subarray(start, end).reduce((most, unit) => Math.max(most, unit + 1), 0),
  );
}

function unitsOf({ units }: Given, layers: readonly LayerRange[], field: string): Uint32Array {
  const neurons = layers.at(-1)?.end ?? 0;
  if (units === undefined) {
    const places = new Uint32Array(neurons);
    for (const { start, end } of layers) {
      for (let k = start; k < end; k++) places[k] = k - start;
    }
    return places;
  }
  const given = decodeColumn(units, `${field}units`);
  const wrong = given.findIndex((unit) => !Number.isInteger(unit) || unit < 0 || unit > 1e6);
  if (given.length !== neurons || wrong >= 0) {
    const reason =
      given.length === neurons
        ? `unit ${given[wrong]} is not an index`
        : `there are ${counted(given.length, 'unit')} for ${counted(neurons, 'row')}`;
    throw invalid(reason, { field: `${field}units` });
  }
  return Uint32Array.from(given);
}

function matrixOf(
  checkpoint: Given,
  { rows: neurons, columns, values }: DecodedMatrix,
  { features, rows, field }: { features: readonly string[]; rows: RowKind; field: string },
): PageMatrix {
  if (columns !== features.length) {
    throw invalid(`has ${counted(columns, 'column')}, the first matrix has ${features.length}`, {
      field: `${field}values`,
    });
  }
  const layers = layersOf(checkpoint, neurons, field);
  return {
    neurons,
    features: columns,
    values,
    rows,
    layers,
    units: unitsOf(checkpoint, layers, field),
    featureNames: features,
    completenessError: checkpoint.completenessError ?? NaN,
  };
}
