import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
const EVERYTHING = '*';
/** What several backends are made of. */
const SHARED = ['common', 'bridge', 'batch'];

/**
 * What each folder (or file directly below `src`) may import of the project, besides itself and `errors`.
 * One direction: deck -> study -> plan -> chunks -> parts -> run -> statistics -> report.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  expression: [],
  stats: [],
  waveform: ['expression'],
  plan: ['expression'],
  netlist: ['expression'],
  study: ['expression'],
  compile: ['study', 'netlist', 'plan', 'expression', 'waveform'],
  // contracts
  'engine.ts': ['plan'],
  'store.ts': [],
  'backend.ts': ['engine.ts', 'store.ts', 'protocol'],
  // what runs
  protocol: ['plan', 'engine.ts'],
  engines: ['protocol', 'plan', 'waveform', 'expression', 'engine.ts'],
  worker: ['protocol', 'plan', 'engines', 'engine.ts'],
  // a worker that takes its orders from a store
  'batch-worker': ['protocol', 'engine.ts', 'store.ts', 'stores', 'backends'],
  // how a cluster is spoken to, for what runs on it and what is kept on it
  kubernetes: [],
  stores: ['store.ts', 'kubernetes'],
  backends: ['backend.ts', 'engine.ts', 'store.ts', 'protocol', 'kubernetes'],
  run: ['plan', 'protocol', 'stats', 'cost', 'backend.ts', 'engine.ts', 'store.ts'],
  tune: ['study', 'plan', 'expression', 'stats', 'store.ts'],
  // the edge
  report: [EVERYTHING],
  server: [EVERYTHING],
  simulate: [EVERYTHING],
  'version.ts': [],
  cli: [EVERYTHING],
  'index.ts': [EVERYTHING],
};
/** Nothing below the edge may know these. */
const EDGE = new Set(['report', 'server', 'cli', 'index.ts', 'simulate']);
const EDGE_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  report: [],
  server: [],
  simulate: ['report'],
  cli: ['report', 'server', 'simulate'],
  'index.ts': ['report', 'simulate'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

const areaOf = (path: string): string => relative(SRC, path).split(/[\\/]/)[0]!;

function projectImports(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map(
    (match) => match[1]!,
  );
  return specifiers.map((specifier) => ({
    file: relative(SRC, path),
    from: areaOf(path),
    to: areaOf(resolve(dirname(path), specifier)),
  }));
}

const files = sourceFiles(SRC);
const imports = files.flatMap(projectImports);

describe('architecture', () => {
  it('every folder of src has an import rule', () => {
    expect([...new Set(files.map(areaOf))].filter((area) => !(area in ALLOWED))).toEqual([]);
  });

  it('data flows one way: no folder imports what its rule does not name', () => {
    const broken = imports.filter(({ from, to }) => {
      if (to === from || to === 'errors') return false;
      if (EDGE.has(to)) return !(EDGE_MAY_IMPORT[from] ?? []).includes(to);
      const allowed = ALLOWED[from] ?? [];
      return !allowed.includes(EVERYTHING) && !allowed.includes(to);
    });
    expect(broken.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  it('finds imports at all, so that the rule above can fail', () => {
    expect(imports).toContainEqual({ file: 'engine.ts', from: 'engine.ts', to: 'plan' });
  });

  it('a backend knows only the contracts and what backends share, and no other backend', () => {
    const backendOf = (file: string) => file.split(/[\\/]/)[1]!;
    const others = new Set(readdirSync(join(SRC, 'backends')).filter((name) => !SHARED.includes(name)));
    const crossing = files
      .filter((path) => areaOf(path) === 'backends' && backendOf(relative(SRC, path)) !== 'index.ts')
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/from\s+['"]\.\.\/([a-z-]+)\//g)].map(
          (match) => `${relative(SRC, path)} -> ${match[1]}`,
        ),
      )
      .filter((line) => others.has(line.split(' -> ')[1]!));
    expect(crossing).toEqual([]);
  });
});
