export { BridgeBackend } from './backend.ts';
export type { ClusterOptions } from './messages.ts';
export { examinePython } from './python.ts';
