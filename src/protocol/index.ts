export {
  BATCH_EXIT,
  type BatchJob,
  type BatchOutcome,
  decodeBatchJob,
  decodeOutcome,
  encodeBatchJob,
  encodeOutcome,
  JOB_FILE,
  jobKey,
  jobPlanKey,
  outcomeIndex,
  outcomeKey,
  outcomesPrefix,
  PLAN_FILE,
} from './batch-job.ts';
export { type Channel, openChannel, type Received } from './channel.ts';
export { checksum } from './checksum.ts';
export { type DecodedPart, decodePart } from './decode-part.ts';
export { encodePart } from './encode-part.ts';
export { encodeFrame, FRAME_LIMITS, type Frame, FrameDecoder, type FrameLimits } from './frames.ts';
export {
  type Chunk,
  chunkSchema,
  type FromWorker,
  fromWorkerSchema,
  type PartPayload,
  PROTOCOL_VERSION,
  partPayload,
  type ToWorker,
  toWorkerSchema,
} from './messages.ts';
export { type ParquetContent, type ParquetReader, readParquet, writeParquet } from './parquet.ts';
export { PARTS, partKey, WAVEFORMS, waveformKey } from './part-keys.ts';
export {
  PART_FORMAT,
  type PartColumn,
  type PartLayout,
  partLayout,
  RESERVED_COLUMNS,
  type SampleRange,
} from './part-layout.ts';
export { checkWaveforms, decodeWaveforms, encodeWaveforms, type SampleWaveform } from './waveforms.ts';
