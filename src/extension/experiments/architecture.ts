import type { Specification } from '../../core/experiment/specification';

/** Widths from inputs to outputs and the activation: `5-64-16-16-2 ReLU`. */
export function shapeInWords({ data, specimen }: Specification): string {
  const { hidden, activation } = specimen;
  const widths = hidden.join('-');
  const named = activation === 'relu' ? 'ReLU' : 'linear';
  // How wide imported data is, only its file knows.
  return data.source === 'generated'
    ? `${data.inputs}-${widths}-${data.outputs} ${named}`
    : `…-${widths}-… ${named}`;
}
