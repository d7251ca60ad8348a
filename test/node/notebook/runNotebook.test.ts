import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { Stopped } from '../../../src/core/stop';
import { runNotebook, type RunNotebookOptions } from '../../../src/node/notebook/runNotebook';
import { kernelBundle } from './bundle';
import { notebookProblems } from './validNotebook';

interface WrittenCell {
  readonly execution_count?: number | null;
  readonly outputs?: readonly {
    readonly output_type: string;
    readonly text?: readonly string[];
    readonly ename?: string;
    readonly data?: Readonly<Record<string, unknown>>;
  }[];
}

describe('running a notebook', function () {
  this.timeout(180_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'Größe 数 '));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, cells: readonly string[], more: object = {}): string => {
    const file = path.join(folder, `${name}.ipynb`);
    const list = cells.map((source) => ({
      cell_type: source.startsWith('#') ? 'markdown' : 'code',
      metadata: source.includes('mayFail') ? { tags: ['raises-exception'] } : {},
      source,
      ...(source.startsWith('#') ? {} : { outputs: [], execution_count: null }),
    }));
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: list, ...more };
    writeFileSync(file, JSON.stringify(notebook));
    return file;
  };
  const run = async (
    file: string,
    options: RunNotebookOptions = {},
  ): ReturnType<typeof runNotebook> =>
    runNotebook(file, { bundle: await kernelBundle(), ...options });
  const read = (file: string): WrittenCell[] => {
    const text = readFileSync(file, 'utf8');
    assert.deepEqual(notebookProblems(text), []);
    return (JSON.parse(text) as { cells: WrittenCell[] }).cells;
  };

  it('executes its cells in order and writes it back', async () => {
    const file = write('good', ['# Title', 'const a: number = 1', '', 'console.log(a); a + 1']);
    const told: string[] = [];
    const result = await run(file, {
      onCellDone: ({ place, of }, { status }) => told.push(`${place}/${of} ${status}`),
    });
    assert.deepEqual(result, { executed: 2, failed: 0 });
    assert.deepEqual(told, ['1/2 ok', '2/2 ok']);
    const [, first, empty, last] = read(file);
    assert.deepEqual(
      [first.execution_count, empty.execution_count, last.execution_count],
      [1, null, 2],
    );
    assert.deepEqual(last.outputs?.[0].text, ['1\n']);
    assert.deepEqual(last.outputs?.[1].data, { 'text/plain': ['2'] });
  });

  it('stops at a cell that fails, and keeps what has run', async () => {
    const file = write('bad', ['1', '\nnope()', '3']);
    await assert.rejects(run(file), (error) => {
      assert.ok(error instanceof LabError && error.kind === 'invalid-input');
      assert.match(error.message, /bad\.ipynb: cells\[1\]: ReferenceError in line 2: nope/);
      return true;
    });
    const cells = read(file);
    assert.deepEqual(
      cells.map(({ execution_count }) => execution_count),
      [1, 2, null],
    );
    assert.equal(cells[1].outputs?.[0].ename, 'ReferenceError');
  });

  it('continues after allowed errors', async () => {
    const tagged = write('tagged', ['throw new Error("mayFail")', '2']);
    assert.deepEqual(await run(tagged), { executed: 2, failed: 1 });
    const file = write('allowed', ['nope()', 'process.exit()', '3']);
    assert.deepEqual(await run(file, { allowErrors: true }), { executed: 3, failed: 2 });
    const names = read(file).map(({ outputs }) => outputs?.[0].ename);
    assert.deepEqual(names, ['ReferenceError', 'KernelDied', undefined]);
  });

  it('leaves the original alone when another file is named', async () => {
    const file = write('original', ['1']);
    const before = readFileSync(file, 'utf8');
    const out = path.join(folder, 'executed.ipynb');
    await run(file, { out });
    assert.equal(readFileSync(file, 'utf8'), before);
    assert.equal(read(out)[0].execution_count, 1);
  });

  it('limits the time of a cell', async () => {
    const file = write('slow', ['1', 'for (;;) {}', '3']);
    await assert.rejects(run(file, { timeout: 1000 }), /TimedOut: the cell took longer than 1 s/);
    assert.equal(read(file)[1].outputs?.[0].ename, 'TimedOut');
  });

  it('is stopped by a signal, and keeps what has run', async () => {
    const file = write('stopped', ['1', 'console.log("begun"); await new Promise(() => {})', '3']);
    const controller = new AbortController();
    const onCell = ({ place }: { place: number }): void => {
      if (place === 2) setTimeout(() => controller.abort(), 300);
    };
    await assert.rejects(run(file, { signal: controller.signal, onCell }), Stopped);
    const cells = read(file);
    assert.deepEqual(
      cells.map(({ execution_count }) => execution_count),
      [1, 2, null],
    );
    assert.equal(cells[1].outputs?.at(-1)?.ename, 'Interrupted');
  });

  it('refuses what it cannot execute before anything runs', async () => {
    const python = { kernelspec: { name: 'python3', display_name: 'Python', language: 'python' } };
    const file = write('python', ['import os'], { metadata: python });
    const before = readFileSync(file, 'utf8');
    await assert.rejects(run(file), /python\.ipynb: metadata\.kernelspec\.language: "python"/);
    assert.equal(readFileSync(file, 'utf8'), before);
    await assert.rejects(run(path.join(folder, 'none.ipynb')), /none\.ipynb: cannot read/);
  });
});
