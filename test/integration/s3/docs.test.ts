import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, it } from 'vitest';
import { blocksOf, ROOT, RUNNERS, runBlocks, workFolder } from '../../code-blocks.ts';
import { S3_SERVERS, useServer } from './servers.ts';

const PAGE = 'docs/stores.md';

describe.skipIf(S3_SERVERS.length === 0)('the guide to stores', () => {
  it('does what it says', async () => {
    const server = await S3_SERVERS[0]!.start();
    const folder = await workFolder();
    try {
      useServer(server.endpoint);
      await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'my-bucket' }));
      const blocks = blocksOf(await readFile(join(ROOT, PAGE), 'utf8'));
      const ofS3 = blocks.filter(({ language }) => language === 'sh s3');
      await runBlocks(PAGE, ofS3, folder, { 'sh s3': RUNNERS['sh']! });
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
