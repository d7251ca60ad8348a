import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BUNDLE, collectWords } from '../../scripts/words';

describe('the translatable strings of the extension', () => {
  const words = collectWords();

  it('are those of l10n/bundle.l10n.json, which `npm run l10n` writes', () => {
    assert.deepEqual(JSON.parse(readFileSync(BUNDLE, 'utf8')), words);
  });

  it('number their placeholders from 0 without gaps', () => {
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
