import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { polysemanticity, temporaryFolder } from './workshop';

describe('polysemanticity notebook run', function () {
  // A kernel that runs from its sources starts slowly.
  this.timeout(180_000);
  const folder = temporaryFolder();
  const write = async (name: string, sources: readonly string[]): Promise<string> => {
    const file = path.join(folder(), name);
    const cells = sources.map((source) => {
      return { cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null };
    });
    await writeFile(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }));
    return file;
  };

  it('executes a notebook, and reports each cell', async () => {
    const file = await write('good.ipynb', ['\nconst a: number = 1', 'a + 1']);
    const { code, out, err } = await polysemanticity(['notebook', 'run', file]);
    assert.equal(code, 0, err);
    assert.equal(out, `2 cells executed: ${file}\n`);
    assert.match(err, /^\[1\/2\] const a: number = 1: .*\n\[2\/2\] a \+ 1: .*\n$/);
    assert.match(await readFile(file, 'utf8'), /"execute_result"/);
  });

  it('fails if a cell fails, unless errors are allowed', async () => {
    const file = await write('bad.ipynb', ['nope()', '1']);
    const out = path.join(folder(), 'out.ipynb');
    const failed = await polysemanticity(['notebook', 'run', file, '--out', out, '--quiet']);
    assert.equal(failed.code, 2);
    assert.match(
      failed.err,
      /^polysemanticity: .*bad\.ipynb: cells\[0\]: ReferenceError in line 1/,
    );
    const allowed = await polysemanticity([
      ...['notebook', 'run', file, '--out', out, '--allow-errors', '--quiet'],
    ]);
    assert.deepEqual([allowed.code, allowed.err], [0, '']);
    assert.match(allowed.out, /2 cells executed, 1 with errors/);
  });

  it('refuses invalid notebooks and invalid timeouts', async () => {
    const file = path.join(folder(), 'none.ipynb');
    await writeFile(file, '{}');
    const none = await polysemanticity(['notebook', 'run', file]);
    assert.equal(none.code, 2);
    assert.match(none.err, /none\.ipynb: nbformat: is missing: expected 4, this is not a notebook/);
    assert.equal(await readFile(file, 'utf8'), '{}');
    const time = await polysemanticity(['notebook', 'run', file, '--timeout', 'soon']);
    assert.equal(time.code, 2);
    assert.match(time.err, /--timeout: "soon"/);
    assert.equal((await polysemanticity(['notebook', 'run', 'missing.ipynb'])).code, 3);
  });

  it('has help', async () => {
    const { code, out } = await polysemanticity(['notebook', 'run', '--help']);
    assert.equal(code, 0);
    assert.match(out, /--allow-errors/);
  });
});
