import { describe, expect, it } from 'vitest';
import { fromLoaderCache, type Surroundings, usualPlaces } from './places.ts';

const around = (changes: Partial<Surroundings>): Surroundings => ({
  platform: 'linux',
  arch: 'x64',
  env: {},
  home: '/home/me',
  ...changes,
});

describe('usualPlaces', () => {
  it.each([
    ['Debian and Ubuntu', {}, '/usr/lib/x86_64-linux-gnu/libngspice.so.0'],
    ['Debian on ARM', { arch: 'arm64' }, '/usr/lib/aarch64-linux-gnu/libngspice.so.0'],
    ['Fedora', {}, '/usr/lib64/libngspice.so.0'],
    ['built by hand', {}, '/usr/local/lib/libngspice.so'],
    ['a Nix profile', {}, '/home/me/.nix-profile/lib/libngspice.so.0'],
    ['conda', { env: { CONDA_PREFIX: '/opt/env' } }, '/opt/env/lib/libngspice.so.0'],
    ['Homebrew on Apple silicon', { platform: 'darwin' }, '/opt/homebrew/lib/libngspice.dylib'],
    ['Homebrew on Intel', { platform: 'darwin' }, '/usr/local/lib/libngspice.dylib'],
    ['MacPorts', { platform: 'darwin' }, '/opt/local/lib/libngspice.0.dylib'],
    ['Windows', { platform: 'win32', env: {} }, 'C:\\Spice64_dll\\dll-vs\\ngspice.dll'],
    ['Windows, on the PATH', { platform: 'win32', env: { Path: 'D:\\ng;E:\\x' } }, 'D:\\ng\\ngspice.dll'],
  ] as const)('looks where %s puts it', (_, changes, path) => {
    expect(usualPlaces(around(changes as Partial<Surroundings>))).toContain(path);
  });

  it('prefers what the user set up to what the system has', () => {
    const places = usualPlaces(around({ env: { LD_LIBRARY_PATH: '/mine', CONDA_PREFIX: '/opt/env' } }));
    expect(places[0]).toBe('/mine/libngspice.so.0');
    const conda = places.indexOf('/opt/env/lib/libngspice.so.0');
    expect(conda).toBeLessThan(places.indexOf('/usr/lib/libngspice.so.0'));
  });
});

describe('fromLoaderCache', () => {
  it('finds the path in the listing of ldconfig', () => {
    const listing =
      '\tlibnfs.so.13 (libc6) => /lib/libnfs.so.13\n\tlibngspice.so.0 (libc6,x86-64) => /odd/libngspice.so.0\n';
    expect(fromLoaderCache(listing)).toBe('/odd/libngspice.so.0');
    expect(fromLoaderCache('nothing of the kind')).toBeUndefined();
  });
});
