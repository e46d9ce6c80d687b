import { resolve } from 'node:path';
import type { Plan } from '../../src/plan/schema.ts';
import { sketchPlan } from '../sketch-plan.ts';

/** What the engine of `test/fakes/mischief-engine.mjs` is told. */
export interface Mischief {
  readonly crash?: readonly number[];
  readonly hang?: readonly number[];
  readonly throw?: readonly number[];
  readonly hog?: readonly number[];
  readonly grow?: readonly number[];
  readonly stall?: readonly number[];
  readonly stallFile?: string;
  readonly seconds?: number;
  readonly loadSeconds?: number;
  readonly print?: boolean;
  readonly litter?: string;
  readonly refuse?: boolean;
  readonly die?: boolean;
}

export const MISCHIEF_ENGINE = resolve(import.meta.dirname, 'mischief-engine.mjs');

/** The orders are its title, and the label of its circuit: for another title alone, a worker does not load its engine anew. */
export function mischiefPlan(mischief: Mischief): Plan {
  const plan = sketchPlan({ measure: { double: '2 * $0' } });
  const title = JSON.stringify(mischief);
  return { ...plan, title, circuits: plan.circuits.map((circuit) => ({ ...circuit, label: title })) };
}
