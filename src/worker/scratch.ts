import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Goes to a folder of this user's own among the temporary ones: simulators write logs where they stand (BSIM3 its
 * `b3v33check.log`), and the user's folder is no place for them. Stays where it is if there can be no such folder.
 */
export function leaveUsersFolder(): void {
  const user = process.getuid?.() ?? 'user';
  const folder = join(tmpdir(), `spicelab-${user}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Someone else's folder of that name might hold links to what they want overwritten.
    const found = lstatSync(folder);
    if (found.isDirectory() && (user === 'user' || found.uid === user)) process.chdir(folder);
  } catch {
    // a log in the user's folder is a lesser evil than no simulation
  }
}

/** A path as it was meant in the folder that was left; a bare name is looked up elsewhere and stays. */
export function fromUsersFolder(path: string, usersFolder: string): string {
  const isBare = !/[\\/]/.test(path);
  return isBare || isAbsolute(path) ? path : resolve(usersFolder, path);
}
