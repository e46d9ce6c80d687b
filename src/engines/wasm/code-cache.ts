import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { NativeCode } from './native-code.ts';
import type { CompiledModule } from './web-assembly.ts';

/** The machine code that V8 made of a WebAssembly, kept between processes; nothing of it is needed but time. */
export interface CodeCache {
  /** A module with the code that was kept; `undefined` where there is none for this V8, this processor and these bytes. */
  load(): CompiledModule | undefined;
  /** Keeps the code of a module that has run for a while, where it is more than what is kept. */
  save(module: CompiledModule): void;
}

/** Names another folder; empty for none. */
const FOLDER_VARIABLE = 'SPICELAB_CACHE';
const DIGEST_BYTES = 32;
/** V8 goes on optimising for ever: less than a tenth more is not worth a file. */
const WORTHWHILE = 1.1;

/**
 * @param folder where files of this user's own may be; `undefined` keeps nothing
 * @param code `undefined` where V8 has no such functions
 */
export function openCodeCache(
  bytes: Uint8Array,
  folder: string | undefined,
  code: NativeCode | undefined,
): CodeCache {
  if (folder === undefined || !code) return { load: () => undefined, save: () => undefined };
  const made = createHash('sha256').update(bytes).update(`${process.versions.v8} ${process.arch}`);
  const file = join(folder, `ngspice-${made.digest('hex').slice(0, 16)}.code`);
  let kept = 0;
  return {
    load() {
      const found = readOwn(file);
      const body = found && intact(found);
      const module = body && code.deserialize(body, bytes);
      if (module) kept = body.byteLength;
      return module;
    },
    save(module) {
      const body = new Uint8Array(code.serialize(module));
      if (body.length > kept * WORTHWHILE) write(folder, file, body);
    },
  };
}

/** Where a user's programs keep what they can do without. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env[FOLDER_VARIABLE];
  if (named !== undefined) return named === '' ? undefined : named;
  return join(usualFolder(env), 'spicelab');
}

function usualFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
}

/** A file that this user has written: what is in it will be executed. */
function readOwn(file: string): Buffer | undefined {
  return attempt(() => {
    const descriptor = openSync(file, 'r');
    try {
      const own = process.getuid === undefined || fstatSync(descriptor).uid === process.getuid();
      return own ? readFileSync(descriptor) : undefined;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** V8 looks at the head of what it is given only; the rest it believes. */
function intact(found: Buffer): ArrayBuffer | undefined {
  const body = found.subarray(DIGEST_BYTES);
  if (!digestOf(body).equals(found.subarray(0, DIGEST_BYTES))) return undefined;
  return new Uint8Array(body).buffer;
}

const digestOf = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest();

/** In one step; a folder that cannot be written to costs a second per worker, nothing else. */
function write(folder: string, file: string, body: Uint8Array): void {
  const half = `${file}.${randomUUID()}`;
  attempt(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    attempt(() => {
      writeFileSync(half, Buffer.concat([digestOf(body), body]), { mode: 0o600 });
      renameSync(half, file);
    });
    rmSync(half, { force: true });
  });
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
