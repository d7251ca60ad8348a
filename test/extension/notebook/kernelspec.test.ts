import assert from 'node:assert/strict';
import {
  namesThisKernel,
  canExecute,
  withKernelspec,
} from '../../../src/extension/notebook/kernelspec';

describe('the kernel in the metadata of a notebook', () => {
  it('is recognized by its name', () => {
    assert.equal(namesThisKernel({ kernelspec: { name: 'polysemanticity' } }), true);
    for (const other of [
      undefined,
      null,
      7,
      {},
      { kernelspec: null },
      { kernelspec: 'polysemanticity' },
      { kernelspec: { name: 'python3' } },
    ]) {
      assert.equal(namesThisKernel(other), false, JSON.stringify(other));
    }
  });

  it('replaces another kernel, and keeps other metadata', () => {
    const metadata = {
      title: 'x',
      kernelspec: { name: 'python3' },
      language_info: { name: 'python' },
    };
    const ours = withKernelspec(metadata);
    assert.equal(namesThisKernel(ours), true);
    assert.equal(ours.title, 'x');
    assert.deepEqual((ours.language_info as { name: string }).name, 'typescript');
    assert.equal(namesThisKernel(withKernelspec(undefined)), true);
    assert.deepEqual(metadata.kernelspec, { name: 'python3' });
  });
});

describe('canExecute', () => {
  const print = { language: 'python', isEmpty: false };
  const blank = { language: 'python', isEmpty: true };
  const typed = { language: 'typescript', isEmpty: false };
  const python = { name: 'python3', language: 'python' };

  it('accepts a notebook that names the kernel or one of its languages, or has a cell in one', () => {
    assert.equal(canExecute({ kernelspec: { name: 'polysemanticity' } }, [print]), true);
    assert.equal(canExecute({ language_info: { name: 'typescript' } }, [blank]), true);
    assert.equal(canExecute({ kernelspec: { name: 'deno', language: 'TypeScript' } }, []), true);
    assert.equal(canExecute({ kernelspec: python }, [print, typed]), true);
    assert.equal(canExecute({}, [typed]), true);
  });

  it('accepts a notebook that names no kernel or language only if its cells are empty', () => {
    for (const metadata of [undefined, null, 7, {}, { kernelspec: null }, { language_info: 'x' }]) {
      assert.equal(canExecute(metadata, [blank]), true, JSON.stringify(metadata));
      assert.equal(canExecute(metadata, []), true, JSON.stringify(metadata));
      assert.equal(canExecute(metadata, [print]), false, JSON.stringify(metadata));
    }
  });

  it('rejects a notebook whose metadata names another kernel or language', () => {
    for (const metadata of [
      { kernelspec: python },
      { kernelspec: { name: 'python3' } },
      { language_info: { name: 'python' } },
      { kernelspec: { name: 'ir' }, language_info: { name: 'R' } },
      { kernelspec: { name: 'x', language: 'typescript' }, language_info: { name: 'julia' } },
    ]) {
      for (const cells of [[], [blank], [print]]) {
        assert.equal(canExecute(metadata, cells), false, JSON.stringify(metadata));
      }
    }
  });
});
