import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';
import { licenses } from './rolldown.licenses.mjs';

const pkg = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const define = { __SPICELAB_VERSION__: JSON.stringify(pkg.version) };
const node = { platform: 'node', transform: { define }, plugins: [licenses()] };

/** Binaries, 40 MB of WebAssembly, what loads code by itself, and what a user installs who wants it. All else is bundled: to find and read it in a hundred files takes a command longer than to start. */
const apart = ['koffi', 'eecircuit-engine', 'jiti', '@aws-sdk/client-s3', '@kubernetes/client-node'];

/** Half of a short command is spent on reading its code: without comments that is a quarter less, and lines stay lines. */
const comments = { legal: false, annotation: true, jsdoc: false };

/** The library and the command share chunks; the worker is one file, so that it can be carried to other machines. */
export default defineConfig([
  {
    ...node,
    input: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
    external: apart,
    output: {
      dir: 'dist',
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: 'shared/[name]-[hash].mjs',
      cleanDir: true,
      comments,
    },
  },
  /** What the report draws itself with, inlined into every report. */
  {
    platform: 'browser',
    input: 'src/report/page/main.ts',
    output: { file: 'dist/report-page.js', format: 'iife', minify: true, codeSplitting: false },
    plugins: [
      licenses(),
      {
        name: 'page-style',
        buildEnd() {
          mkdirSync('dist', { recursive: true });
          copyFileSync('src/report/page/page.css', 'dist/report-page.css');
        },
      },
    ],
  },
  {
    ...node,
    input: 'src/worker/main.ts',
    external: apart,
    output: { file: 'dist/worker.mjs', format: 'esm', codeSplitting: false, comments },
  },
]);
