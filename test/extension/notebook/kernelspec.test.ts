import assert from 'node:assert/strict';
import {
  isMeantForUs,
  mayBeOurs,
  withKernelspec,
} from '../../../src/extension/notebook/kernelspec';

describe('the kernel that a notebook names', () => {
  it('is ours where its name is', () => {
    assert.equal(isMeantForUs({ kernelspec: { name: 'polysemanticity' } }), true);
    for (const other of [
      undefined,
      null,
      7,
      {},
      { kernelspec: null },
      { kernelspec: 'polysemanticity' },
      { kernelspec: { name: 'python3' } },
    ]) {
      assert.equal(isMeantForUs(other), false, JSON.stringify(other));
    }
  });

  it('takes the place of another, and leaves the rest', () => {
    const metadata = {
      title: 'x',
      kernelspec: { name: 'python3' },
      language_info: { name: 'python' },
    };
    const ours = withKernelspec(metadata);
    assert.equal(isMeantForUs(ours), true);
    assert.equal(ours.title, 'x');
    assert.deepEqual((ours.language_info as { name: string }).name, 'typescript');
    assert.equal(isMeantForUs(withKernelspec(undefined)), true);
    assert.deepEqual(metadata.kernelspec, { name: 'python3' });
  });
});

describe('a notebook that this kernel may execute', () => {
  const print = { language: 'python', isEmpty: false };
  const blank = { language: 'python', isEmpty: true };
  const typed = { language: 'typescript', isEmpty: false };
  const python = { name: 'python3', language: 'python' };

  it('names the kernel, is in its languages, or has a cell that is', () => {
    assert.equal(mayBeOurs({ kernelspec: { name: 'polysemanticity' } }, [print]), true);
    assert.equal(mayBeOurs({ language_info: { name: 'typescript' } }, [blank]), true);
    assert.equal(mayBeOurs({ kernelspec: { name: 'deno', language: 'TypeScript' } }, []), true);
    assert.equal(mayBeOurs({ kernelspec: python }, [print, typed]), true);
    assert.equal(mayBeOurs({}, [typed]), true);
  });

  it('is blank, where it names nothing', () => {
    for (const metadata of [undefined, null, 7, {}, { kernelspec: null }, { language_info: 'x' }]) {
      assert.equal(mayBeOurs(metadata, [blank]), true, JSON.stringify(metadata));
      assert.equal(mayBeOurs(metadata, []), true, JSON.stringify(metadata));
      assert.equal(mayBeOurs(metadata, [print]), false, JSON.stringify(metadata));
    }
  });

  it('is not one of another language, whichever place says so', () => {
    for (const metadata of [
      { kernelspec: python },
      { kernelspec: { name: 'python3' } },
      { language_info: { name: 'python' } },
      { kernelspec: { name: 'ir' }, language_info: { name: 'R' } },
      { kernelspec: { name: 'x', language: 'typescript' }, language_info: { name: 'julia' } },
    ]) {
      for (const cells of [[], [blank], [print]]) {
        assert.equal(mayBeOurs(metadata, cells), false, JSON.stringify(metadata));
      }
    }
  });
});
