import { simulate } from './simulate.ts';

const chosen = process.env.SPICELAB_SEED;

/**
 * Simulates one run per seed from 1 on, or the one of the variable SPICELAB_SEED, telling what happens in it.
 * @throws Error that names the first seed that went wrong, and the command that repeats it
 */
export async function simulateSeeds(count: number): Promise<void> {
  if (chosen !== undefined) {
    await simulate(Number(chosen), (line) => process.stdout.write(`${line}\n`));
    return;
  }
  for (let seed = 1; seed <= count; seed++) {
    try {
      await simulate(seed);
    } catch (cause) {
      const replay = `SPICELAB_SEED=${seed} npx vitest run --project unit src/run/simulation.test.ts`;
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}\nReplay: ${replay}`, {
        cause,
      });
    }
  }
}
