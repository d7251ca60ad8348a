import { LabError } from '../../core/errors';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed here',
  EIO: 'the disk has failed to read or write',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
  EEXIST: 'something with this name exists already',
  ENOTEMPTY: 'the folder is not empty',
  ENAMETOOLONG: 'the path, or a name in it, is too long',
  ELOOP: 'there is a link in the path that leads in a circle, or that must not be followed',
  EINVAL: 'the file system does not support this name or operation',
  EBUSY: 'something else is using it',
  EXDEV: 'it would have to move to another disk',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENXIO: 'this is an unused pipe, socket or device, not a file',
  ENODEV: 'there is no such device',
  EAGAIN: 'this is not a regular file, and it has nothing to read yet',
};

/** An error of the file system in plain words, with the path. */
export function storageError(error: unknown, file: string, doing: string): LabError {
  if (error instanceof LabError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const explanation =
    EXPLANATIONS[code] ?? (error instanceof Error ? error.message : String(error));
  return new LabError('storage', `cannot ${doing}: ${explanation}`, { file }, { cause: error });
}
