import { SpiceLabError } from '../../errors/index.ts';
import { PROTOCOL_VERSION } from '../../protocol/index.ts';

/** What is wrong with a worker of another release, by its first words; `undefined` for one that speaks as we do. */
export function foreignWorker({ protocol }: { readonly protocol: number }): SpiceLabError | undefined {
  if (protocol === PROTOCOL_VERSION) return undefined;
  return new SpiceLabError(
    'BACKEND_FAILED',
    `the worker speaks protocol ${protocol}, not ${PROTOCOL_VERSION}`,
    { remedy: 'Run `npm run build` in a checkout, or install spicelab again.' },
  );
}
