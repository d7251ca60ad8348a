import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { polysemanticity, temporaryFolder, TINY, writeExperiment } from './workshop';

describe('polysemanticity figure', () => {
  const folder = temporaryFolder();
  const at = (...names: string[]): string => path.join(folder(), ...names);

  before(async () => {
    for (const name of ['tiny', 'made']) {
      await mkdir(at(name));
      await writeExperiment(at(name), TINY);
    }
    assert.equal((await polysemanticity(['run', at('tiny'), '--quiet'])).code, 0);
  });

  it('draws a matrix or the trajectories as SVG, into a file or to stdout', async () => {
    const { code, out } = await polysemanticity(['figure', at('tiny'), '--matrix']);
    assert.equal(code, 0);
    assert.match(out, /^<\?xml .*<title>tiny, dense, seed 42, epoch 3<\/title>/s);
    const file = at('tiny.svg');
    const written = await polysemanticity([
      ...['figure', at('tiny'), '--trajectories', '--look', 'dark', '-o', file],
    ]);
    assert.equal(written.code, 0);
    assert.match(written.err, /^Trajectories of tiny: .*tiny\.svg\n$/);
    assert.match(await readFile(file, 'utf8'), /<title>Trajectories of tiny<\/title>.*#1b1b1d/s);
  });

  it('says what to choose, which checkpoints exist, and which measures are possible', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { code, err, out } = await polysemanticity(['figure', at('tiny'), ...args]);
      assert.equal(code, 2);
      assert.equal(out, '');
      return err;
    };
    const choice = /choose one of --matrix and --trajectories/;
    assert.match(await refused(), choice);
    assert.match(await refused('--matrix', '--trajectories'), choice);
    assert.match(
      await refused('--matrix', '42-dense/training/4'),
      /--matrix: there is no matrix of "42-dense\/training\/4"; did you mean 42-dense\/training\/3\?/,
    );
    assert.match(await refused('--matrix', '?'), /"\?"; kept are 42-dense\/.* and \d+ more/);
    assert.match(
      await refused('--matrix', '--measure', 'coverage'),
      /--measure: coverage is not a measure of single neurons, .*: relative, /,
    );
    assert.match(await refused('--matrix', '--look', 'pink'), /light, dark, transparent/);
    const none = await polysemanticity(['figure', at('made'), '--matrix']);
    assert.match(none.err, /there are no runs yet/);
  });
});
