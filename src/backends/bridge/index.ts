export { BridgeBackend } from './backend.ts';
export { filesFor, filesOf } from './bundle.ts';
export type { ClusterOptions } from './messages.ts';
export { bridgeFolder, examinePython } from './python.ts';
