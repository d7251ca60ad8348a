import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LabError } from '../../../src/core/errors';
import { errorOutput, NotebookOutputs } from '../../../src/node/notebook/nbformat/cellOutputs';
import {
  readNotebook,
  sourceOf,
  writeNotebook,
} from '../../../src/node/notebook/nbformat/notebookFile';
import { rewriteNotebook } from '../../../src/node/notebook/nbformat/rewriteNotebook';
import type { NotebookOutput } from '../../../src/node/notebook/nbformat/schema';
import { notebookProblems } from './validNotebook';

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 2,
  metadata: { title: 'kept', kernelspec: { name: 'old', display_name: 'Old' } },
  cells: [
    { cell_type: 'markdown', metadata: {}, source: '# One\n\ntwo', attachments: { a: {} } },
    { cell_type: 'raw', metadata: { format: 'kept' }, source: [] },
    { cell_type: 'code', metadata: {}, source: ['a\n', 'b'], outputs: [], execution_count: null },
    { cell_type: 'code', id: 'same', metadata: {}, source: '', outputs: [], execution_count: 3 },
    { cell_type: 'code', id: 'same', metadata: {}, source: 'c\n', outputs: [], execution_count: 3 },
  ],
};

describe('notebook files', () => {
  it('keep what is not ours, and are valid by nbformat 4.5', () => {
    const notebook = readNotebook(JSON.stringify(NOTEBOOK), 'n.ipynb');
    assert.equal(sourceOf(notebook.cells[2]), 'a\nb');
    const text = writeNotebook(notebook);
    assert.deepEqual(notebookProblems(text), []);
    const again = JSON.parse(text) as typeof NOTEBOOK;
    assert.equal(again.metadata.title, 'kept');
    assert.equal(again.metadata.kernelspec.name, 'polysemanticity');
    assert.deepEqual(again.cells[0].source, ['# One\n', '\n', 'two']);
    assert.deepEqual(again.cells[0].attachments, { a: {} });
    assert.deepEqual(again.cells[1].metadata, { format: 'kept' });
    assert.equal(again.cells[3].id, 'same');
    // Written once more, nothing changes.
    assert.equal(writeNotebook(readNotebook(text, 'n.ipynb')), text);
  });

  it('are refused with file, field and value if they are not valid', () => {
    const edited = (edit: (notebook: typeof NOTEBOOK) => void): string => {
      const copy = structuredClone(NOTEBOOK);
      edit(copy);
      return JSON.stringify(copy);
    };
    const cases: [text: string, message: RegExp][] = [
      ['', /^n\.ipynb: the file is empty$/],
      ['null', /^n\.ipynb: nbformat: is missing: expected 4, this is not a notebook$/],
      ['{"nbformat": "4"}', /^n\.ipynb: nbformat: "4" is not allowed: expected 4/],
      [
        edited((n) => (n.nbformat = 3)),
        /nbformat: is 3; .*jupyter nbconvert --to notebook --nbformat 4 "n\.ipynb"/,
      ],
      [
        edited((n) => (n.nbformat = 5)),
        /nbformat: is 5; .*a newer version of the extension may support it$/,
      ],
      [
        edited((n) => Object.assign(n, { cells: {} })),
        /^n\.ipynb:1:\d+: cells: \{\} is not allowed: expected an array$/,
      ],
      [
        edited((n) => Object.assign(n.cells[2], { source: 7 })),
        /^n\.ipynb:1:\d+: cells\[2\]\.source: 7 is not allowed: expected a string or an array$/,
      ],
      [
        edited((n) => (n.cells[1].cell_type = 'heading')),
        /cells\[1\]\.cell_type: "heading" is not allowed: expected "code" or "markdown" or "raw"/,
      ],
      [
        edited((n) => delete (n.cells[1] as { cell_type?: string }).cell_type),
        /cells\[1\]\.cell_type: is missing: expected "code" or "markdown" or "raw"/,
      ],
      [
        edited((n) => Object.assign(n.cells[2], { outputs: [{ output_type: 'odd' }] })),
        /cells\[2\]\.outputs\[0\]\.output_type: "odd" is not allowed: expected "stream" or /,
      ],
      [
        edited((n) => Object.assign(n.cells[3], { id: 'a b' })),
        /cells\[3\]\.id: "a b" is not allowed: expected 1 to 64 letters, digits, "-" or "_"$/,
      ],
      [
        edited((n) => Object.assign(n.cells[3], { execution_count: 1.5 })),
        /cells\[3\]\.execution_count: 1\.5 is not allowed: expected a whole number$/,
      ],
      [
        '{\n "nbformat": 4,\n "cells": [,]\n}',
        /^n\.ipynb:3:12: not JSON: value expected, found ","/,
      ],
      [
        `{"nbformat": 4, "metadata": {"a": ${'['.repeat(100_000)}`,
        /^n\.ipynb:1:\d+: nested more than 500 levels deep$/,
      ],
    ];
    for (const [text, message] of cases) {
      assert.throws(
        () => readNotebook(text, 'n.ipynb'),
        (error) => error instanceof LabError && message.test(error.message),
        text,
      );
    }
  });
});

