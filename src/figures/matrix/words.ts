import { counted } from '../../core/counted';
import { nullText } from '../text/nullWords';
import { OLD_NULL } from '../../core/experiment/runNull';
import type { MatrixSeries, SeriesCheckpoint } from '../../protocol/matrix';
import { percent, shortNumber, signedNumber } from '../text/numbers';
import type { Colours, Picture } from './compose';
import { neuronAt, type NeuronIndex } from './neuronIndex';
import { neuronsShown, rankInRow } from './shown';

/** Neuron, feature, value and rank of a cell as a line of text. */
function cellInWords(
  { shown, measure }: Picture,
  neuronIndex: NeuronIndex,
  row: number,
  column: number,
): string {
  const { layer, unit } = neuronAt(neuronIndex, shown.slots[row]);
  const feature = shown.matrix.featureNames[shown.columns[column]];
  const neuron = `Layer ${layer}, neuron ${unit}`;
  if (shown.rows[row] < 0) return `${neuron}: pruned`;
  const value = shown.values[row * shown.columns.length + column];
  const own = shown.measure[row];
  const whole = `${measure.name} ${Number.isNaN(own) ? 'undefined' : shortNumber(own)}`;
  if (Number.isNaN(value)) return `${neuron}, ${feature}: no value shown. ${whole}`;
  const rank = rankInRow(shown, row, column);
  return `${neuron}, ${feature}: ${signedNumber(value)}, rank ${rank} of ${shown.columns.length}. ${whole}`;
}

/** A neuron's measure as text, with the reason if it is undefined. */
function neuronInWords(
  { shown, measure, why }: Picture,
  neuronIndex: NeuronIndex,
  row: number,
): string {
  const { layer, unit } = neuronAt(neuronIndex, shown.slots[row]);
  const neuron = `Layer ${layer}, neuron ${unit}`;
  if (shown.rows[row] < 0) return `${neuron}: pruned`;
  const value = shown.measure[row];
  return Number.isNaN(value)
    ? `${neuron}: ${measure.name} undefined: ${why}`
    : `${neuron}: ${measure.name} ${shortNumber(value)}`;
}

/** A feature's coverage as text. */
function featureInWords({ shown }: Picture, column: number): string {
  const feature = shown.matrix.featureNames[shown.columns[column]];
  const value = shown.coverage[column];
  return Number.isNaN(value)
    ? `Feature ${feature}: coverage undefined`
    : `Feature ${feature}: coverage ${shortNumber(value)}`;
}

/** Describes a position on one of the charts in a line of text. */
export function chartInWords(
  chart: 'heat' | 'neurons' | 'features',
  picture: Picture,
  neuronIndex: NeuronIndex,
  { row, column }: { readonly row: number; readonly column: number },
): string {
  switch (chart) {
    case 'heat':
      return cellInWords(picture, neuronIndex, row, column);
    case 'neurons':
      return neuronInWords(picture, neuronIndex, row);
    case 'features':
      return featureInWords(picture, column);
  }
}

/** Notes on reading the picture: how it was reduced, where colours end. */
export function noticeInWords(
  block: { readonly rows: number; readonly columns: number },
  { clipped, scale }: Colours,
  late: boolean,
  { running, old }: { readonly running: boolean; readonly old: boolean },
): string {
  return [
    ...(late ? ['Loading …'] : []),
    ...(running ? ['running'] : []),
    ...(block.rows * block.columns > 1
      ? [`each point shows the largest |a| of ${block.rows} × ${block.columns} cells`]
      : []),
    ...(clipped ? [`colours end at ±${shortNumber(scale.domain)}`] : []),
    ...(old ? [OLD_NULL] : []),
  ].join(' · ');
}

/** Title of a picture: experiment, arm, seed. */
export function seriesTitle(
  { experiment, alone }: MatrixSeries,
  { leg }: SeriesCheckpoint,
): string {
  return alone ? experiment : `${experiment}, ${leg.arm}, seed ${leg.seed}`;
}

/** Says that a measure is undefined for every neuron, and why. */
export function allMissing({ name }: Pick<Picture['measure'], 'name'>, why: string): string {
  return `${name} is undefined for every neuron: ${why}`;
}

/** The measurements of a checkpoint as a line of text, and the neurons that they cover. */
export function factsInWords(
  { shown, measure, why, level }: Picture,
  { facts }: SeriesCheckpoint,
): string {
  const { neurons: live, completenessError } = shown.matrix;
  const nullSuffix = level ? ` (null ${nullText(level)})` : '';
  const seen = neuronsShown(shown);
  const { missing, count } = shown.net;
  const all = seen < live ? 'all ' : '';
  const over =
    missing > 0
      ? `${count} of ${counted(live, 'neuron')} (${missing} undefined)`
      : counted(live, 'neuron');
  const parts = [
    ...(count === 0
      ? [allMissing(measure, why), `${counted(live, 'neuron')}`]
      : [`${measure.name} ${shortNumber(shown.net.mean)}${nullSuffix}, mean of ${all}${over}`]),
    ...(seen < live
      ? [
          `${seen} of ${counted(live, 'neuron')} shown` +
            (seen > 0 && count > 0 ? `, mean of these ${shortNumber(shown.seen.mean)}` : ''),
        ]
      : []),
    ...(completenessError > 0 ? [`completeness error ${shortNumber(completenessError)}`] : []),
    ...(facts?.testLoss === undefined || facts.testLoss === null
      ? []
      : [`test loss ${shortNumber(facts.testLoss)}`]),
    ...(facts?.weightRatio && facts.neuronRatio === 0
      ? [`${percent(facts.weightRatio)} of weights masked`]
      : []),
  ];
  return parts.join(' · ');
}
