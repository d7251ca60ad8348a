import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Stopped } from '../../../../src/core/stop';
import { installTensorflow } from '../../../../src/node/compute/tensorflow/install';
import { temporaryFolders } from '../../temporaryFolder';

describe('the installation of TensorFlow', () => {
  const place = temporaryFolders();

  /** Installs with a program in the place of npm. @returns what it wrote */
  async function install(npm: string, signal = new AbortController().signal): Promise<string[]> {
    const script = path.join(place.folder, 'npm.cjs');
    await writeFile(script, npm);
    const lines: string[] = [];
    await installTensorflow({
      folder: place.folder,
      version: '1.2.3',
      onLine: (line) => lines.push(line),
      signal,
      npm: [process.execPath, script],
    });
    return lines;
  }

  const PACKAGE = `
    const { mkdirSync, writeFileSync } = require('node:fs');
    mkdirSync('node_modules/@tensorflow/tfjs-node', { recursive: true });
    writeFileSync('package.json', '{}');
    writeFileSync('node_modules/@tensorflow/tfjs-node/index.js',
      'exports.matMul = () => ({ dataSync: () => [PRODUCT] });');
    console.log(process.argv.slice(2).join(' '));
  `;

  it('passes on the output of npm, and tests the installed package', async () => {
    const lines = await install(PACKAGE.replace('PRODUCT', '11'));
    assert.deepEqual(lines, [
      'install --prefix . --no-audit --no-fund @tensorflow/tfjs-node@1.2.3',
    ]);
  });

  it("reports an unreachable host in a sentence, not by npm's stack", async () => {
    const npm = `
      console.error('npm error Error: getaddrinfo ENOTFOUND storage.example');
      console.error('npm error     at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26)');
      process.exit(1);
    `;
    await assert.rejects(install(npm), {
      name: 'LabError',
      message:
        'TensorFlow was not installed: a host that its package is fetched from could not be reached. The engine "tensorflow" still works in plain JavaScript.',
    });
  });

  it('reports a missing npm', async () => {
    const installing = installTensorflow({
      folder: place.folder,
      version: '1.2.3',
      onLine: () => undefined,
      signal: new AbortController().signal,
      npm: ['no-such-program'],
    });
    await assert.rejects(installing, /not installed: no-such-program was not found\. The engine/);
  });

  it('reports an installed package that computes wrongly', async () => {
    await assert.rejects(install(PACKAGE.replace('PRODUCT', '12')), /does not compute/);
  });

  it('stops at once', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const begun = performance.now();
    await assert.rejects(install('setTimeout(() => {}, 60000)', controller.signal), Stopped);
    assert.ok(performance.now() - begun < 10_000);
  });
});
