import { homedir } from 'node:os';
import { posix } from 'node:path';
import { type Place, SpiceLabError } from '../errors/index.ts';
import type { FileReader } from './files.ts';

/** Variables of the environment that the paths of a deck may name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A folder or file: `path` opens it here, `label` tells it to others without this machine's folders. */
export interface NamedPath {
  readonly path: string;
  readonly label: string;
}

/** Where `ciel`, `volare`, `open_pdks` and the usual container images install PDKs. */
const USUAL_ROOTS = ['~/.ciel', '~/.volare', '/usr/local/share/pdk', '/usr/share/pdk', '/foss/pdks'];
/** Folders of a PDK that hold what decks name: the search path that the PDKs' own `.spiceinit` files set. */
const MODEL_FOLDERS = ['libs.tech/ngspice', 'libs.tech/ngspice/models', 'libs.tech/combined'];
const CELLS = 'libs.ref';
const OF_A_PDK = /^(sky130|gf180|sg13|sm141064|smbb|design\.ngspice|corner\w+\.lib)/i;

export const homeOf = ({ HOME, USERPROFILE }: Environment): string => HOME || USERPROFILE || homedir();

/** `~` is the home folder, `\` is `/`. */
export function expandHome(path: string, environment: Environment): string {
  const bare = path.replaceAll('\\', '/');
  return bare === '~' || bare.startsWith('~/') ? posix.join(homeOf(environment), bare.slice(1)) : bare;
}

/** The folders that relative names are looked for in, besides those of the deck; none unless `PDK_ROOT` and `PDK` are set. */
export function pdkFolders(environment: Environment, files: FileReader): Promise<NamedPath[]> {
  const { PDK_ROOT: root, PDK: pdk } = environment;
  if (!root || !pdk) return Promise.resolve([]);
  return foldersOf({ path: `${expandHome(root, environment)}/${pdk}`, label: '$PDK_ROOT/$PDK' }, files);
}

async function foldersOf(pdk: NamedPath, files: FileReader): Promise<NamedPath[]> {
  const cells = await namesIn(`${pdk.path}/${CELLS}`, files);
  const below = [...MODEL_FOLDERS, ...cells.map((library) => `${CELLS}/${library}/spice`)];
  return below.map((folder) => ({ path: `${pdk.path}/${folder}`, label: `${pdk.label}/${folder}` }));
}

/** An error that says which variable is not set and what to type. */
export async function variableUnset(
  name: string,
  written: string,
  place: Place,
  environment: Environment,
  files: FileReader,
): Promise<SpiceLabError> {
  return new SpiceLabError('INCLUDE_MISSING', `the deck names ${written}, but ${name} is not set`, {
    place,
    remedy: await remedyFor(name, written, environment, files),
  });
}

async function remedyFor(
  name: string,
  written: string,
  environment: Environment,
  files: FileReader,
): Promise<string> {
  if (name !== 'PDK' && name !== 'PDK_ROOT')
    return `Set it before the command, as in: export ${name}=FOLDER. Or write the path out in the deck.`;
  const installed = await installedPdks(environment, files);
  const rest = written.replace(/^\$\{?\w+\}?\//, '');
  const named = installed.filter(({ pdk }) => rest.startsWith(`${pdk}/`));
  const fitting = named.length > 0 ? named : installed;
  if (fitting.length > 0)
    return `Type ${fitting.slice(0, 3).map(exportLine).join(' or ')} before the command.`;
  return name === 'PDK'
    ? 'Type export PDK=NAME before the command, with the name of a folder in PDK_ROOT such as sky130A or gf180mcuD.'
    : 'Type export PDK_ROOT=FOLDER before the command, with the folder that holds sky130A or gf180mcuD: ciel installs into ~/.ciel, volare into ~/.volare.';
}

/** What to type so that a relative name is found in a PDK that is installed here; `undefined` where none has it. */
export async function pdkRemedy(
  name: string,
  environment: Environment,
  files: FileReader,
): Promise<string | undefined> {
  for (const installed of await installedPdks(environment, files)) {
    const folders = await foldersOf({ path: installed.path, label: '' }, files);
    const found = await Promise.all(
      folders.map(async ({ path }) =>
        (await namesIn(posix.join(path, posix.dirname(name)), files)).includes(posix.basename(name)),
      ),
    );
    if (found.includes(true))
      return `It is in ${installed.root}/${installed.pdk}: type ${exportLine(installed)} before the command.`;
  }
  if (environment['PDK_ROOT'] && environment['PDK']) return undefined;
  return OF_A_PDK.test(posix.basename(name))
    ? 'Models of an open PDK are found once it is known where it is: type export PDK_ROOT=FOLDER PDK=NAME before the command, such as PDK_ROOT=~/.ciel PDK=sky130A.'
    : undefined;
}

interface InstalledPdk {
  readonly root: string;
  readonly pdk: string;
  readonly path: string;
}

async function installedPdks(environment: Environment, files: FileReader): Promise<InstalledPdk[]> {
  const set = environment['PDK_ROOT'];
  const found = await Promise.all(
    (set ? [set] : USUAL_ROOTS).map(async (root) => {
      const folder = expandHome(root, environment);
      const names = (await namesIn(folder, files)).filter((name) => !name.startsWith('.')).sort();
      const pdks = await Promise.all(
        names.map(async (pdk) => ({
          root,
          pdk,
          path: `${folder}/${pdk}`,
          is: (await namesIn(`${folder}/${pdk}`, files)).includes('libs.tech'),
        })),
      );
      return pdks.filter(({ is }) => is);
    }),
  );
  return found.flat();
}

const exportLine = ({ root, pdk }: InstalledPdk) => `export PDK_ROOT=${root} PDK=${pdk}`;

async function namesIn(folder: string, files: FileReader): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch {
    return [];
  }
}
