export { BatchBackend } from './backend.ts';
export type { BatchOrder, BatchPlatform, Sighting, TaskState } from './platform.ts';
