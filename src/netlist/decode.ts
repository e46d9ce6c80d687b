import { SpiceLabError } from '../errors/index.ts';

/**
 * Text of a deck file: UTF-8 (with or without a byte order mark), UTF-16 as LTspice writes it, else Latin-1.
 * The micro sign becomes `u`, which is how every simulator reads it.
 * @throws SpiceLabError DECK_UNREADABLE for a binary file
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  const text = decode(bytes);
  if (text.includes('\0')) {
    throw new SpiceLabError('DECK_UNREADABLE', 'this is a binary file, not a netlist', {
      place: { file },
      remedy: 'Give the text netlist: in a schematic editor, export or save it as a SPICE netlist first.',
    });
  }
  return text.replace(/^\uFEFF/, '').replace(/[µμ]/g, 'u');
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (looksLikeUtf16(bytes)) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** LTspice leaves the byte order mark out: every second byte of Latin text is then zero. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const pairs = Math.min(bytes.length, 512) >> 1;
  let zeros = 0;
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i] === 0) return false;
    if (bytes[2 * i + 1] === 0) zeros++;
  }
  return pairs >= 2 && zeros >= 0.9 * pairs;
}
