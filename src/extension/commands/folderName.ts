import { invalid, show } from '../../core/errors';

/** Names that Windows keeps for devices. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** Bytes that the common file systems allow for one name. */
const MOST_BYTES = 255;

/**
 * The name of the folder of an experiment: its own, with what file systems or paths give a meaning to
 * left out.
 * @throws LabError when nothing is left, or more than a file system takes
 */
export function folderName(name: string): string {
  const kept = name
    .replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ')
    .replace(/\s+/g, ' ')
    // Windows drops them, and what begins with a dot is hidden.
    .replace(/^[. ]+|[. ]+$/g, '');
  if (kept === '' || DEVICES.test(kept)) {
    throw invalid(`${show(name)} cannot be the name of a folder`, { field: 'name' });
  }
  const { length } = new TextEncoder().encode(kept);
  if (length > MOST_BYTES) {
    throw invalid(`the name takes ${length} bytes; a folder's name may have ${MOST_BYTES}`, {
      field: 'name',
    });
  }
  return kept;
}
