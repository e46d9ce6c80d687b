import { defineConfig } from 'vitest/config';

/** `unit` needs only Node and npm; `integration` needs the programs that `.ci/run` installs (ngspice, Chromium, Python). */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // no machine code that an earlier test left
    env: { SPICELAB_CACHE: '' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          globalSetup: 'test/build-worker.ts',
          include: [
            'src/**/*.test.ts',
            'test/*.test.ts',
            'test/{conformance,command,bad-input}/**/*.test.ts',
          ],
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          globalSetup: 'test/build-worker.ts',
          include: ['test/integration/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
