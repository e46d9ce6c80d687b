import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RolldownOptions, rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '..');
const WORKER = join(ROOT, 'dist', 'worker.mjs');

/** Builds `dist/worker.mjs` when a source is newer, so that tests run the worker that belongs to the sources. */
export async function setup(): Promise<void> {
  if (newest(join(ROOT, 'src')) <= modified(WORKER)) return;
  const draft = `${WORKER}~${process.pid}`;
  try {
    const { output, ...input } = await workerOptions();
    const build = await rolldown({ ...input, cwd: ROOT, logLevel: 'silent' });
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    await build.write({ ...output, file: draft });
    await build.close();
    renameSync(draft, WORKER);
  } catch (thrown) {
    // Most tests need no worker; those that do will say that it is missing or old.
    console.error(`dist/worker.mjs was not built: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

/** The entry of the project's own build, so that tests run what is published. */
async function workerOptions() {
  const url = pathToFileURL(join(ROOT, 'rolldown.config.mjs')).href;
  const { default: entries } = (await import(url)) as { default: RolldownOptions[] };
  for (const { output, ...input } of entries)
    if (output && !Array.isArray(output) && output.file?.endsWith('worker.mjs')) return { ...input, output };
  throw new Error('rolldown.config.mjs builds no worker.mjs');
}

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
      latest = Math.max(latest, modified(join(entry.parentPath, entry.name)));
  return latest;
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
