import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SpiceLabError, toSpiceLabError } from '../../errors/index.ts';
import type { BackendFound } from '../kind.ts';

const LEAST_PYTHON = '3.10';
const PROBE_MILLISECONDS = 30_000;

/** The Python to use: the one that was named, SPICELAB_PYTHON, that of an active environment, `python3`. */
export function choosePython(named?: string, environment: NodeJS.ProcessEnv = process.env): string {
  const program = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  const active = [environment['VIRTUAL_ENV'], environment['CONDA_PREFIX']]
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => join(folder!, program))
    .find((candidate) => existsSync(candidate));
  return named || environment['SPICELAB_PYTHON'] || active || 'python3';
}

/** Says for `doctor` whether the Python that would be used has a package, and how to get it. */
export async function examinePython(name: string, requirement: string): Promise<BackendFound> {
  const python = choosePython();
  try {
    const { program, version, packages } = await probePython(python, [name]);
    const install = `${program} -m pip install "${requirement}"`;
    if (packages[name] === undefined) return { found: false, text: `not found (to have it: ${install})` };
    return { found: true, text: `${packages[name]}, Python ${version}`, where: program };
  } catch (thrown) {
    const { message, remedy } = toSpiceLabError(thrown);
    return { found: false, text: `not found: ${message}. ${remedy}` };
  }
}

/** What a Python has of what the bridge needs; a version is undefined where the package is missing. */
interface PythonFound {
  readonly program: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, string | undefined>>;
}

const PROBE = `
import importlib.metadata, json, platform, sys
def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
print(json.dumps({"program": sys.executable, "version": platform.python_version(),
    "packages": {name: version(name) for name in sys.argv[1:]}}))
`;

/** Asks a Python for its version and those of packages. @throws SpiceLabError BACKEND_UNUSABLE where it cannot be run */
async function probePython(python: string, packages: readonly string[]): Promise<PythonFound> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', PROBE, ...packages], {
      timeout: PROBE_MILLISECONDS,
    });
    const found = JSON.parse(stdout) as PythonFound & { packages: Record<string, string | null> };
    const versions = Object.entries(found.packages).map(([name, version]) => [name, version ?? undefined]);
    return { ...found, packages: Object.fromEntries(versions) };
  } catch (cause) {
    throw noPython(python, cause);
  }
}

export function noPython(python: string, cause?: unknown): SpiceLabError {
  return new SpiceLabError('BACKEND_UNUSABLE', `the Python '${python}' cannot be run`, {
    cause,
    remedy: `Install Python ${LEAST_PYTHON} or newer, or name one by --python or SPICELAB_PYTHON.`,
  });
}

/**
 * The folder with the bridge's package, which comes with this installation.
 * @throws SpiceLabError BACKEND_FAILED when there is none
 */
export function bridgeFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'python');
    if (existsSync(join(candidate, 'spicelab_bridge', '__main__.py'))) return candidate;
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new SpiceLabError('BACKEND_FAILED', 'the bridge to Python is not part of this installation', {
    remedy: 'Install spicelab again.',
  });
}
