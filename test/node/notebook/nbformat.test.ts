import assert from 'node:assert/strict';
import { LabError } from '../../../src/core/errors';
import { errorOutput, NotebookOutputs } from '../../../src/node/notebook/nbformat/cellOutputs';
import {
  readNotebook,
  sourceOf,
  writeNotebook,
} from '../../../src/node/notebook/nbformat/notebookFile';
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

  it('that are none are refused with file, field and value', () => {
    const edited = (edit: (notebook: typeof NOTEBOOK) => void): string => {
      const copy = structuredClone(NOTEBOOK);
      edit(copy);
      return JSON.stringify(copy);
    };
    const cases: [text: string, message: RegExp][] = [
      ['', /^n\.ipynb: this is no notebook/],
      ['null', /^n\.ipynb: nbformat: must be 4, not undefined/],
      [edited((n) => (n.nbformat = 3)), /^n\.ipynb: nbformat: must be 4, not 3/],
      [edited((n) => Object.assign(n, { cells: {} })), /^n\.ipynb: cells: .*found \{\}/],
      [
        edited((n) => Object.assign(n.cells[2], { source: 7 })),
        /^n\.ipynb: cells\[2\]\.source: .*found 7/,
      ],
      [edited((n) => (n.cells[1].cell_type = 'heading')), /cells\[1\]\.cell_type: .*"heading"/],
      [
        edited((n) => Object.assign(n.cells[2], { outputs: [{ output_type: 'odd' }] })),
        /cells\[2\]\.outputs\[0\]\.output_type: .*"odd"/,
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
