import { SpiceLabError } from '../../errors/index.ts';

/** The code of an operating system's error, such as `ENOENT`. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** What a user can do about an error of the file system at `path`. */
export function storeError(doing: string, path: string, thrown: unknown): SpiceLabError {
  const code = errnoOf(thrown);
  const details = { place: { file: path }, cause: thrown };
  const failed = (why: string, remedy: string): SpiceLabError =>
    new SpiceLabError('STORE_FAILED', `cannot ${doing}: ${why}`, { ...details, remedy });
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new SpiceLabError('STORE_FULL', `cannot ${doing}: the disk is full`, {
        ...details,
        remedy: 'Free some space and resume the run; what is finished is kept.',
      });
    case 'EACCES':
    case 'EPERM':
      return failed('permission denied', 'Choose a folder that you may write, or change its permissions.');
    case 'EROFS':
      return failed('the file system is read-only', 'Choose a folder on a disk that can be written.');
    case 'EFBIG':
      return new SpiceLabError('STORE_FULL', `cannot ${doing}: files may not become that large here`, {
        ...details,
        remedy: 'Raise the limit (`ulimit -f unlimited`) and resume the run; what is finished is kept.',
      });
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return new SpiceLabError('FILE_FAILED', `cannot ${doing}: a file stands where a folder is needed`, {
        ...details,
        remedy: 'Choose another folder, or move that file away.',
      });
    case 'ENOENT':
      return failed('no folder can be made there', 'Choose a folder on a disk of this machine.');
    case 'EMFILE':
    case 'ENFILE':
      return failed('too many open files', 'Raise the limit of open files (`ulimit -n 4096`).');
    default:
      return failed(
        thrown instanceof Error ? thrown.message : String(thrown),
        'See whether the disk is there and healthy, then resume the run.',
      );
  }
}
