import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceLabError } from '../errors/index.ts';
import { encodeFrame, type Frame, FrameDecoder } from './frames.ts';

const payload = fc.uint8Array({ maxLength: 300 });
const frame = fc.record({ header: fc.jsonValue(), payloads: fc.array(payload, { maxLength: 4 }) });

const bytesOf = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.flatMap(({ header, payloads }) => encodeFrame(header, payloads)));

const plain = (frames: readonly Frame[]) =>
  frames.map(({ header, payloads }) => ({
    header: JSON.parse(JSON.stringify(header)),
    payloads: payloads.map((bytes) => [...bytes]),
  }));

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (thrown) {
    return thrown;
  }
}

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 5 }),
        fc.array(fc.integer({ min: 1, max: 60 })),
        (frames, cuts) => {
          const bytes = bytesOf(frames);
          const decoder = new FrameDecoder();
          const decoded: Frame[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = cuts.length > 0 ? cuts[i % cuts.length]! : bytes.length;
            decoded.push(...decoder.push(bytes.subarray(at, at + length)));
            at += length;
          }
          expect(plain(decoded)).toEqual(plain(frames));
          expect(decoder.pending).toBe(0);
        },
      ),
    );
  });

  it('wait for the rest of a frame and say how much is pending', () => {
    const bytes = bytesOf([{ header: { type: 'x' }, payloads: [new Uint8Array(10)] }]);
    const decoder = new FrameDecoder();
    expect(decoder.push(bytes.subarray(0, bytes.length - 1))).toEqual([]);
    expect(decoder.pending).toBe(bytes.length - 1);
  });

  it('never take garbage for a frame, nor hang or fail otherwise on it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 64 }), (bytes) => {
        fc.pre(Buffer.from(bytes).toString('latin1', 0, 4) !== 'SPL1');
        const thrown = thrownBy(() => new FrameDecoder().push(bytes));
        expect(thrown).toBeInstanceOf(SpiceLabError);
        expect((thrown as SpiceLabError).code).toBe('PROTOCOL_INVALID');
      }),
    );
  });

  it('a damaged frame is either refused, waited for, or still a frame', () => {
    const bytes = bytesOf([{ header: { type: 'run' }, payloads: [new Uint8Array(5)] }]);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        const result = thrownBy(() => new FrameDecoder().push(damaged));
        if (!Array.isArray(result)) expect((result as SpiceLabError).code).toBe('PROTOCOL_INVALID');
      }),
    );
  });

  it('names what was written to the stream by someone else', () => {
    expect(() => new FrameDecoder().push(Buffer.from('Note: no convergence'))).toThrow(
      /Note: no convergence/,
    );
  });

  it.each([
    ['header', { headerBytes: 4, payloads: 4, payloadBytes: 100 }],
    ['payloads', { headerBytes: 100, payloads: 1, payloadBytes: 100 }],
    ['payload', { headerBytes: 100, payloads: 4, payloadBytes: 2 }],
  ])('over the limit of the %s are refused by writer and reader', (_what, limits) => {
    const header = { long: true };
    const payloads = [new Uint8Array(3), new Uint8Array(3)];
    expect(() => encodeFrame(header, payloads, limits)).toThrow(/limit/);
    const bytes = bytesOf([{ header, payloads }]);
    expect(() => new FrameDecoder(limits).push(bytes)).toThrow(/limit/);
  });

  it('a length that promises gigabytes is refused before they are waited for', () => {
    const bytes = Buffer.alloc(12);
    bytes.write('SPL1', 'latin1');
    bytes.writeUInt32LE(0xffff_ffff, 4);
    expect(() => new FrameDecoder().push(bytes)).toThrow(/limit/);
  });
});
