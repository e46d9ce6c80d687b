import { rolldown } from 'rolldown';

/** Builds a module of `src` and what it imports into one file, for tests that need it in a process of its own. */
export async function bundle(entry: string, output: string): Promise<void> {
  const build = await rolldown({ input: entry, platform: 'node', external: ['koffi', 'eecircuit-engine'] });
  await build.write({ file: output, format: 'esm', codeSplitting: false });
  await build.close();
}
