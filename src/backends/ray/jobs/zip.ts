import { crc32, deflateRawSync } from 'node:zlib';

export interface ZippedFile {
  /** With `/`, in ASCII. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const DEFLATED = 8;
/** 1980-01-01: the same files are the same archive. */
const DATE = 0x21;
/** A file that everybody may read, as Unix notes it. */
const MODE = 0o100644 << 16;

/** A ZIP archive (APPNOTE 6.3, without ZIP64: less than 4 GiB and 65,536 files), which is how Ray takes files. */
export function zipOf(files: readonly ZippedFile[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path, 'ascii');
    const packed = deflateRawSync(bytes, { level: 1 });
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(VERSION, 0);
    shared.writeUInt16LE(DEFLATED, 4);
    shared.writeUInt16LE(DATE, 8);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(CENTRAL, 0);
    // made on Unix, so that the mode counts
    central.writeUInt16LE((3 << 8) | VERSION, 4);
    shared.copy(central, 6);
    central.writeUInt32LE(MODE >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    const local = Buffer.concat([word(LOCAL), shared, name, packed]);
    locals.push(local);
    centrals.push(central, name);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
