import { posix, win32 } from 'node:path';

/** What the places of a shared library depend on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const TRIPLETS: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  riscv64: 'riscv64-linux-gnu',
  ppc64: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
  ia32: 'i386-linux-gnu',
};

/** Full paths at which ngspice's shared library usually is, most wanted first: what the user set up, then the system's. */
export function usualPlaces(around: Surroundings): string[] {
  const { join } = around.platform === 'win32' ? win32 : posix;
  const names = fileNames(around.platform);
  const folders = [...userFolders(around), ...systemFolders(around)];
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

function fileNames(platform: NodeJS.Platform): string[] {
  if (platform === 'win32') return ['ngspice.dll', 'libngspice-0.dll'];
  if (platform === 'darwin') return ['libngspice.0.dylib', 'libngspice.dylib'];
  return ['libngspice.so.0', 'libngspice.so'];
}

function userFolders({ platform, env, home }: Surroundings): string[] {
  const { CONDA_PREFIX } = env;
  if (platform === 'win32')
    return [
      ...(CONDA_PREFIX ? [win32.join(CONDA_PREFIX, 'Library', 'bin')] : []),
      ...split(env['PATH'] ?? env['Path'], ';'),
    ];
  return [
    ...split(env[platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'], ':'),
    ...(CONDA_PREFIX ? [posix.join(CONDA_PREFIX, 'lib')] : []),
    ...split(env['NIX_PROFILES'], ' ').map((profile) => posix.join(profile, 'lib')),
    posix.join(home, '.nix-profile', 'lib'),
    posix.join(home, '.local', 'lib'),
  ];
}

function systemFolders({ platform, arch, env }: Surroundings): string[] {
  if (platform === 'win32') {
    const drives = [env['SystemDrive'] ?? 'C:', env['ProgramFiles'] ?? 'C:\\Program Files'];
    return drives.flatMap((drive) =>
      ['dll-vs', 'dll-mingw', 'bin'].map((folder) => win32.join(`${drive}\\`, 'Spice64_dll', folder)),
    );
  }
  // Homebrew on Apple silicon, Homebrew on Intel, MacPorts
  if (platform === 'darwin') return ['/opt/homebrew/lib', '/usr/local/lib', '/opt/local/lib'];
  const triplet = TRIPLETS[arch];
  return [
    '/usr/local/lib',
    '/usr/local/lib64',
    ...(triplet ? [`/usr/lib/${triplet}`, `/lib/${triplet}`] : []),
    '/usr/lib64',
    '/usr/lib',
    '/run/current-system/sw/lib',
  ];
}

const split = (list: string | undefined, separator: string): string[] =>
  (list ?? '').split(separator).filter((entry) => entry !== '');

/** The path in the output of `ldconfig -p`, which knows folders that only the loader is told of. */
export function fromLoaderCache(listing: string): string | undefined {
  return /^\s*libngspice\.so\S*\s.*=>\s*(\S+)/m.exec(listing)?.[1];
}
