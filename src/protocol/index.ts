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
