import { openResults, type Results, startRun } from '../../../src/run/index.ts';
import type { Store } from '../../../src/store.ts';
import { InlineBackend } from '../inline-backend.ts';
import { MemoryStore } from '../memory-store.ts';
import { deedsOf, harm, PLAN } from './circuit.ts';
import type { Scenario } from './scenario.ts';

/** What a run says in the end, bit by bit. */
export interface Answer {
  readonly present: number;
  readonly counted: number;
  /** Per counted row: sample, status, variables, measurements. */
  readonly rows: readonly Float64Array[];
  readonly messages: ReadonlyMap<number, string>;
}

export const answerIn = async (store: Store): Promise<Answer> => answerOf(await openResults(store));

async function answerOf(results: Results): Promise<Answer> {
  const rows: Float64Array[] = [];
  const messages = new Map<number, string>();
  for await (const batch of results.batches()) {
    const columns = [...batch.columns.values()];
    for (let row = 0; row < batch.rows; row++)
      rows.push(Float64Array.of(batch.samples[row]!, batch.status[row]!, ...columns.map((c) => c[row]!)));
    for (const [row, message] of batch.messages) messages.set(batch.samples[row]!, message);
  }
  return { present: results.present, counted: results.counted, rows, messages };
}

const answers = new Map<string, Promise<Answer>>();

/** The answer of the same run by workers that do what they should, in a store that does. */
export function undisturbed(scenario: Scenario): Promise<Answer> {
  const name = `${scenario.circuit} ${scenario.wanted} ${scenario.until?.text}`;
  let answer = answers.get(name);
  if (!answer) {
    answer = calm(scenario);
    answers.set(name, answer);
  }
  return answer;
}

async function calm({ circuit, wanted, until }: Scenario): Promise<Answer> {
  const deeds = deedsOf(circuit, wanted);
  const backend = new InlineBackend({ mishap: (chunk) => harm(deeds, chunk) });
  const store = new MemoryStore();
  await startRun({ plan: PLAN, store, backend, engine: { name: 'formula', options: {} }, wanted, until })
    .result;
  return answerIn(store);
}

/** Says how an answer differs from the one expected. */
export function difference(got: Answer, expected: Answer): string | undefined {
  if (got.counted !== expected.counted) return `${got.counted} rows count, not ${expected.counted}`;
  if (got.present < got.counted) return `${got.present} of ${got.counted} rows are present`;
  for (let row = 0; row < Math.max(got.rows.length, expected.rows.length); row++) {
    const [a, b] = [got.rows[row], expected.rows[row]];
    if (a?.[0] !== row) return `row ${row} is sample ${a?.[0]}`;
    if (!b || a.length !== b.length || a.some((value, k) => !Object.is(value, b[k])))
      return `sample ${row} is ${a.join(' ')}, not ${b?.join(' ')}`;
    if (got.messages.get(row) !== expected.messages.get(row))
      return `sample ${row} says "${got.messages.get(row)}", not "${expected.messages.get(row)}"`;
  }
  return undefined;
}
