export { BridgeBackend } from './backend.ts';
export type { ClusterOptions } from './messages.ts';
export { choosePython, type PythonFound, probePython } from './python.ts';
