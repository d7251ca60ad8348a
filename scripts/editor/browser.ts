import { type Browser, chromium } from 'playwright-core';
import { EditorError, findChromium } from './systemPackages';

/** Turns off the browser's own network traffic, because tests must only access this machine. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the installed Chromium in headless mode. The caller has to close it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new EditorError(
      'Chromium is not installed (Debian and Ubuntu: apt-get install chromium)',
    );
  }
  // Chromium's sandbox does not work as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...QUIET, ...asRoot] });
}
