import { compileStudy } from '../compile/index.ts';
import { SpiceLabError } from '../errors/index.ts';
import { planDocument } from '../plan/index.ts';
import { pointCount } from '../report/axes.ts';
import { BATCH } from '../run/chunking.ts';
import type { Store } from '../store.ts';
import type { Study } from '../study/index.ts';
import { defaultLocation, type SimulateOptions } from './simulate.ts';
import { backendFor, engineFor } from './where.ts';

/**
 * What a backend would be asked for first, as text: all chunks where their size is given, else the pilot. Nothing is simulated,
 * sent or written.
 * @throws SpiceLabError OPTION_INVALID for a backend that has nothing to show
 */
export async function preview(study: Study, options: SimulateOptions): Promise<string> {
  const { plan } = await compileStudy(study);
  const backend = await backendFor(options);
  try {
    if (!backend.preview)
      throw new SpiceLabError('OPTION_INVALID', `${backend.name} sends nothing that could be shown`, {
        remedy: 'Use --dry-run with a backend of containers, such as --on k8s.',
      });
    const { slots, maxChunksPerSubmit } = backend.capabilities;
    const document = planDocument(plan);
    const wanted = study.samples * pointCount(plan);
    const size = options.chunk ?? Math.min(BATCH.pilotRows, Math.ceil(wanted / slots));
    const pilot = options.chunk === undefined ? Math.min(slots, BATCH.pilotChunks) : maxChunksPerSubmit;
    const count = Math.min(pilot, Math.ceil(wanted / size));
    const chunks = Array.from({ length: count }, (_, k) => ({
      id: `s1-${k + 1}`,
      start: k * size,
      end: Math.min(wanted, (k + 1) * size),
    }));
    const engine = await engineFor(options, backend);
    const store = nowhere(options.out ?? defaultLocation(plan.title, document.id));
    return await backend.preview({ plan: document, chunks, engine, store });
  } finally {
    await backend.close();
  }
}

/** A store that keeps nothing. */
const nowhere = (location: string): Store => ({
  location,
  read: async () => undefined,
  writeOnce: async () => true,
  has: async () => false,
  async *list() {},
  delete: async () => undefined,
});
