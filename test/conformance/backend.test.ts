import { openBackend } from '../../src/backends/index.ts';
import { backendConformance } from './backend.ts';

backendConformance('local', {
  open: () => openBackend('local', { workers: 2 }),
  kill: (worker) => process.kill(Number(worker), 'SIGKILL'),
  alive: (worker) => {
    try {
      return process.kill(Number(worker), 0);
    } catch {
      return false;
    }
  },
});
