import assert from 'node:assert/strict';
import { byteSize } from '../../src/core/byteSize';

describe('a number of bytes for people', () => {
  it('has three significant digits and a unit that is a power of a thousand', () => {
    const sizes = [0, 1, 999, 1000, 1234, 65_536, 5e6, 37.34e9, 2 ** 31 - 1, 7e18, 4e22];
    assert.deepEqual(sizes.map(byteSize), [
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1 kB',
      '1.23 kB',
      '65.5 kB',
      '5 MB',
      '37.3 GB',
      '2.15 GB',
      '7 EB',
      '40000 EB',
    ]);
  });

  it('takes the next unit if rounding reaches it', () => {
    assert.deepEqual([999_499, 999_500, 999_999_999].map(byteSize), ['999 kB', '1 MB', '1 GB']);
  });
});
