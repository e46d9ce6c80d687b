import { hostname } from 'node:os';
import type { EngineIdentity } from '../engine.ts';
import { SpiceLabError } from '../errors/index.ts';
import { planDocument, readPlan } from '../plan/identity.ts';
import type { Plan } from '../plan/schema.ts';
import type { Store } from '../store.ts';
import { listParts } from './parts.ts';
import { appendRecord, type OpenedRecord, openedRecords, type RunRecord, readRecords } from './records.ts';
import type { EngineChoice, ResumeOptions, StartOptions } from './run-options.ts';

export const PLAN_KEY = 'plan.json';

/** A run that this process may write to, before its first chunk. */
export interface OpenedRun {
  readonly plan: Plan;
  readonly planId: string;
  readonly planBytes: Uint8Array;
  readonly engine: EngineChoice;
  /** The engine that made what is there, as far as it was recorded. */
  readonly identity: EngineIdentity | undefined;
  readonly requested: string;
  readonly check: OpenedRecord['check'];
  readonly last: OpenedRecord | undefined;
  readonly session: number;
}

/** Finds or founds the run of a plan. @throws SpiceLabError RUN_MISMATCH where another plan lives there */
export async function openForPlan(options: StartOptions): Promise<OpenedRun> {
  const { store, engine } = options;
  const compiled = planDocument(options.plan).id;
  const stored = await readStoredPlan(store);
  if (!stored) {
    const checked = await options.check?.(options.plan);
    const plan = checked?.plan ?? options.plan;
    const check = checked && {
      samples: checked.samples,
      exact: checked.exact,
      steppedDown: [...checked.steppedDown],
      notices: [...checked.notices],
    };
    const document = planDocument(plan);
    const records = await readRecords(store);
    return {
      plan,
      planId: document.id,
      planBytes: document.bytes,
      engine,
      identity: undefined,
      requested: compiled,
      check,
      last: undefined,
      session: nextSession(records),
    };
  }
  const records = await readRecords(store);
  requireOwnPlan(store, stored.id, records);
  const run = existing(stored, records, engine);
  if (stored.id !== compiled && run.requested !== compiled) throw await otherStudy(store);
  return run;
}

/** A deck that had to be corrected first leaves a run without samples: nothing is lost when that is deleted. */
async function otherStudy(store: Store): Promise<SpiceLabError> {
  const empty = (await listParts(store)).length === 0;
  return new SpiceLabError('RUN_MISMATCH', `${store.location} holds a run of another study`, {
    remedy: empty
      ? `It has no samples: delete that folder, or give another with --out.`
      : 'Give another folder with --out, or delete that one; `spicelab show` of it tells what it is.',
  });
}

/** @throws SpiceLabError RUN_UNREADABLE where there is no run */
export async function openExisting(options: ResumeOptions): Promise<OpenedRun> {
  const { store } = options;
  const stored = await readStoredPlan(store);
  if (!stored) throw noRun(store);
  const records = await readRecords(store);
  requireOwnPlan(store, stored.id, records);
  const engine = options.engine ?? lastEngine(records, options.sampleSeconds);
  if (!engine)
    throw new SpiceLabError('RUN_UNREADABLE', `the run in ${store.location} has no record of its engine`, {
      remedy: 'Name it with --engine.',
    });
  return existing(stored, records, engine);
}

/** The engine of the last session, but for those that failed before they had simulated anything: they may have been refused for it. */
function lastEngine(
  records: readonly RunRecord[],
  sampleSeconds: number | undefined,
): EngineChoice | undefined {
  const futile = new Set(
    records.flatMap((record) =>
      record.type === 'closed' && record.outcome.kind === 'failed' && record.simulated === 0
        ? [record.session]
        : [],
    ),
  );
  const opened = openedRecords(records);
  const last = opened.filter(({ session }) => !futile.has(session)).at(-1) ?? opened.at(-1);
  if (!last || sampleSeconds === undefined) return last?.engine;
  return { ...last.engine, options: { ...last.engine.options, sampleSeconds } };
}

export const noRun = (store: Store): SpiceLabError =>
  new SpiceLabError('RUN_UNREADABLE', `there is no run in ${store.location}`, {
    remedy:
      'Give the folder that `spicelab mc … --out FOLDER` wrote; `spicelab ls` lists the runs below a folder.',
  });

/** @throws SpiceLabError RUN_UNREADABLE where there is no run */
export async function requireRun(store: Store): Promise<void> {
  if (!(await store.has(PLAN_KEY))) throw noRun(store);
}

interface StoredPlan {
  readonly plan: Plan;
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** @throws SpiceLabError RUN_UNREADABLE for a plan that was damaged */
export async function readStoredPlan(store: Store): Promise<StoredPlan | undefined> {
  const bytes = await store.read(PLAN_KEY);
  if (!bytes) return undefined;
  try {
    const plan = readPlan(bytes);
    return { plan, id: planDocument(plan).id, bytes };
  } catch (cause) {
    throw new SpiceLabError('RUN_UNREADABLE', `${PLAN_KEY} of the run in ${store.location} cannot be read`, {
      cause,
      remedy:
        'It was damaged, or written by a newer release of spicelab. Delete that file and run the same study into the folder again: the samples that are there are kept.',
    });
  }
}

/**
 * A plan is written after the record of the session that founds the run, so every plan that was not tampered with has one.
 * @throws SpiceLabError RUN_UNREADABLE
 */
export function requireOwnPlan(store: Store, planId: string, records: readonly RunRecord[]): void {
  const opened = openedRecords(records);
  if (opened.length === 0 || opened.some((record) => record.planId === planId)) return;
  throw new SpiceLabError('RUN_UNREADABLE', `${PLAN_KEY} of the run in ${store.location} was changed`, {
    remedy:
      'Its samples are of another plan. Put the file back, or delete it and run the same study into the folder again: the samples that are there are kept.',
  });
}

function existing(stored: StoredPlan, records: readonly RunRecord[], engine: EngineChoice): OpenedRun {
  const last = openedRecords(records)
    .filter((record) => record.planId === stored.id)
    .at(-1);
  return {
    plan: stored.plan,
    planId: stored.id,
    planBytes: stored.bytes,
    engine,
    identity: identityOf(records),
    requested: last?.requested ?? stored.id,
    check: last?.check,
    last,
    session: nextSession(records),
  };
}

export function identityOf(records: readonly RunRecord[]): EngineIdentity | undefined {
  for (const record of records) if (record.type === 'engine') return record.engine;
  return undefined;
}

const nextSession = (records: readonly RunRecord[]): number =>
  Math.max(0, ...records.map((record) => record.session)) + 1;

/** Founds the run, where there is none yet, and records that a session begins. */
export async function recordOpening(
  store: Store,
  run: OpenedRun,
  session: Pick<
    OpenedRecord,
    'time' | 'wanted' | 'present' | 'backend' | 'workers' | 'chunk' | 'until' | 'confidence' | 'mixEngines'
  >,
): Promise<void> {
  await appendRecord(store, {
    type: 'opened',
    session: run.session,
    host: hostname(),
    pid: process.pid,
    planId: run.planId,
    requested: run.requested,
    check: run.check,
    engine: { name: run.engine.name, options: { ...run.engine.options } },
    ...session,
  });
  await store.writeOnce(PLAN_KEY, run.planBytes);
}
