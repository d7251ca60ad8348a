import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KernelClient } from '../../src/node/notebook/kernelClient';
import { kernelBundle } from '../node/notebook/bundle';

const PAGE = path.resolve(__dirname, '../../docs/api.md');

describe('docs/api.md', function () {
  this.timeout(180_000);
  const examples = [...readFileSync(PAGE, 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)];
  let folder = '';
  let kernel: KernelClient;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'polysemanticity-'));
    kernel = new KernelClient({ folder, bundle: await kernelBundle() });
  });
  after(async () => {
    await kernel.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has examples', () => assert.ok(examples.length >= 6));

  examples.forEach(([, code], i) => {
    it(`example ${i + 1} runs and shows a value`, async () => {
      const shown: string[] = [];
      const request = { cell: String(i), count: i + 1, code, language: 'typescript' } as const;
      const outcome = await kernel.execute(request, (output) => {
        if ('data' in output) shown.push(...Object.keys(output.data));
      });
      assert.equal(outcome.status, 'ok', JSON.stringify(outcome));
      // All examples but the first end with a value that is displayed.
      if (i > 0) assert.ok(shown.includes('text/plain'));
    });
  });
});
