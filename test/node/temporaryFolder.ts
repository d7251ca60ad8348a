import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A folder for each test of the suite that calls this, gone after it. Its name has a space and letters
 * beyond ASCII, as folders of people have.
 */
export function temporaryFolders(): { readonly folder: string } {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'Größe 数 '));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    get folder() {
      return folder;
    },
  };
}
