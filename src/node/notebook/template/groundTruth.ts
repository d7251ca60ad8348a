import type { Specification } from '../../../core/experiment/specification';
import type { NewCell } from './newNotebook';

/** The chapter on generated data; none for imported data. */
export function groundTruthOf({ data }: Specification): NewCell[] {
  if (data.source !== 'generated') return [];
  return [
    {
      markdown: `## Ground truth

The features live on the hidden layers of a feature model; their coefficients are compressed by an encoder
into the inputs of the specimen, and the feature model's outputs are its target.`,
    },
    {
      code: `const toy = await generateData(experiment);
const features = toy.encoder.layout.widths[0];
const absent = toy.coefficients.reduce((zeros, x) => zeros + (x === 0 ? 1 : 0), 0) / toy.coefficients.length;
[
  { quantity: 'features', value: features },
  { quantity: 'feature model', value: toy.featureModel.layout.widths.join('-') },
  { quantity: 'samples', value: toy.data.samples },
  { quantity: 'inputs, the code of the features', value: toy.data.inputDim },
  { quantity: 'coefficients that are 0', value: \`\${(100 * absent).toFixed(1)}%\` },
  { quantity: 'loss of the autoencoder', value: toy.autoencoderLosses.at(-1) },
  { quantity: 'samples whose coefficients were not reached within 0.01', value: toy.inversion ? \`\${(100 * toy.inversion.summary.approximateShare).toFixed(1)}%\` : 'none: computed forward' },
]`,
    },
  ];
}
