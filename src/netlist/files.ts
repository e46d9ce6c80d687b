import { readdir, readFile, stat } from 'node:fs/promises';

/** How the deck reader reaches files; the tests give it a closed set of them. Rejections carry Node's error `code`. */
export interface FileReader {
  /** Whole file. */
  read(path: string): Promise<Uint8Array>;
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>;
}

/** Bytes above which a file is refused before it is read. */
export const LARGEST_FILE = 256 * 1024 * 1024;

/** The file system of this machine. */
export const diskFiles: FileReader = {
  async read(path) {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) throw Object.assign(new Error(`${path} has ${size} bytes`), { code: 'EFBIG' });
    return readFile(path);
  },
  list: (folder) => readdir(folder),
};

/** A closed set of files in memory, by their `/`-separated paths. */
export function memoryFiles(files: Readonly<Record<string, string | Uint8Array>>): FileReader {
  return {
    async read(path) {
      const content = files[path.replaceAll('\\', '/')];
      if (content === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    async list(folder) {
      const prefix =
        folder === '.' || folder === '' ? '' : `${folder.replaceAll('\\', '/').replace(/\/$/, '')}/`;
      const names = Object.keys(files).filter((path) => path.startsWith(prefix));
      return [...new Set(names.map((path) => path.slice(prefix.length).split('/')[0]!))];
    },
  };
}
