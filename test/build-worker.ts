import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputOptions, type RolldownOptions, rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '..');

/** Builds the files of `dist` that stand alone (the worker, the report's page) when a source is newer, so that tests run what belongs to the sources. */
export async function setup(): Promise<void> {
  const sources = newest(join(ROOT, 'src'));
  for (const options of await standalone()) {
    const target = join(ROOT, options.output.file);
    if (sources > modified(target)) await buildInto(target, options);
  }
}

type Standalone = RolldownOptions & { readonly output: OutputOptions & { readonly file: string } };

/** The entries of the project's own build, so that tests run what is published. */
async function standalone(): Promise<Standalone[]> {
  const url = pathToFileURL(join(ROOT, 'rolldown.config.mjs')).href;
  const { default: entries } = (await import(url)) as { default: RolldownOptions[] };
  return entries.filter(
    (entry): entry is Standalone =>
      entry.output !== undefined && !Array.isArray(entry.output) && entry.output.file !== undefined,
  );
}

async function buildInto(target: string, { output, ...input }: Standalone): Promise<void> {
  const draft = `${target}~${process.pid}`;
  try {
    const build = await rolldown({ ...input, cwd: ROOT, logLevel: 'silent' });
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    await build.write({ ...output, file: draft });
    await build.close();
    renameSync(draft, target);
  } catch (thrown) {
    // Most tests need neither; those that do will say that it is missing or old.
    console.error(`${target} was not built: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile() && /\.(ts|css)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
      latest = Math.max(latest, modified(join(entry.parentPath, entry.name)));
  return latest;
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
