import { type Browser, chromium } from 'playwright-core';
import { EditorError, findChromium } from './systemPackages';

/** What a browser does on its own account, off: the tests reach nothing but this machine. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium of this machine without a window. The caller closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new EditorError(
      'Chromium is not installed (Debian and Ubuntu: apt-get install chromium)',
    );
  }
  // Chromium's sandbox refuses to work for root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...QUIET, ...asRoot] });
}
