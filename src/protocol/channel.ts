import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { SpiceLabError } from '../errors/index.ts';
import { encodeFrame, FrameDecoder, type FrameLimits } from './frames.ts';

export interface Received<In> {
  readonly message: In;
  readonly payloads: readonly Uint8Array[];
}

/** Typed messages in both directions over a pair of byte streams. */
export interface Channel<In, Out> {
  /**
   * Resolves once the operating system has the message: it arrives even if this process dies. Wait for it before sending
   * much. `false` when the other side is gone; never rejects but for a message over the limits of a frame.
   */
  send(message: Out, payloads?: readonly Uint8Array[]): Promise<boolean>;
  /**
   * Every message that arrives, until the stream ends; read once. Not reading holds the sender back.
   * @throws SpiceLabError PROTOCOL_INVALID for bytes or messages that are not of the protocol.
   */
  messages(): AsyncIterable<Received<In>>;
}

/** Every arriving message is checked against `incoming`; a stream that breaks counts as ended. */
export function openChannel<In, Out>(
  input: Readable,
  output: Writable,
  incoming: z.ZodType<In>,
  limits?: FrameLimits,
): Channel<In, Out> {
  output.on('error', () => output.destroy());
  return {
    async send(message, payloads) {
      const pieces = encodeFrame(message, payloads, limits);
      if (output.destroyed || output.writableEnded) return false;
      return writeAll(output, pieces);
    },
    messages: () => receive(input, incoming, limits),
  };
}

async function* receive<In>(
  input: Readable,
  incoming: z.ZodType<In>,
  limits: FrameLimits | undefined,
): AsyncGenerator<Received<In>> {
  const decoder = new FrameDecoder(limits);
  for await (const bytes of untilBroken(input)) {
    for (const frame of decoder.push(bytes)) {
      const parsed = incoming.safeParse(frame.header);
      if (!parsed.success)
        throw new SpiceLabError(
          'PROTOCOL_INVALID',
          `a message is not valid: ${z.prettifyError(parsed.error)}`,
          {
            remedy: 'Use the same version of spicelab for the coordinator and its workers.',
          },
        );
      yield { message: parsed.data, payloads: frame.payloads };
    }
  }
}

/** A peer that dies resets its stream; for a reader that is an end like any other. */
async function* untilBroken(input: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* input;
  } catch (thrown) {
    if (!isStreamBreak(thrown)) throw thrown;
  }
}

const STREAM_BREAKS = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

function isStreamBreak(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && STREAM_BREAKS.has(String(thrown.code));
}

function writeAll(output: Writable, pieces: readonly Uint8Array[]): Promise<boolean> {
  return new Promise((resolve) => {
    output.cork();
    pieces.forEach((piece, i) => {
      if (i < pieces.length - 1) output.write(piece);
      else output.write(piece, (error) => resolve(!error));
    });
    output.uncork();
  });
}
