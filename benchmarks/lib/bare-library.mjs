import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJiti } from 'jiti';
import { createNormal } from './draws.mjs';
import { libraryPath } from './libngspice.mjs';
import { ROOT, runProgram } from './process.mjs';

const ROWS = 1000;

/**
 * What the bare library is told: a circuit, values to set in turn (sample k takes value k, again from the first after the
 * last), the analysis, and what is read after it.
 * @typedef {object} BareCircuit
 * @property {string} deck
 * @property {readonly { alter: string, values: readonly number[] }[]} assignments
 * @property {string} command
 * @property {readonly string[]} vectors
 */

/** @param {import('./circuits.mjs').Circuit} circuit @returns {BareCircuit} */
export function bareCircuit({ deck, variables, command, vectors }) {
  const normal = createNormal(3);
  const draws = (/** @type {number} */ mean, /** @type {number} */ sigma) =>
    Array.from({ length: ROWS }, () => mean + sigma * normal());
  const assignments = variables.map(({ alter, mean, sigma }) => ({ alter, values: draws(mean, sigma) }));
  return { deck, assignments, command, vectors };
}

/** The same calls as the plan of a run asks for, for its first samples. @param {string} run @returns {Promise<BareCircuit>} */
export async function bareCircuitOfRun(run) {
  const jiti = createJiti(import.meta.url);
  const { createSampler, readPlan } = await jiti.import(join(ROOT, 'src/plan/index.ts'));
  const { createAssigner } = await jiti.import(join(ROOT, 'src/engines/common/assign.ts'));
  const plan = readPlan(readFileSync(join(run, 'plan.json')));
  const { targets, resets } = createAssigner(plan, undefined);
  if (resets || plan.circuits[0].slots.some((/** @type {{ active: boolean }} */ { active }) => active))
    throw new Error(`${run}: the plan resets or reloads the circuit, so there are no such calls to repeat`);
  const sampler = createSampler(plan);
  const rows = Array.from({ length: ROWS }, (_, k) => sampler.batch(k, k + 1).values);
  const [analysis] = plan.analyses;
  return {
    deck: plan.circuits[0].text,
    assignments: targets.map(
      (
        /** @type {{ value: (row: Float64Array) => number, commandFor: (value: number) => string }} */ target,
      ) => ({
        alter: target.commandFor(0).slice(0, -1),
        values: rows.map((row) => target.value(row)),
      }),
    ),
    command: analysis.command,
    vectors: analysis.vectors,
  };
}

/** koffi and libngspice in a loop. @param {BareCircuit} circuit @param {string} folder @param {number} samples @returns {{ seconds: number }} per sample, once warm */
export function simulateByBareLibrary(circuit, folder, samples) {
  const file = join(folder, 'circuit.json');
  writeFileSync(file, JSON.stringify(circuit));
  const loop = join(ROOT, 'benchmarks/loops/native.mjs');
  return JSON.parse(runProgram(process.execPath, [loop, libraryPath() ?? '', file, String(samples)]).stdout);
}
