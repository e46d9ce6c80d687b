import { SpiceLabError } from '../errors/index.ts';

/**
 * One message on a byte stream. All integers are unsigned, 32 bits, little-endian:
 *
 *     magic "SPL1" | header length h | payload count n | n payload lengths | h bytes of JSON (UTF-8) | payloads
 */
export interface Frame {
  readonly header: unknown;
  readonly payloads: readonly Uint8Array[];
}

/** What a frame may hold at most, so that garbage never makes a reader wait for gigabytes. */
export interface FrameLimits {
  readonly headerBytes: number;
  readonly payloads: number;
  /** Of one payload. */
  readonly payloadBytes: number;
}

export const FRAME_LIMITS: FrameLimits = {
  headerBytes: 16 * 2 ** 20,
  payloads: 16,
  payloadBytes: 2 ** 30,
};

const MAGIC = 0x314c5053;
const MAGIC_BYTES = 4;
const PRELUDE = 12;

/**
 * The pieces of a frame, to be written one after the other; payloads are not copied.
 * @throws SpiceLabError PROTOCOL_INVALID when the frame is over a limit.
 */
export function encodeFrame(
  header: unknown,
  payloads: readonly Uint8Array[] = [],
  limits: FrameLimits = FRAME_LIMITS,
): Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  checkLimits(
    text.length,
    payloads.map((payload) => payload.length),
    limits,
  );
  const head = Buffer.allocUnsafe(PRELUDE + 4 * payloads.length + text.length);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(text.length, 4);
  head.writeUInt32LE(payloads.length, 8);
  payloads.forEach((payload, i) => {
    head.writeUInt32LE(payload.length, PRELUDE + 4 * i);
  });
  text.copy(head, PRELUDE + 4 * payloads.length);
  return [head, ...payloads.filter((payload) => payload.length > 0)];
}

/** Cuts a byte stream into frames, however the stream is chunked. */
export class FrameDecoder {
  readonly #limits: FrameLimits;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes that must be there before another look is worth while. */
  #needed = MAGIC_BYTES;

  constructor(limits: FrameLimits = FRAME_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes of a frame that is not complete. */
  get pending(): number {
    return this.#buffered;
  }

  /**
   * The frames that these bytes complete.
   * @throws SpiceLabError PROTOCOL_INVALID for bytes that are no frame; the decoder is of no use afterwards.
   */
  push(bytes: Uint8Array): Frame[] {
    this.#chunks.push(bytes);
    this.#buffered += bytes.length;
    if (this.#buffered < this.#needed) return [];
    let buffer = this.#chunks.length === 1 ? asBuffer(this.#chunks[0]!) : Buffer.concat(this.#chunks);
    const frames: Frame[] = [];
    for (;;) {
      const size = measureFrame(buffer, this.#limits);
      if (!size.complete) {
        this.#needed = size.bytes;
        break;
      }
      frames.push(readFrame(buffer));
      buffer = buffer.subarray(size.bytes);
    }
    this.#chunks = buffer.length > 0 ? [buffer] : [];
    this.#buffered = buffer.length;
    return frames;
  }
}

/** How long the frame at the start of the buffer is; until that is known, how many bytes it takes to know more. */
function measureFrame(buffer: Buffer, limits: FrameLimits): { bytes: number; complete: boolean } {
  if (buffer.length < MAGIC_BYTES) return { bytes: MAGIC_BYTES, complete: false };
  if (buffer.readUInt32LE(0) !== MAGIC) throw garbage(buffer);
  if (buffer.length < PRELUDE) return { bytes: PRELUDE, complete: false };
  const headerBytes = buffer.readUInt32LE(4);
  const count = buffer.readUInt32LE(8);
  checkCounts(headerBytes, count, limits);
  const lengthsEnd = PRELUDE + 4 * count;
  if (buffer.length < lengthsEnd) return { bytes: lengthsEnd, complete: false };
  const lengths = payloadLengths(buffer, count);
  checkLimits(headerBytes, lengths, limits);
  const bytes = lengths.reduce((sum, length) => sum + length, lengthsEnd + headerBytes);
  return { bytes, complete: buffer.length >= bytes };
}

function readFrame(buffer: Buffer): Frame {
  const headerBytes = buffer.readUInt32LE(4);
  const lengths = payloadLengths(buffer, buffer.readUInt32LE(8));
  let offset = PRELUDE + 4 * lengths.length;
  const text = buffer.toString('utf8', offset, offset + headerBytes);
  offset += headerBytes;
  const payloads = lengths.map((length) => {
    const payload = buffer.subarray(offset, offset + length);
    offset += length;
    return payload;
  });
  return { header: parseHeader(text), payloads };
}

function parseHeader(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SpiceLabError('PROTOCOL_INVALID', 'the header of a frame is not JSON', { cause });
  }
}

function payloadLengths(buffer: Buffer, count: number): number[] {
  return Array.from({ length: count }, (_, i) => buffer.readUInt32LE(PRELUDE + 4 * i));
}

function checkCounts(headerBytes: number, payloads: number, limits: FrameLimits): void {
  if (headerBytes > limits.headerBytes)
    throw overLimit(`a header of ${headerBytes} bytes`, limits.headerBytes);
  if (payloads > limits.payloads) throw overLimit(`${payloads} payloads`, limits.payloads);
}

function checkLimits(headerBytes: number, lengths: readonly number[], limits: FrameLimits): void {
  checkCounts(headerBytes, lengths.length, limits);
  for (const length of lengths)
    if (length > limits.payloadBytes) throw overLimit(`a payload of ${length} bytes`, limits.payloadBytes);
}

function overLimit(what: string, most: number): SpiceLabError {
  return new SpiceLabError('PROTOCOL_INVALID', `a frame with ${what}; the limit is ${most}`);
}

function garbage(buffer: Buffer): SpiceLabError {
  const text = JSON.stringify(buffer.toString('latin1', 0, Math.min(buffer.length, 40)));
  return new SpiceLabError('PROTOCOL_INVALID', `the bytes ${text} begin no frame`, {
    remedy: 'Something else than the protocol was written to the stream between coordinator and worker.',
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
