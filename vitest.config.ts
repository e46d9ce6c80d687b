import { defineConfig } from 'vitest/config';

/** What every commit is held to on a Kubernetes, in minutes. */
const ON_KUBERNETES = ['test/integration/kubernetes/{image,runs,faults}.test.ts'];

/** They want a quiet machine and its time: more of Kubernetes, and Ray clusters that come and go. */
const ON_CLUSTERS = [
  'test/integration/kubernetes/**/*.test.ts',
  'test/integration/ray/{conformance,faults}.test.ts',
];

/** On a machine that CI shares with others, a real cluster has a second chance; the log says which test took it. */
const RETRY = process.env['CI'] ? 1 : 0;

/**
 * `unit` needs only Node and npm; `integration` needs the programs that `.ci/run` installs (ngspice, Chromium, Python);
 * `kubernetes` needs a Kubernetes besides; `cluster` needs one, and a machine that has time.
 */
export default defineConfig({
  test: {
    // only what hangs takes so long, also on a machine where others are at work
    testTimeout: 180_000,
    hookTimeout: 180_000,
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
          retry: RETRY,
          globalSetup: 'test/build-worker.ts',
          include: ['test/integration/**/*.test.ts'],
          exclude: ON_CLUSTERS,
          pool: 'forks',
          // half of it waits: for clusters that start, for leases that end
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'kubernetes',
          retry: RETRY,
          globalSetup: 'test/build-worker.ts',
          include: ON_KUBERNETES,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          retry: RETRY,
          globalSetup: 'test/build-worker.ts',
          include: ON_CLUSTERS,
          exclude: ON_KUBERNETES,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
