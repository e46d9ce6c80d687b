export { type Channel, openChannel, type Received } from './channel.ts';
export { checksum } from './checksum.ts';
export { encodeFrame, FRAME_LIMITS, type Frame, FrameDecoder, type FrameLimits } from './frames.ts';
export {
  type Chunk,
  chunkSchema,
  type FromWorker,
  fromWorkerSchema,
  type PartPayload,
  PROTOCOL_VERSION,
  type ToWorker,
  toWorkerSchema,
} from './messages.ts';
export { type ParquetContent, type ParquetReader, readParquet, writeParquet } from './parquet.ts';
export { type DecodedPart, decodePart, encodePart, type SampleRange } from './part.ts';
export {
  PART_FORMAT,
  type PartColumn,
  type PartLayout,
  partLayout,
  RESERVED_COLUMNS,
} from './part-layout.ts';
export { decodeWaveforms, encodeWaveforms, type SampleWaveform } from './waveforms.ts';
