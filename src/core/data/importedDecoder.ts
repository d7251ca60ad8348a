import { counted } from '../counted';
import { attempt } from '../attempt';
import { invalid, LabError } from '../errors';
import { networkOf } from '../formats/networkTensors';
import type { PthFile } from '../formats/pth';
import { inPython, loading, saving, subscripts } from '../formats/python';
import { tensorsOf, type Part, type StateDict } from '../formats/stateDict';
import type { Network } from '../network/layout';

/** @throws LabError unless the decoder leads from the encoder's code back to its features */
export function checkDecoder(file: PthFile, part: Part, encoder: Network, dict: StateDict): void {
  const { widths } = encoder.layout;
  const result = attempt(() => {
    const { place, tensors } = tensorsOf(file, part);
    const { network, layers } = networkOf({ place, tensors }, () => 'linear');
    const decoder = network.layout.widths;
    const [code, features] = [widths[widths.length - 1], widths[0]];
    if (decoder[0] !== code) {
      const field = place(layers[0].weight);
      throw invalid(
        `has ${counted(decoder[0], 'input')}, but the encoder has ${counted(code, 'output')}`,
        { field },
      );
    }
    const last = decoder[decoder.length - 1];
    if (last !== features) {
      const field = place(layers[layers.length - 1].weight);
      throw invalid(
        `has ${counted(last, 'output')}, but the encoder has ${counted(features, 'feature')}`,
        { field },
      );
    }
  });
  if (!(result instanceof LabError)) return;
  const load = `${loading(file.purpose, file.needsTrust)}${subscripts(dict.path)}`;
  const made = `{k: v for k, v in ${load}.items() if 'decoder' not in k}`;
  const wayOut = inPython(
    `import torch; ${saving(made, file.purpose)}`,
    ', to import the encoder alone',
  );
  throw new LabError(result.kind, `${result.reason}. ${wayOut}`, result.place);
}
