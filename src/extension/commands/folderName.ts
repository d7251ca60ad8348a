import { counted } from '../../core/counted';
import { invalid, show } from '../../core/errors';

/** Names that Windows reserves for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** The longest file name, in bytes, that common file systems allow. */
const MAX_BYTES = 255;

/**
 * Derives the name of an experiment's folder from its name by removing characters that are special in paths or file
 * systems.
 * @throws LabError if the result is empty, reserved or too long
 */
export function folderName(name: string): string {
  const kept = name
    .replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ')
    .replace(/\s+/g, ' ')
    // Windows drops trailing dots and spaces, and a leading dot hides the folder.
    .replace(/^[. ]+|[. ]+$/g, '');
  if (kept === '' || DEVICES.test(kept)) {
    throw invalid(`${show(name)} is not a valid folder name`, { field: 'name' });
  }
  const { length } = new TextEncoder().encode(kept);
  if (length > MAX_BYTES) {
    throw invalid(
      `the name has ${counted(length, 'byte')}; a folder name may have at most ${MAX_BYTES}`,
      {
        field: 'name',
      },
    );
  }
  return kept;
}
