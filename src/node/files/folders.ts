import { access, constants, lstat, mkdir, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '../../core/errors';
import { storageError } from './storageError';

/**
 * Makes a folder and its parents, if needed.
 * @throws LabError (`storage`) with the folder and the obstacle, also when the folder is not writable
 */
export async function makeWritableFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw await folderError(error, folder, 'write into the folder');
  }
}

/**
 * Makes a folder in an existing one.
 * @throws LabError (`storage`) with the folder and the obstacle; its cause has the code `EEXIST` when the
 * name is taken
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    throw await folderError(error, folder, 'make the folder');
  }
}

async function folderError(error: unknown, folder: string, doing: string): Promise<Error> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error;
  const reason = await obstacle(folder, code).catch(() => undefined);
  return reason === undefined
    ? storageError(error, folder, doing)
    : new LabError('storage', `cannot ${doing}: ${reason}`, { file: folder }, { cause: error });
}

/** The limit of all common file systems. */
const MAX_NAME_BYTES = 255;

/** Why a folder cannot be made; undefined if the system's own reason is clear. */
async function obstacle(folder: string, code: string): Promise<string | undefined> {
  const absolute = path.resolve(folder);
  if (code === 'ENAMETOOLONG') return tooLong(absolute);
  let last = '';
  for (const place of placesOf(absolute)) {
    const found = await lstat(place).catch(() => undefined);
    if (!found) break;
    const isFolder = await stat(place).then(
      (target) => target.isDirectory(),
      (error: NodeJS.ErrnoException) => error.code ?? '',
    );
    if (found.isSymbolicLink() && typeof isFolder === 'string') {
      return isFolder === 'ELOOP'
        ? `${place} is a link that leads in a circle`
        : `${place} is a link to ${await readlink(place)}, which cannot be reached`;
    }
    if (isFolder === false) return `${place} is a file, not a folder`;
    last = place;
  }
  // For the folder itself, the system's reason is clear.
  if (last === absolute) return undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `permission denied in ${last}`;
    case 'EROFS':
      return `the file system of ${last} is read-only`;
    case 'ENOENT':
      return path.dirname(absolute) === last
        ? `${last} cannot hold folders`
        : `there is no folder ${path.dirname(absolute)}`;
    default:
      return undefined;
  }
}

function tooLong(absolute: string): string {
  const name = absolute.split(path.sep).find((part) => Buffer.byteLength(part) > MAX_NAME_BYTES);
  return name === undefined
    ? `the path of ${Buffer.byteLength(absolute)} bytes is too long for the system`
    : `the name ${name.slice(0, 20)}… has ${Buffer.byteLength(name)} bytes; ${MAX_NAME_BYTES} are allowed`;
}

/** A folder and its ancestors, outermost first. */
function placesOf(absolute: string): string[] {
  const parent = path.dirname(absolute);
  return parent === absolute ? [absolute] : [...placesOf(parent), absolute];
}

/** Environment variable with folders, separated as in `PATH`, that links in experiments may point into. */
export const LINKED_FOLDERS_VARIABLE = 'POLYSEMANTICITY_LINKED_FOLDERS';

/**
 * Refuses to write through links that lead out of a folder: otherwise an experiment from elsewhere could
 * have its results written anywhere.
 * @param home the folder that is written into, or a link to it
 * @param place a path in it, which need not exist
 * @throws LabError (`storage`) that says where the link leads, and how to allow it
 */
export async function requireWithin(home: string, place: string): Promise<void> {
  const allowed = (process.env[LINKED_FOLDERS_VARIABLE] ?? '').split(path.delimiter);
  const homes = [home, ...allowed.filter((folder) => path.isAbsolute(folder))];
  const target = await targetOf(path.resolve(place));
  for (const folder of homes) {
    if (isWithin(await realpath(folder).catch(() => path.resolve(folder)), target)) return;
  }
  throw new LabError(
    'storage',
    `is a link to ${target}, outside of ${home}: nothing is written there. Put a folder in its place, ` +
      `or add the target to the environment variable ${LINKED_FOLDERS_VARIABLE}`,
    { file: place },
  );
}

/** Resolves all links in a path, whose last parts need not exist. */
async function targetOf(place: string, links = 0): Promise<string> {
  try {
    return await realpath(place);
  } catch (error) {
    const parent = path.dirname(place);
    if (parent === place || links > MAX_LINKS) throw storageError(error, place, 'follow the link');
    const link = await readlink(place).catch(() => undefined);
    if (link !== undefined) return targetOf(path.resolve(parent, link), links + 1);
    return path.join(await targetOf(parent, links), path.basename(place));
  }
}

const MAX_LINKS = 40;

function isWithin(folder: string, place: string): boolean {
  const between = path.relative(folder, place);
  return between !== '..' && !between.startsWith(`..${path.sep}`) && !path.isAbsolute(between);
}
