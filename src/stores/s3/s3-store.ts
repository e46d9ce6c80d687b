import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { SpiceLabError } from '../../errors/index.ts';
import type { Store, StoredObject } from '../../store.ts';
import type { KeyPrefix } from '../common/location.ts';
import { PassingFault, Retries } from '../common/retry.ts';
import { isSame } from '../common/same.ts';
import { checkAfter, checkKey, checkPrefix, isKey } from '../keys.ts';
import type { Client } from './client.ts';
import { failureOf, faultOf, isAbsent, isThere, isUploadGone } from './faults.ts';
import { putInPieces } from './multipart.ts';

/** From here on an object is sent in pieces, side by side, and a piece that is lost is sent alone again. */
const LARGE_BYTES = 16 * 2 ** 20;

/** Objects of one bucket below a prefix. Each verb is one request, but for large objects and listings. */
export class S3Store implements Store {
  readonly location: string;
  readonly #retries = new Retries();

  constructor(
    private readonly client: Client,
    private readonly bucket: string,
    private readonly prefix: KeyPrefix,
  ) {
    this.location = `s3://${bucket}/${prefix}`.replace(/\/$/, '');
  }

  async read(key: string): Promise<Uint8Array | undefined> {
    const { sdk, s3 } = this.client;
    const input = this.#object(key);
    return this.#do(`read ${key}`, async () => {
      const found = await orAbsent(s3.send(new sdk.GetObjectCommand(input)));
      if (!found?.Body) return undefined;
      const bytes = await found.Body.transformToByteArray().catch((cause: unknown) => {
        throw new PassingFault(failureOf(cause).message);
      });
      if (found.ContentLength !== undefined && found.ContentLength !== bytes.length)
        throw new PassingFault(`${bytes.length} of ${found.ContentLength} bytes came`);
      return bytes;
    });
  }

  async writeOnce(key: string, bytes: Uint8Array): Promise<boolean> {
    const input = this.#object(key);
    if (bytes.length >= LARGE_BYTES && (await this.has(key))) return false;
    return this.#do(`write ${key}`, async (earlier) => {
      try {
        await this.#put(input, bytes);
        return true;
      } catch (thrown) {
        const failure = failureOf(thrown);
        if (!isThere(failure) && !isUploadGone(failure)) throw thrown;
        // The SDK may have tried before, and that attempt may have come to effect.
        const again = earlier > 0 || failure.attempts > 1;
        const isOwn = again && isSame(await this.read(key), bytes);
        if (isOwn || isThere(failure)) return isOwn;
        throw new PassingFault('the upload was ended by somebody');
      }
    });
  }

  async has(key: string): Promise<boolean> {
    const { sdk, s3 } = this.client;
    const input = this.#object(key);
    return this.#do(
      `look for ${key}`,
      async () => (await orAbsent(s3.send(new sdk.HeadObjectCommand(input)))) !== undefined,
    );
  }

  async *list(prefix: string, after = ''): AsyncGenerator<StoredObject> {
    checkPrefix(prefix);
    checkAfter(after);
    const { sdk, s3 } = this.client;
    const cut = this.prefix.length;
    let token: string | undefined;
    do {
      const page = await this.#do('list what is stored', () =>
        s3.send(
          new sdk.ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: this.prefix + prefix,
            ...(after ? { StartAfter: this.prefix + after } : {}),
            ...(token ? { ContinuationToken: token } : {}),
          }),
        ),
      );
      for (const { Key, Size = 0 } of page.Contents ?? []) {
        const key = Key?.slice(cut) ?? '';
        if (isKey(key) && key > after) yield { key, size: Size };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async delete(key: string): Promise<void> {
    const { sdk, s3 } = this.client;
    const input = this.#object(key);
    await this.#do(`delete ${key}`, () => orAbsent(s3.send(new sdk.DeleteObjectCommand(input))));
  }

  #object(key: string): { readonly Bucket: string; readonly Key: string } {
    checkKey(key);
    return { Bucket: this.bucket, Key: this.prefix + key };
  }

  async #put(object: { readonly Bucket: string; readonly Key: string }, bytes: Uint8Array): Promise<void> {
    const { sdk, s3 } = this.client;
    if (bytes.length >= LARGE_BYTES) return putInPieces(this.client, object, bytes);
    const input: PutObjectCommandInput = { ...object, Body: bytes, IfNoneMatch: '*' };
    await s3.send(new sdk.PutObjectCommand(input));
  }

  /** @throws SpiceLabError */
  async #do<T>(doing: string, attempt: (earlier: number) => Promise<T>): Promise<T> {
    try {
      return await this.#retries.run(async (earlier) => {
        try {
          const answer = await attempt(earlier);
          this.#retries.heard();
          return answer;
        } catch (thrown) {
          if (failureOf(thrown).status !== undefined) this.#retries.heard();
          if (thrown instanceof PassingFault || thrown instanceof SpiceLabError) throw thrown;
          throw faultOf(doing, this.location, this.bucket, thrown);
        }
      });
    } catch (thrown) {
      if (!(thrown instanceof PassingFault)) throw thrown;
      throw new SpiceLabError('STORE_FAILED', `cannot ${doing} in ${this.location}: ${thrown.message}`, {
        cause: thrown.cause,
        remedy: this.#retries.known
          ? 'See whether the bucket can be reached, then resume the run; what is finished is kept.'
          : 'See whether AWS_REGION and AWS_ENDPOINT_URL_S3 are right, and whether it can be reached from here.',
      });
    }
  }
}

/** Nothing where the object is not there. */
async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (thrown) {
    if (isAbsent(failureOf(thrown))) return undefined;
    throw thrown;
  }
}
