import type * as Sdk from '@aws-sdk/client-s3';
import { SpiceLabError } from '../../errors/index.ts';

export interface S3Options {
  /** Seconds without a byte after which an answer is given up. */
  readonly idleSeconds?: number | undefined;
}

export interface Client {
  readonly sdk: typeof Sdk;
  readonly s3: Sdk.S3Client;
}

/** The last that runs on Node 20. */
const INSTALL = 'npm install @aws-sdk/client-s3@3.1173.0';

const CONNECT_SECONDS = 10;
const IDLE_SECONDS = 60;
const MOST_SOCKETS = 64;

/**
 * A client as the environment describes it: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL for another service than Amazon's, AWS_REGION
 * or AWS_DEFAULT_REGION, AWS_PROFILE, AWS_MAX_ATTEMPTS, AWS_RETRY_MODE and the SDK's chain of credentials. Other services are
 * asked with the bucket in the path, unless SPICELAB_S3_ADDRESSING is `virtual`.
 * @throws SpiceLabError STORE_UNUSABLE where the SDK is not installed
 */
export async function openClient({ idleSeconds = IDLE_SECONDS }: S3Options): Promise<Client> {
  const sdk = await loadSdk();
  const { env } = process;
  const elsewhere = Boolean(env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']);
  const addressing = env['SPICELAB_S3_ADDRESSING'] ?? (elsewhere ? 'path' : 'virtual');
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || (elsewhere ? 'us-east-1' : undefined);
  const s3 = new sdk.S3Client({
    forcePathStyle: addressing === 'path',
    followRegionRedirects: true,
    ...(region ? { region } : {}),
    requestHandler: {
      connectionTimeout: CONNECT_SECONDS * 1000,
      socketTimeout: idleSeconds * 1000,
      httpAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MOST_SOCKETS },
    },
  });
  return { sdk, s3 };
}

async function loadSdk(): Promise<typeof Sdk> {
  // Node 20 is what this release is for, and its last SDK is pinned: the SDK's advice to leave it says nothing to a user.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new SpiceLabError('STORE_UNUSABLE', 's3:// needs the AWS SDK, which is not installed', {
      cause,
      remedy: `Install it beside spicelab: ${INSTALL}`,
    });
  }
}
