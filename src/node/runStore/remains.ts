import { access, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ownerOf, removeLocks } from './lock';
import { LEGS_FOLDER, RUN_FILE, STARTED_FILE } from './paths';

/** Removes what a finished run no longer needs. */
export async function removeRemains(folder: string): Promise<void> {
  await rm(path.join(folder, LEGS_FOLDER), { recursive: true, force: true });
  await rm(path.join(folder, STARTED_FILE), { force: true });
}

/** Runs that were killed right after they were finished may have left files. */
export async function removeAllRemains(runs: string): Promise<void> {
  for (const entry of await readdir(runs, { withFileTypes: true })) {
    // Behind a link the run may be anybody's.
    if (!entry.isDirectory()) continue;
    const folder = path.join(runs, entry.name);
    const isRun = await access(path.join(folder, RUN_FILE)).then(
      () => true,
      () => false,
    );
    if (!isRun) continue;
    try {
      if (await ownerOf(folder)) continue;
      await removeRemains(folder);
      await removeLocks(folder);
    } catch {
      // They do no harm.
    }
  }
}
