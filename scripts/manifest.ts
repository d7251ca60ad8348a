import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './editor/paths';

/*
 * The URLs of the project in the package. The owner sets only `repository` in package.json; the URLs of issues and the
 * home page are derived from it. Without it, the package has none.
 */

/** The fields of package.json that packaging reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository?: string | { readonly url: string };
  readonly bugs?: { readonly url: string };
  readonly homepage?: string;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
}

/** Hosts whose URLs of issues and README files are known. */
const KNOWN_HOSTS: Readonly<Record<string, { readonly issues: string; readonly readme: string }>> =
  {
    'github.com': { issues: '/issues', readme: '#readme' },
    'gitlab.com': { issues: '/-/issues', readme: '' },
  };

/** The web URL of a repository, given in any form that npm accepts; undefined if none is set. */
export function webAddress(repository: Manifest['repository']): URL | undefined {
  const given = typeof repository === 'object' ? repository.url : repository;
  if (!given) return undefined;
  const short = /^(?:(github|gitlab):)?([\w.-]+\/[\w.-]+)$/.exec(given);
  const text = short
    ? `https://${short[1] ?? 'github'}.com/${short[2]}`
    : given
        .replace(/^git\+/, '')
        .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/')
        .replace(/^git:/, 'https:');
  if (!URL.canParse(text)) throw new Error(`repository in package.json is no address: ${given}`);
  return new URL(text.replace(/\.git$/, ''));
}

/** Adds the URLs that are derived from `repository`, unless the manifest has its own. */
export function withAddresses(manifest: Manifest): Manifest {
  const address = webAddress(manifest.repository);
  if (!address) return manifest;
  const host = KNOWN_HOSTS[address.host] as (typeof KNOWN_HOSTS)[string] | undefined;
  return {
    ...(host && { bugs: { url: `${address.href}${host.issues}` } }),
    homepage: `${address.href}${host?.readme ?? ''}`,
    ...manifest,
    repository: { type: 'git', url: `${address.href}.git` } as Manifest['repository'],
  };
}

/** Whether vsce can make links and images of the README point to the repository, because it knows its host. */
export function hostKeepsFiles({ repository }: Manifest): boolean {
  const address = webAddress(repository);
  return address !== undefined && address.host in KNOWN_HOSTS;
}

/** The pictures of a Markdown page that lie beside it, by their paths. */
export function picturesOf(markdown: string): string[] {
  return [...markdown.matchAll(/!\[[^\]]*\]\((?!\w+:)([^)\s]+)\)/g)].map(([, file]) => file);
}

/** Lists what is missing before the package can be published, and how to add it. */
export function publishingNeeds(manifest: Manifest, changelog: string): string[] {
  const { version, repository } = manifest;
  const complete = withAddresses(manifest);
  const needs: string[] = [];
  if (!repository) {
    needs.push(
      'an address: `repository` in package.json is not set, so that the package names no place for its source and ' +
        'its issues, links of its README lead nowhere, and VS Code, which takes pictures from https alone, shows ' +
        'none of them. Its owner sets it once: ' +
        'npm pkg set repository=https://…',
    );
  } else if (!complete.bugs) {
    needs.push(
      `a place for issues: none is known of ${complete.homepage}; set \`bugs\` in package.json`,
    );
  }
  const heading = new RegExp(
    `^## ${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`,
    'm',
  );
  if (!heading.test(changelog)) {
    needs.push(
      `a release: CHANGELOG.md has no date for ${version}. One command gives it: npm run release -- ${version}`,
    );
  }
  return needs;
}
