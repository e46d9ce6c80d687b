import { SpiceLabError } from '../../errors/index.ts';
import type { Store } from '../../store.ts';
import { keyPrefix } from '../common/location.ts';
import type { StoreKind } from '../kind.ts';
import { openClient, type S3Options } from './client.ts';
import { S3Store } from './s3-store.ts';

/** Buckets of Amazon S3, and of whatever speaks its protocol. */
export const s3: StoreKind = {
  name: 's3',
  form: 's3://bucket/prefix',
  holds: (location) => /^s3:\/\//i.test(location),
  open: (location) => openS3Store(location),
};

/** Names of buckets, also the older ones with capitals and underscores. */
const LOCATION = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,254})(?:\/(.*))?$/i;

/**
 * A prefix in a bucket. Credentials, region and endpoint are found as every AWS tool finds them: environment, profile, role
 * of the machine or pod (`openClient`). Nothing is asked of the bucket yet.
 * @throws SpiceLabError OPTION_INVALID for what names no bucket, STORE_UNUSABLE where the SDK is not installed
 */
export async function openS3Store(location: string, options: S3Options = {}): Promise<Store> {
  const [, bucket, path = ''] = LOCATION.exec(location) ?? [];
  if (bucket === undefined)
    throw new SpiceLabError('OPTION_INVALID', `'${location}' names no bucket`, {
      remedy: 'Give s3://bucket/prefix; credentials belong into the environment or a profile.',
    });
  return new S3Store(await openClient(options), bucket, keyPrefix(location, path));
}
