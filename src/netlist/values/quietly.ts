import { SpiceLabError } from '../../errors/index.ts';

/** What it gives, or `undefined` where the deck is wrong there. */
export function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof SpiceLabError) return undefined;
    throw thrown;
  }
}
