import type { Backend, JobEvent } from '../backend.ts';
import { ERROR_CODES, SpiceLabError } from '../errors/index.ts';
import { planDocument } from '../plan/identity.ts';
import type { Plan } from '../plan/schema.ts';
import { type Chunk, decodePart } from '../protocol/index.ts';
import type { Row, Rows } from './compare-rows.ts';
import type { EngineChoice } from './run-options.ts';

const TRIES = 2;

/**
 * Simulates single samples outside any run and keeps nothing in a store. A sample that comes back twice without a row is
 * left out.
 * @throws SpiceLabError what a worker says that the user has to mend
 */
export async function simulateSamples(
  backend: Backend,
  engine: EngineChoice,
  plan: Plan,
  samples: readonly number[],
): Promise<Rows> {
  const document = planDocument(plan);
  const rows = new Map<number, Row>();
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const left = samples.filter((sample) => !rows.has(sample));
    for (let from = 0; from < left.length; from += backend.capabilities.maxChunksPerSubmit) {
      const chunks = left.slice(from, from + backend.capabilities.maxChunksPerSubmit).map(
        (sample): Chunk => ({
          id: `check-${document.id.slice(0, 8)}-${attempt}-${sample}`,
          start: sample,
          end: sample + 1,
        }),
      );
      const ref = await backend.submit({ plan: document, chunks, engine });
      for await (const event of backend.watch(ref)) take(event, plan, rows);
    }
  }
  return rows;
}

function take(event: JobEvent, plan: Plan, rows: Map<number, Row>): void {
  if (event.type === 'failed' && ERROR_CODES[event.error.code] === 'user')
    throw SpiceLabError.fromJSON(event.error);
  if (event.type !== 'part' || !event.part) return;
  const part = decodePart(event.part.table, plan);
  for (let row = 0; row < part.rows; row++) {
    const values = plan.measurements.map(({ name }) => part.columns.get(name)![row]!);
    rows.set(part.samples[row]!, { status: part.status[row]!, values: Float64Array.from(values) });
  }
}
