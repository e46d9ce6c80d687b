import { afterAll, beforeAll, describe, it } from 'vitest';
import { openStore } from '../../../src/stores/index.ts';
import { storeConformance } from '../../conformance/store.ts';
import { BUCKET, S3_SERVERS, type S3Server, useServer } from './servers.ts';

/** Every place is a prefix of its own in one bucket. */
let places = 0;

for (const { name, start } of S3_SERVERS)
  describe(name, () => {
    let server: S3Server;
    beforeAll(async () => {
      server = await start();
      useServer(server.endpoint);
    });
    afterAll(() => server.stop());

    storeConformance(`s3 on ${name}`, async () => {
      const location = `s3://${BUCKET}/runs/${places++}`;
      return { open: () => openStore(location), remove: async () => {} };
    });
  });

if (S3_SERVERS.length === 0) it.skip('s3 needs a server: see .ci/run', () => {});
