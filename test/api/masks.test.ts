import assert from 'node:assert/strict';
import * as lab from '../../src/api';
import { TINY } from '../cli/workshop';

const shape = { inputs: 3, hidden: [6, 4], outputs: 2 };
const inputs = Float32Array.from({ length: 12 }, (_, i) => i / 12 - 0.5);

/** A mask after it was saved as JSON and read again. */
const saved = (mask: lab.PruningMask): lab.PruningMask =>
  JSON.parse(JSON.stringify(mask)) as lab.PruningMask;

/** A copy whose pruned units have no incoming or outgoing weights: it computes the same as the pruned specimen, without
 * removing anything. */
function silenced(specimen: lab.Specimen, { kept }: lab.PruningMask): lab.Specimen {
  const { widths } = specimen.layout;
  const parameters = specimen.parameters.slice();
  let at = 0;
  for (let l = 1; l < widths.length; l++) {
    const [columns, rows] = [widths[l - 1], widths[l]];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at++) {
        if (l > 1 && !kept[l - 2].includes(column)) parameters[at] = 0;
      }
    }
    at += rows;
  }
  return { ...specimen, parameters };
}

describe('masks', () => {
  it('of a pruning have the same effect on the specimen as the pruning', () => {
    const specimen = lab.initialise(shape, 1);
    const pruned = lab.prune(specimen, { ratio: 0.4 });
    const mask = saved(lab.maskOf(specimen, pruned.specimen));
    assert.deepEqual(mask, { units: specimen.units, kept: pruned.kept });
    assert.deepEqual(lab.replayMask(specimen, mask), pruned.specimen);
  });

  it('are replayed on another specimen, which keeps its weights and loses the same units', async () => {
    const [one, other] = [1, 2].map((seed) => lab.initialise(shape, seed));
    const mask = saved(lab.maskOf(one, lab.prune(one, { ratio: 0.5 }).specimen));
    const replayed = lab.replayMask(other, mask);
    assert.deepEqual(replayed.units, mask.kept);
    assert.notDeepEqual(replayed, lab.prune(other, { ratio: 0.5 }).specimen);
    const [out, expected] = await Promise.all(
      [replayed, silenced(other, mask)].map((net) => lab.predict(net, inputs)),
    );
    out.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-6));
  });

  it('of successive prunings are replayed one by one or combined', () => {
    const [one, other] = [1, 2].map((seed) => lab.initialise(shape, seed));
    const once = lab.prune(one, { ratio: 0.3 }).specimen;
    const twice = lab.prune(once, { ratio: 0.3 }).specimen;
    const [first, second] = [lab.maskOf(one, once), lab.maskOf(once, twice)];
    const both = lab.composeMasks(first, second);
    assert.deepEqual(both, lab.maskOf(one, twice));
    assert.deepEqual(
      lab.replayMask(other, both),
      lab.replayMask(lab.replayMask(other, first), second),
    );
  });

  it('of a run are those of its checkpoints', async () => {
    const run = await lab
      .runExperiment({ ...TINY, keep: { specimens: 'stages' } }, { engine: 'simd', workers: 1 })
      .finish();
    const checkpoints = await run.checkpoints();
    const pruned = checkpoints.filter(
      ({ phase, leg }) => phase === 'pruned' && leg.requested !== 0,
    );
    assert.ok(pruned.length > 0);
    for (const { name, leg } of pruned) {
      const trained = checkpoints.filter(
        ({ phase, leg: own }) =>
          phase === 'training' && own.seed === leg.seed && own.arm === leg.arm,
      );
      const before = await run.specimen(trained.at(-1)!.name);
      const after = await run.specimen(name);
      const mask = saved(lab.maskOf(before, after));
      assert.deepEqual(lab.replayMask(before, mask), after);
    }
  });
});
