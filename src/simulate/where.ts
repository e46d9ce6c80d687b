import type { Backend } from '../backend.ts';
import { openBackend } from '../backends/index.ts';
import { chooseEngine, findEngines } from '../engines/index.ts';
import type { EngineChoice } from '../run/index.ts';
import type { SimulateOptions } from './simulate.ts';

/** @param recorded what the run's records say of its last job, where it goes on */
export const backendFor = (
  {
    on = 'local',
    workers,
    workerCpus,
    workerMemory,
    resources,
    priority,
    python,
    spawned,
    context,
    namespace,
    image,
    jobTemplate,
  }: SimulateOptions,
  recorded?: Readonly<Record<string, unknown>>,
): Promise<Backend> => {
  const cluster = { context, namespace, image, jobTemplate, recorded };
  const worker = { workerCpus, workerMemory, resources, priority };
  return openBackend(on, { workers, ...worker, python, spawned, cluster });
};

export async function engineFor(
  { engine, enginePath, timeout }: SimulateOptions,
  backend: Backend | undefined,
) {
  const options = { path: enginePath, sampleSeconds: timeout };
  const elsewhere = backend?.engines && (backend.engines.includes('libngspice') ? 'libngspice' : 'wasm');
  const { name } = await chooseEngine(engine ?? elsewhere, options);
  return { name, options };
}

/**
 * Does what takes a few samples now and then where that takes no time: on the backend itself, or, where each round costs the
 * start of machines, on this one, with the run's engine if it is here.
 */
export async function quickly<T>(
  backend: Backend,
  engine: EngineChoice,
  work: (near: { readonly backend: Backend; readonly engine: EngineChoice }) => Promise<T>,
): Promise<T> {
  if (backend.capabilities.delivery === 'stream') return work({ backend, engine });
  const engines = await findEngines(engine.options);
  const here = engines.some(({ kind, found }) => found && kind.name === engine.name);
  const local = await openBackend('local', { workers: 1 });
  try {
    return await work({ backend: local, engine: here ? engine : { ...engine, name: 'wasm' } });
  } finally {
    await local.close();
  }
}
