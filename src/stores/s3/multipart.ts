import type { Client } from './client.ts';
import { failureOf } from './faults.ts';

/** S3 takes pieces from 5 MiB on, and 10,000 of them. */
const PIECE_BYTES = 8 * 2 ** 20;
const MOST_PIECES = 10_000;
const AT_A_TIME = 4;

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Sends an object in pieces and puts them together on the condition that there is none yet. An upload that fails leaves no
 * pieces behind.
 * @throws what the SDK throws: PreconditionFailed where there is an object
 */
export async function putInPieces(client: Client, object: ObjectName, bytes: Uint8Array): Promise<void> {
  const { sdk, s3 } = client;
  // Pieces come with a checksum, unless the environment forbids it, and the upload has to say so.
  const isSummed = (await s3.config.requestChecksumCalculation()) === 'WHEN_SUPPORTED';
  const { UploadId } = await s3.send(
    new sdk.CreateMultipartUploadCommand({ ...object, ...(isSummed ? { ChecksumAlgorithm: 'CRC32' } : {}) }),
  );
  const upload = { ...object, UploadId };
  try {
    const Parts = await sendPieces(client, upload, bytes);
    await s3.send(
      new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, IfNoneMatch: '*' }),
    );
  } catch (thrown) {
    // An upload that is gone was completed by an attempt whose answer was lost, or ended by somebody.
    if (failureOf(thrown).name !== 'NoSuchUpload')
      await s3.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw thrown;
  }
}

async function sendPieces(
  { sdk, s3 }: Client,
  upload: ObjectName & { UploadId: string | undefined },
  bytes: Uint8Array,
) {
  const size = Math.max(PIECE_BYTES, Math.ceil(bytes.length / MOST_PIECES));
  const starts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => i * size);
  const sent: { PartNumber: number; ETag: string | undefined; ChecksumCRC32: string | undefined }[] = [];
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < starts.length) {
      const at = next++;
      const start = starts[at]!;
      const PartNumber = at + 1;
      const { ETag, ChecksumCRC32 } = await s3.send(
        new sdk.UploadPartCommand({ ...upload, PartNumber, Body: bytes.subarray(start, start + size) }),
      );
      sent[at] = { PartNumber, ETag, ChecksumCRC32 };
    }
  };
  const stop = (thrown: unknown): never => {
    next = starts.length;
    throw thrown;
  };
  const senders = Array.from({ length: AT_A_TIME }, () => sender().catch(stop));
  // No piece may arrive after its upload was ended.
  await Promise.allSettled(senders);
  await Promise.all(senders);
  return sent;
}
