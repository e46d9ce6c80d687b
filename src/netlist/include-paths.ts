import { isAbsolute, normalize, posix } from 'node:path';
import type { Place } from '../errors/index.ts';
import { decodeText } from './decode.ts';
import type { FileReader } from './files.ts';
import { type Environment, expandHome, homeOf, type NamedPath, pdkFolders, variableUnset } from './pdk.ts';

/** `${NAME}`, and at the start of a word between slashes `$NAME` or Tcl's `$::NAME`. */
const VARIABLE = /\$\{(\w+)\}|(?<=^|\/)\$(?:::)?(\w+)/g;

/** What the schematic editor of the open PDKs calls their folders, where it did not write them out. */
const EDITOR_FOLDERS: Readonly<Record<string, string>> = {
  SKYWATER_MODELS: '$PDK_ROOT/$PDK/libs.tech/ngspice',
  SKYWATER_STDCELLS: '$PDK_ROOT/$PDK/libs.ref/sky130_fd_sc_hd/spice',
  '180MCU_MODELS': '$PDK_ROOT/$PDK/libs.tech/ngspice',
  '180MCU_STDCELLS': '$PDK_ROOT/$PDK/libs.ref/gf180mcu_fd_sc_mcu7t5v0/spice',
};

export interface IncludeRequest {
  /** As the deck has it, quotes off. */
  readonly written: string;
  readonly place: Place;
  /** The file that asks for it. */
  readonly from: NamedPath;
  readonly deckFolder: string;
  readonly environment: Environment;
}

/** Whether a path names variables, the home folder or another absolute place. */
const isPlaced = (path: string) => isAbsolute(path) || /^[a-z]:\//i.test(path);

/**
 * Where a file that a deck asks for may lie, in the order of looking: beside the file that asks, beside the deck, on the
 * search path of the deck's or the user's `.spiceinit`, in the folders of the PDK. The later ones are found out only when
 * they are needed.
 * @throws SpiceLabError INCLUDE_MISSING for a variable that is not set
 */
export async function* candidatesOf(request: IncludeRequest, files: FileReader): AsyncGenerator<NamedPath> {
  const { from, deckFolder, environment } = request;
  const written = inWords(request.written, environment);
  const path = expandHome(await expandVariables(written, request, files), environment);
  const plain = slashes(written);
  if (isPlaced(path)) {
    yield {
      path: normalize(path),
      label: plain === path ? labelOf(path, environment) : posix.normalize(plain),
    };
    return;
  }
  const name = { path, label: plain };
  yield inFolder({ path: posix.dirname(slashes(from.path)), label: posix.dirname(from.label) }, name);
  yield inFolder({ path: deckFolder, label: '.' }, name);
  for (const folder of await sourcePath(deckFolder, environment, files)) yield inFolder(folder, name);
  for (const folder of await pdkFolders(environment, files)) yield inFolder(folder, name);
}

const slashes = (path: string) => path.replaceAll('\\', '/');

/** @param name of the file, and how the deck has it */
const inFolder = (folder: NamedPath, name: NamedPath): NamedPath => ({
  path: normalize(posix.join(slashes(folder.path) || '.', name.path)),
  label: posix.join(folder.label, name.label),
});

/** In the words of `PDK_ROOT` and `PDK` what the editor calls their folders, and variables without Tcl's colons. */
const inWords = (written: string, environment: Environment): string =>
  written.replace(VARIABLE, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare!;
    const plain = whole.replace('$::', '$');
    return environment[name] ? plain : (EDITOR_FOLDERS[name] ?? plain);
  });

async function expandVariables(written: string, request: IncludeRequest, files: FileReader): Promise<string> {
  const { environment, place } = request;
  const missing = unsetIn(written, environment);
  if (missing !== undefined) throw await variableUnset(missing, written, place, environment, files);
  return valuesOf(written, environment);
}

/** The first variable of a path that is not set. */
const unsetIn = (written: string, environment: Environment): string | undefined =>
  [...written.matchAll(VARIABLE)]
    .map(([, braced, bare]) => braced ?? bare!)
    .find((name) => !environment[name]);

const valuesOf = (written: string, environment: Environment): string =>
  written.replace(
    VARIABLE,
    (_, braced: string | undefined, bare: string | undefined) => environment[braced ?? bare!] ?? '',
  );

/** An absolute path as a plan spells it: from the PDK's root or the home folder on where it lies there. */
export function labelOf(path: string, environment: Environment): string {
  const plain = posix.normalize(slashes(path));
  const roots: [string | undefined, string][] = [
    [environment['PDK_ROOT'], '$PDK_ROOT'],
    [homeOf(environment), '~'],
  ];
  for (const [root, label] of roots) {
    if (!root) continue;
    const prefix = `${posix.normalize(expandHome(root, environment)).replace(/\/$/, '')}/`;
    if (prefix !== '/' && plain.startsWith(prefix)) return `${label}/${plain.slice(prefix.length)}`;
  }
  return plain;
}

const SOURCE_PATH = /^\s*set(?:cs)?\s+sourcepath\s*=\s*\(([^)]*)\)/gim;

/** Folders of `set sourcepath = ( … )` in the `.spiceinit` beside the deck, else in the home folder, as ngspice reads them. */
async function sourcePath(
  deckFolder: string,
  environment: Environment,
  files: FileReader,
): Promise<NamedPath[]> {
  for (const folder of [slashes(deckFolder) || '.', homeOf(environment)]) {
    const text = await textOf(posix.join(folder, '.spiceinit'), files);
    if (text === undefined) continue;
    const words = [...text.matchAll(SOURCE_PATH)].flatMap(
      ([, list]) => list!.match(/"[^"]*"|'[^']*'|\S+/g) ?? [],
    );
    return words.flatMap((word) => folderOf(word.replace(/^(["'])(.*)\1$/, '$2'), environment));
  }
  return [];
}

/** None for one of unknown variables, such as ngspice's own `$sourcepath`, and for those that are relative to somewhere else. */
function folderOf(written: string, environment: Environment): NamedPath[] {
  if (unsetIn(written, environment) !== undefined) return [];
  const path = expandHome(valuesOf(written, environment), environment);
  if (!isPlaced(path)) return [];
  const label = labelOf(path, environment);
  // a folder that only this machine's .spiceinit names is no business of others
  return [{ path, label: isPlaced(label) ? '.' : label }];
}

async function textOf(path: string, files: FileReader): Promise<string | undefined> {
  try {
    return decodeText(await files.read(path), path);
  } catch {
    return undefined;
  }
}
