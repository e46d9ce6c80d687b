import { openBackend } from '../../src/backends/index.ts';
import { backendConformance, localProcesses } from './backend.ts';

backendConformance('local', { open: () => openBackend('local', { workers: 2 }), ...localProcesses });
