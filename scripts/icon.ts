import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { launchChromium } from './editor/browser';
import { root } from './editor/paths';

/*
 * Renders scripts/logo.svg to media/icon.png, the icon of the extension: tsx scripts/icon.ts
 */

const SIZE = 256;

async function main(): Promise<void> {
  const logo = await readFile(path.join(root, 'scripts/logo.svg'), 'utf8');
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${logo}`);
    await page.screenshot({ path: path.join(root, 'media/icon.png'), omitBackground: true });
  } finally {
    await browser.close();
  }
}

void main();
