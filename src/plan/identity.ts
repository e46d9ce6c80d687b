import { createHash } from 'node:crypto';
import { SpiceLabError } from '../errors/index.ts';
import { canonicalJson } from './canonical.ts';
import { checkPlan } from './check.ts';
import { PLAN_FORMAT, type Plan, planSchema } from './schema.ts';

/**
 * A plan as it travels: canonical JSON in UTF-8 (sorted keys, shortest numbers that read back the same), and its name,
 * the first 32 hex digits (128 bits) of the SHA-256 of those bytes. Equal plans have equal documents.
 */
export function planDocument(plan: Plan): { id: string; bytes: Uint8Array } {
  const bytes = new TextEncoder().encode(canonicalJson(plan));
  return { id: planId(bytes), bytes };
}

/** The name of a plan document: whoever receives one can check that it is the plan it is said to be. */
export const planId = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** @throws SpiceLabError PLAN_INVALID for anything but the document of a plan that makes sense. */
export function readPlan(bytes: Uint8Array): Plan {
  const parsed = parseJson(bytes);
  const format = (parsed as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > PLAN_FORMAT)
    throw new SpiceLabError(
      'PLAN_INVALID',
      `this plan has format ${format}, newer than this SpiceLab reads`,
      {
        remedy: 'Update spicelab here to the release that wrote the plan.',
      },
    );
  const result = planSchema.safeParse(parsed);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw invalid(`${issue.path.join('.') || 'plan'}: ${issue.message}`, result.error);
  }
  checkPlan(result.data);
  return result.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid('it is not JSON in UTF-8', cause);
  }
}

const invalid = (what: string, cause: unknown) =>
  new SpiceLabError('PLAN_INVALID', `not a plan: ${what}`, {
    cause,
    remedy: 'Compile the study again; the document is damaged or was not written by SpiceLab.',
  });
