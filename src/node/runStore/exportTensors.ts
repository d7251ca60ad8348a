import { invalid } from '../../core/errors';
import { safetensorsHeader } from '../../core/formats/safetensors';
import { copyRange, unlessMissing, type Sink } from './disk';
import { openAttributions, openSpecimens } from './merge';
import type { StoredRun } from './readRun';
import { withFile } from './tensorFile';

/**
 * Writes the attributions and specimens of a run as one safetensors file. Of checkpoint
 * `42-dense/training/50` it has the matrix under that name, its rows' units in `…/units`, and the weights in
 * `…/layers.N.weight` and `…/layers.N.bias`, units in `…/units.N`. The metadata describe the
 * checkpoints of either kind, as JSON.
 * @throws LabError when the run is not finished, keeps nothing, or cannot be read
 */
export async function writeTensors(
  { folder, state, header }: StoredRun,
  sink: Sink,
): Promise<void> {
  if (state !== 'finished') {
    throw invalid('the run is not finished: its tensors are not merged yet', { file: folder });
  }
  const attributions = await unlessMissing(openAttributions(folder));
  const specimens = await unlessMissing(openSpecimens(folder));
  const files = [attributions, specimens].filter((file) => file !== undefined);
  if (files.length === 0) {
    throw invalid(
      'the run keeps neither attributions nor specimens; see "keep" in experiment.json',
      {
        file: folder,
      },
    );
  }
  const entries = files.flatMap(({ tensors }) =>
    [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
  );
  await sink(
    safetensorsHeader(entries, {
      experiment: header.specification.name,
      ...(attributions
        ? {
            attributions: JSON.stringify(attributions.infos),
            features: JSON.stringify(attributions.features),
          }
        : {}),
      ...(specimens ? { specimens: JSON.stringify(specimens.infos) } : {}),
    }),
  );
  for (const { path, tensors } of files) {
    await withFile(path, async (handle) => {
      for (const place of tensors.values()) await copyRange(handle, place, sink);
    });
  }
}
