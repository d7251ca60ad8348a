import assert from 'node:assert/strict';
import { isMeantForUs, withKernelspec } from '../../../src/extension/notebook/kernelspec';

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
