import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';
import { type DecodedPart, decodePart } from '../protocol/index.ts';
import type { Store } from '../store.ts';
import { type Digest, digest, digestColumns } from './digest.ts';
import { listParts, type StoredPart } from './parts.ts';
import type { StoppingRule } from './rule.ts';

export interface Recovered {
  readonly digest: Digest;
  readonly engine: EngineIdentity;
}

/**
 * Reads every part below `limit` that earlier sessions left, in the order of their samples and without what an earlier part has already.
 * A part that is damaged or of another plan is set aside below `bad/`, so that its samples are simulated again.
 */
export async function* recoverParts(
  store: Store,
  plan: Plan,
  planId: string,
  rule: StoppingRule | undefined,
  limit: number,
  notice: (message: string) => void,
): AsyncIterable<Recovered> {
  const columns = digestColumns(plan, rule);
  let next = 0;
  for (const part of await listParts(store)) {
    if (part.end <= next || part.start >= limit) continue;
    const decoded = await readPart(store, part, plan, planId, columns, notice);
    if (!decoded) continue;
    const range = { start: Math.max(part.start, next), end: Math.min(part.end, limit) };
    next = range.end;
    yield { digest: digest(decoded, part.start, range, plan, rule), engine: decoded.engine };
  }
}

async function readPart(
  store: Store,
  part: StoredPart,
  plan: Plan,
  planId: string,
  columns: readonly string[],
  notice: (message: string) => void,
): Promise<DecodedPart | undefined> {
  const bytes = await store.read(part.key);
  if (!bytes) return undefined;
  try {
    return checkedPart(bytes, part, plan, planId, columns);
  } catch (thrown) {
    const error = toSpiceLabError(thrown);
    if (error.code !== 'PART_CORRUPT') throw error;
    const aside = await setAside(store, part.key, bytes);
    notice(`${part.key} was damaged (${error.message}): kept as ${aside}, its samples are simulated again`);
    return undefined;
  }
}

/** Makes room for a good part where a damaged one is, and answers where that is kept. */
export async function setAside(store: Store, key: string, bytes: Uint8Array): Promise<string> {
  const aside = `bad/${key.slice(key.indexOf('/') + 1)}`;
  await store.writeOnce(aside, bytes);
  await store.delete(key);
  return aside;
}

/** @throws SpiceLabError PART_CORRUPT where the bytes are not the part of this plan and range */
export function checkedPart(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
  plan: Plan,
  planId: string,
  columns?: readonly string[],
): DecodedPart {
  const decoded = decodePart(bytes, plan, columns);
  if (decoded.planId !== planId) throw corrupt(`it belongs to the plan ${decoded.planId}`);
  if (decoded.rows !== range.end - range.start || decoded.samples[0] !== range.start)
    throw corrupt(
      `it has ${decoded.rows} rows from sample ${decoded.samples[0]}, not ${range.start} to ${range.end - 1}`,
    );
  return decoded;
}

const corrupt = (why: string): SpiceLabError =>
  new SpiceLabError('PART_CORRUPT', `a part is corrupt: ${why}`, {
    remedy: 'Resume the run: the part is set aside and its samples are simulated again.',
  });
