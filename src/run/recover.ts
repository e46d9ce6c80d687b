import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError, toSpiceLabError } from '../errors/index.ts';
import type { Plan } from '../plan/schema.ts';
import { checkWaveforms, type DecodedPart, decodePart } from '../protocol/index.ts';
import type { Store } from '../store.ts';
import { type Digest, digest, digestColumns } from './digest.ts';
import { listParts, PARTS, type StoredPart, waveformKey } from './parts.ts';
import { readAhead } from './read-ahead.ts';
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
  const parts = (await listParts(store)).filter(({ start }) => start < limit);
  for await (const [part, bytes] of readAhead(store, parts)) {
    if (part.end <= next || !bytes) continue;
    const decoded = await readPart(store, part, bytes, plan, planId, columns, notice);
    if (!decoded) continue;
    const range = { start: Math.max(part.start, next), end: Math.min(part.end, limit) };
    next = range.end;
    yield { digest: digest(decoded, part.start, range, plan, rule), engine: decoded.engine };
  }
}

async function readPart(
  store: Store,
  part: StoredPart,
  bytes: Uint8Array,
  plan: Plan,
  planId: string,
  columns: readonly string[],
  notice: (message: string) => void,
): Promise<DecodedPart | undefined> {
  try {
    const decoded = checkedPart(bytes, part, plan, planId, columns);
    await checkedWaveforms(store, part, plan, planId);
    return decoded;
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
  const aside = `bad/${key.startsWith(PARTS) ? key.slice(PARTS.length) : key}`;
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

/**
 * Checks the waveforms that belong to a part, where the plan keeps any; damaged ones are set aside.
 * @returns their bytes, 0 where none of the samples gave any
 * @throws SpiceLabError PART_CORRUPT where they are torn or of another plan
 */
export async function checkedWaveforms(
  store: Store,
  range: { readonly start: number; readonly end: number },
  plan: Plan,
  planId: string,
): Promise<number> {
  if (plan.waveforms.length === 0) return 0;
  const key = waveformKey(range);
  const bytes = await store.read(key);
  if (!bytes) return 0;
  try {
    checkWaveforms(bytes, planId);
    return bytes.length;
  } catch (thrown) {
    if (toSpiceLabError(thrown).code === 'PART_CORRUPT') await setAside(store, key, bytes);
    throw thrown;
  }
}

const corrupt = (why: string): SpiceLabError =>
  new SpiceLabError('PART_CORRUPT', `a part is corrupt: ${why}`, {
    remedy: 'Resume the run: the part is set aside and its samples are simulated again.',
  });
