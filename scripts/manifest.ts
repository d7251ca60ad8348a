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

/**
 * Embeds the images of a Markdown page, because VS Code does not show image files of an extension.
 * @param folder to which the paths of images are relative
 */
export function withPictures(markdown: string, folder: string): string {
  return markdown.replace(
    /(!\[[^\]]*\])\((?!\w+:)([^)]+\.png)\)/g,
    (_, title: string, file: string) => {
      const bytes = readFileSync(path.join(folder, file));
      return `${title}(data:image/png;base64,${bytes.toString('base64')})`;
    },
  );
}

/** Lists what is missing before the package can be published, and how to add it. */
export function publishingNeeds(manifest: Manifest, changelog: string): string[] {
  const { version, repository } = manifest;
  const complete = withAddresses(manifest);
  const needs: string[] = [];
  if (!repository) {
    needs.push(
      'an address: `repository` in package.json is not set, so that the package names no place for its source and ' +
        'its issues, and links of its README lead nowhere. Its owner sets it once: ' +
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
