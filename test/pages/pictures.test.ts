import { PNG } from 'pngjs';
import assert from 'node:assert/strict';
import { differingShare } from './harness/pictures';

/** A grey picture of 10 × 10 with one pixel of another value. */
function picture(value: number, size = 10): Buffer {
  const png = new PNG({ width: size, height: size });
  png.data.fill(128);
  png.data[4 * 17] = value;
  return PNG.sync.write(png);
}

describe('the comparison of pictures', () => {
  it('counts the share of pixels that differ', () => {
    assert.equal(differingShare(picture(128), picture(128), 0), 0);
    assert.equal(differingShare(picture(128), picture(160), 0), 0.01);
  });

  it('ignores differences within the tolerance of a channel', () => {
    assert.equal(differingShare(picture(128), picture(160), 32), 0);
    assert.equal(differingShare(picture(128), picture(160), 31), 0.01);
  });

  it('requires pictures of the same size', () => {
    assert.throws(() => differingShare(picture(0), picture(0, 11), 0), /10 × 10, not 11 × 11/);
  });
});
