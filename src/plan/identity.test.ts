import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePlan } from '../../test/sample-plan.ts';
import { SpiceLabError } from '../errors/index.ts';
import { canonicalJson } from './canonical.ts';
import { planDocument, planId, readPlan } from './identity.ts';
import type { Plan } from './schema.ts';

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof SpiceLabError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a plan document', () => {
  it('reads back as the same plan and writes the same bytes again', () => {
    const document = planDocument(samplePlan());
    const plan = readPlan(document.bytes);
    expect(plan).toEqual(samplePlan());
    expect(planDocument(plan).id).toBe(document.id);
  });

  it('is named by the SHA-256 of its bytes', () => {
    const { id, bytes } = planDocument(samplePlan());
    expect(id).toBe(createHash('sha256').update(bytes).digest('hex').slice(0, 32));
    expect(planId(bytes)).toBe(id);
  });

  it('does not depend on the order in which keys were written, nor on absent or undefined members', () => {
    const plan = samplePlan();
    const turned = Object.fromEntries(Object.entries(plan).reverse()) as unknown as Plan;
    const withUndefined = { ...plan, specs: [{ ...plan.specs[0]!, high: undefined }] };
    expect(planDocument(turned).id).toBe(planDocument(plan).id);
    expect(planDocument(withUndefined).id).toBe(planDocument(plan).id);
  });

  it('changes its name when anything changes', () => {
    const changed = { ...samplePlan(), sampling: { method: 'random' as const, seed: 2 } };
    expect(planDocument(changed).id).not.toBe(planDocument(samplePlan()).id);
  });

  it('keeps every double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(JSON.parse(canonicalJson(x))).toBe(Object.is(x, -0) ? 0 : x);
      }),
    );
  });

  it('refuses numbers that JSON has no words for', () => {
    expect(codeOf(() => canonicalJson({ a: Number.NaN }))).toBe('PLAN_INVALID');
  });
});

describe('reading a plan', () => {
  it('throws nothing but SpiceLabError, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          expect(codeOf(() => readPlan(bytes))).toBe('PLAN_INVALID');
        },
      ),
    );
  });

  it('says of a newer format that this release is too old', () => {
    expect(() => readPlan(bytesOf({ ...samplePlan(), format: 99 }))).toThrow(/newer/);
  });

  const broken: [string, (plan: Plan) => unknown][] = [
    ['two variables of one name', (plan) => ({ ...plan, variables: [...plan.variables, plan.variables[0]] })],
    ['an axis column of another length', (plan) => ({ ...plan, axes: [{ ...plan.axes[0]!, length: 3 }] })],
    ['an axis that is not there', (plan) => ({ ...plan, axes: [] })],
    ['a circuit that is not there', (plan) => ({ ...plan, circuits: plan.circuits.slice(0, 1) })],
    ['a spec on nothing', (plan) => ({ ...plan, specs: [{ name: 's', measurement: 'nothing', low: 1 }] })],
    ['a measurement of no analysis', (plan) => ({ ...plan, analyses: [] })],
    [
      'a correlated axis',
      (plan) => ({
        ...plan,
        correlations: [
          {
            members: [0, 2],
            matrix: [
              [1, 0],
              [0, 1],
            ],
          },
        ],
      }),
    ],
    [
      'a member of no variable',
      (plan) => ({
        ...plan,
        correlations: [
          {
            members: [0, 9],
            matrix: [
              [1, 0],
              [0, 1],
            ],
          },
        ],
      }),
    ],
    [
      'slots that overlap',
      (plan) => ({
        ...plan,
        circuits: plan.circuits.map((circuit) => ({
          ...circuit,
          slots: [circuit.slots[1], circuit.slots[0]],
        })),
      }),
    ],
    [
      'a slot beyond the text',
      (plan) => ({ ...plan, circuits: plan.circuits.map((c) => ({ ...c, text: 'x' })) }),
    ],
  ];
  it.each(broken)('refuses %s', (_, breakIt) => {
    expect(codeOf(() => readPlan(bytesOf(breakIt(samplePlan()))))).toBe('PLAN_INVALID');
  });
});
