import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './editor/paths';

/*
 * Collects the licences of bundled packages, which have to be shipped with them. The source maps list the packages.
 */

/** The sorted names of the packages that bundles in dist/ contain code of. */
export function bundledPackages(): string[] {
  const dist = path.join(root, 'dist');
  const maps = [dist, path.join(dist, 'pages')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith('.js.map'));
  const names = maps.flatMap((file) => {
    const { sources } = JSON.parse(readFileSync(file, 'utf8')) as { sources: string[] };
    return sources.map(packageOf).filter((name) => name !== undefined);
  });
  return [...new Set(names)].sort();
}

/** Name, version and licence of every bundled package. */
export function thirdPartyNotices(): string {
  const notices = bundledPackages().map((name) => {
    const folder = path.join(root, 'node_modules', name);
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      version: string;
      license?: string;
    };
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    const text = file === undefined ? '' : readFileSync(path.join(folder, file), 'utf8').trim();
    return `${name} ${manifest.version} (${manifest.license ?? 'see below'})\n\n${text}`;
  });
  const rule = `\n\n${'-'.repeat(72)}\n\n`;
  return `Polysemanticity Lab contains code of these packages.${rule}${notices.join(rule)}\n`;
}

function packageOf(source: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1];
}
