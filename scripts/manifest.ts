import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './editor/paths';

/*
 * What the package says of where the project is at home. The owner sets one field, `repository` in package.json;
 * the addresses of issues and of the home page follow from it, and without it no address is made up.
 */

/** The fields of package.json that are read here. */
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

/** Hosts of which it is known where issues and files of a repository are. */
const KNOWN_HOSTS: Readonly<Record<string, { readonly issues: string; readonly readme: string }>> =
  {
    'github.com': { issues: '/issues', readme: '#readme' },
    'gitlab.com': { issues: '/-/issues', readme: '' },
  };

/** Where people see a repository, of any form that npm takes; undefined where none is set. */
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

/** The manifest with the addresses that follow from `repository`; those that it has itself stay. */
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

/** Whether links and pictures of the README can be those of the repository: the packager knows its host. */
export function hostKeepsFiles({ repository }: Manifest): boolean {
  const address = webAddress(repository);
  return address !== undefined && address.host in KNOWN_HOSTS;
}

/**
 * A page in Markdown with its pictures within: VS Code shows no picture of an extension that is a file.
 * @param folder which its pictures are relative to
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

/** What is missing before the package can be published, with what to do about it. */
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
