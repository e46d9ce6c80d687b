import { compileStudy } from '../../compile/index.ts';
import { SpiceLabError } from '../../errors/index.ts';
import { designStudy } from '../../simulate/tune/compile-design.ts';
import type { Study } from '../../study/index.ts';
import { type Explained, explain } from '../explain/explained.ts';
import { explanationText } from '../explain/text.ts';
import type { Streams } from '../streams.ts';

/** Tells what a study varies and how, and simulates nothing. @throws SpiceLabError as `compileStudy` */
export async function explainStudy(
  study: Study,
  { json }: { readonly json?: boolean | undefined },
  { stdout }: Streams,
): Promise<void> {
  const explained = await explainedStudy(study.tuning ? designStudy(study, study.tuning) : study);
  stdout.write(json ? `${JSON.stringify(explained)}\n` : explanationText(explained));
}

async function explainedStudy(study: Study): Promise<Explained> {
  try {
    return explain(await compileStudy(study));
  } catch (thrown) {
    if (!(thrown instanceof SpiceLabError) || !lacksQuestion(thrown, study)) throw thrown;
    // what varies can be told before it is known what is measured; the operating point stands in for it
    const explained = explain(await compileStudy({ ...study, analyses: ['op'] }));
    const missing = { message: `${thrown.message}. ${thrown.remedy ?? ''}`, place: thrown.place };
    const notices = [...explained.notices, missing];
    return { ...explained, plan: undefined, analyses: [], measurements: [], notices };
  }
}

const UNASKED = new Set(['MEASUREMENT_INVALID', 'ANALYSIS_MISSING']);

const lacksQuestion = ({ code }: SpiceLabError, { measure, specs, save }: Study): boolean =>
  UNASKED.has(code) && measure.length + specs.length + save.length === 0;
