import { homedir } from 'node:os';
import path from 'node:path';

/** Where this user keeps what can be made again: by the customs of the system. */
export function userCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = homedir();
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    win32: LOCALAPPDATA || path.join(home, 'AppData', 'Local'),
    darwin: path.join(home, 'Library', 'Caches'),
  };
  const base = XDG_CACHE_HOME || caches[process.platform] || path.join(home, '.cache');
  return path.join(base, 'polysemanticity-lab');
}
