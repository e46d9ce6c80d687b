import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How one process ended. */
export interface Ending {
  readonly kind: 'done' | 'timeout' | 'killed' | 'missing';
  readonly lines: readonly string[];
  /** What it wrote, by name; only what is there. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const MOST_OUTPUT = 256 * 2 ** 20;

/** Runs a deck in a private folder, which is gone afterwards. No shell sees anything of it. */
export async function runDeck(
  program: string,
  deck: string,
  files: readonly string[],
  seconds: number | undefined,
): Promise<Ending> {
  const folder = await mkdtemp(join(tmpdir(), 'spicelab-ngspice-'));
  try {
    await writeFile(join(folder, 'deck.cir'), deck, { mode: 0o600 });
    const { kind, output } = await execute(program, folder, seconds);
    const lines = output.split(/\r?\n/).filter((line) => line.trim() !== '');
    return { kind, lines, files: await readFiles(folder, files) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function execute(
  program: string,
  folder: string,
  seconds: number | undefined,
): Promise<{ kind: Ending['kind']; output: string }> {
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      timeout: seconds === undefined ? 0 : Math.ceil(seconds * 1000),
      killSignal: 'SIGKILL' as const,
      maxBuffer: MOST_OUTPUT,
      env: { ...process.env, NGSPICE_MEAS_PRECISION: '16' },
      windowsHide: true,
    };
    execFile(program, ['-n', '-b', 'deck.cir'], options, (error, stdout, stderr) => {
      resolve({ kind: endingOf(error), output: `${stderr}\n${stdout}` });
    });
  });
}

/** The exit code is no sign of anything: ngspice ends with 0 after failures and with 1 after successes. */
function endingOf(
  error: (Error & { killed?: boolean; signal?: unknown; code?: unknown }) | null,
): Ending['kind'] {
  if (!error) return 'done';
  if (error.code === 'ENOENT' || error.code === 'EACCES') return 'missing';
  if (error.killed) return 'timeout';
  return error.signal ? 'killed' : 'done';
}

async function readFiles(folder: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const name of names)
    try {
      found.set(name, await readFile(join(folder, name)));
    } catch {
      // the analysis failed: its absence is what tells
    }
  return found;
}