describe('a notebook that was executed', () => {
  const CASES = path.join('test', 'fixtures', 'cases', 'notebooks');
  const text = (name: string): string => readFileSync(path.join(CASES, name), 'utf8');

  /** Its text after all code cells were executed, which put out one line each. */
  function executed(before: string): string {
    const notebook = readNotebook(before, 'n.ipynb');
    const done = new Set<number>();
    notebook.cells.forEach((cell, index) => {
      if (cell.cell_type !== 'code') return;
      cell.execution_count = 7;
      cell.outputs = [{ output_type: 'stream', name: 'stdout', text: ['out\n'] }];
      done.add(index);
    });
    return rewriteNotebook(before, notebook, done);
  }

  it('keeps every digit of what it does not understand', () => {
    const after = executed(text('bigint.ipynb'));
    assert.ok(after.includes('"big": 12345678901234567890'), after);
    assert.ok(after.includes('"source": "12345678901234567890n"'));
    assert.match(
      after,
      /"execution_count": 7,\n {3}"outputs": \[\n {4}\{\n {5}"output_type": "stream"/,
    );
    assert.deepEqual(notebookProblems(after), []);
  });

  it('is read with a byte order mark, and keeps it', () => {
    const after = executed(text('bom.ipynb'));
    assert.ok(after.startsWith('\ufeff{"cells": [{"cell_type": "code", "metadata": {}, '));
    assert.deepEqual(notebookProblems(after.slice(1)), []);
  });

  it('is read without metadata of cells, and gets what the format asks for', () => {
    const before = text('nocellmeta.ipynb');
    const after = executed(before);
    // The schema is that of 4.5; nothing else is wrong.
    assert.deepEqual(notebookProblems(after), ['/nbformat_minor must be >= 5']);
    const { cells, nbformat_minor } = JSON.parse(after) as typeof NOTEBOOK;
    assert.deepEqual([cells[0].metadata, cells[0].id, nbformat_minor], [{}, undefined, 4]);
  });

  it('names the line of a merge conflict', () => {
    assert.throws(() => readNotebook(text('conflict.ipynb'), 'n.ipynb'), {
      message:
        /^n\.ipynb:12:1: not JSON: a merge conflict of 5 lines begins here; keep one of its sides/,
    });
  });

  it('keeps its text except for outputs, counts and the kernel, whatever the layout', () => {
    const odd = `{"nbformat_minor": 5, "z": 1.0, "a": {"e": 1E5, "n": -0, "u": "\\u00e9\\ud83e"},
  "cells": [
    {"id": "one", "source": ["1"], "cell_type": "code", "outputs": [1.50], "execution_count": null, "metadata": {"x": 1e400}},
    {"id": "two", "source": "", "cell_type": "markdown", "metadata": {"tags": [ ]}}
  ],
  "nbformat": 4, "metadata": {"kernelspec": {"name": "polysemanticity", "display_name": "mine"},
  "language_info": {"version": 5.10, "name": "typescript"}}}`;
    const before = odd.replace('[1.50]', '[]');
    const after = executed(before);
    const outputs = '[{"output_type":"stream","name":"stdout","text":["out\\n"]}]';
    const expected = before
      .replace('"outputs": []', `"outputs": ${outputs}`)
      .replace('"execution_count": null', '"execution_count": 7');
    assert.equal(after, expected);
    const windows = before.replaceAll('\n', '\r\n');
    assert.equal(executed(windows), expected.replaceAll('\n', '\r\n'));
    assert.equal(rewriteNotebook(before, readNotebook(before, 'n.ipynb'), new Set()), before);
  });

  it('gets missing or duplicate ids from format 4.5 on', () => {
    const cell = {
      cell_type: 'code',
      metadata: {},
      source: '',
      outputs: [],
      execution_count: null,
    };
    const cells = [cell, { ...cell, id: 'a' }, { ...cell, id: 'a' }];
    const before = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }, null, 2);
    const after = executed(before);
    assert.deepEqual(notebookProblems(after), []);
    const ids = (JSON.parse(after) as { cells: { id: string }[] }).cells.map(({ id }) => id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(ids[1], 'a');
  });
});

describe('outputs of a cell', () => {
  it('join text, update displays of other cells, and are cleared', () => {
    const all = new NotebookOutputs();
    const first: NotebookOutput[] = [];
    const second: NotebookOutput[] = [];
    all.add(first, { type: 'stream', name: 'stdout', text: 'a' }, 1);
    all.add(first, { type: 'stream', name: 'stdout', text: 'b\nc\n' }, 1);
    all.add(first, { type: 'stream', name: 'stderr', text: 'd' }, 1);
    all.add(first, { type: 'display', id: 'x', data: { 'text/plain': 'old' } }, 1);
    all.add(second, { type: 'update', id: 'x', data: { 'text/plain': 'new\nline' } }, 2);
    all.add(second, { type: 'result', data: { 'a/b+json': { n: 1 }, 'image/png': 'aa\nbb' } }, 2);
    assert.deepEqual(first, [
      { output_type: 'stream', name: 'stdout', text: ['ab\n', 'c\n'] },
      { output_type: 'stream', name: 'stderr', text: ['d'] },
      { output_type: 'display_data', data: { 'text/plain': ['new\n', 'line'] }, metadata: {} },
    ]);
    assert.deepEqual(second, [
      {
        output_type: 'execute_result',
        execution_count: 2,
        data: { 'a/b+json': { n: 1 }, 'image/png': 'aa\nbb' },
        metadata: {},
      },
    ]);
    all.add(first, { type: 'clear', wait: true }, 1);
    assert.equal(first.length, 3);
    all.add(first, { type: 'stream', name: 'stdout', text: 'e' }, 1);
    assert.equal(first.length, 1);
    all.add(first, { type: 'clear', wait: false }, 1);
    assert.deepEqual(first, []);
  });

  it('hold errors with their lines', () => {
    const error = { name: 'TypeError', message: 'no', stack: 'TypeError: no\n    at cell [1]:1:1' };
    assert.deepEqual(errorOutput(error), {
      output_type: 'error',
      ename: 'TypeError',
      evalue: 'no',
      traceback: ['TypeError: no', '    at cell [1]:1:1'],
    });
  });
});
