import { compileStudy } from '../../compile/index.ts';
import type { Study } from '../../study/index.ts';
import { explain } from '../explain/explained.ts';
import { explanationText } from '../explain/text.ts';
import type { Streams } from '../streams.ts';

/** Tells what a study varies and how, and simulates nothing. @throws SpiceLabError as `compileStudy` */
export async function explainStudy(
  study: Study,
  { json }: { readonly json?: boolean | undefined },
  { stdout }: Streams,
): Promise<void> {
  const explained = explain(await compileStudy(study));
  stdout.write(json ? `${JSON.stringify(explained)}\n` : explanationText(explained));
}
