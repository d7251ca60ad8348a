import type { Specification } from '../../core/experiment/specification';

/** Layer widths from inputs to outputs, and the activation: `5-64-16-16-2 ReLU`. */
export function architectureInWords({ data, specimen }: Specification): string {
  const { hidden, activation } = specimen;
  const widths = hidden.join('-');
  const named = activation === 'relu' ? 'ReLU' : 'linear';
  // The widths of imported data are only in its file.
  return data.source === 'generated'
    ? `${data.inputs}-${widths}-${data.outputs} ${named}`
    : `…-${widths}-… ${named}`;
}
