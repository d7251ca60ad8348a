import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BUNDLE, collectWords } from '../../scripts/words';

describe('the words of the extension', () => {
  const words = collectWords();

  it('are in the file that translations start from; `npm run l10n` writes it', () => {
    assert.deepEqual(JSON.parse(readFileSync(BUNDLE, 'utf8')), words);
  });

  it('number what is put into them from 0 on, without a gap', () => {
    for (const word of Object.keys(words)) {
      const numbers = new Set([...word.matchAll(/\{(\d+)\}/g)].map(([, n]) => Number(n)));
      assert.deepEqual(
        [...numbers].sort(),
        [...numbers.keys()].map((_, i) => i),
        word,
      );
    }
  });
});
