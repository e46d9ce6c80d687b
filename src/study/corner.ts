import { SpiceLabError } from '../errors/index.ts';
import { placed, type StudyContext } from './context.ts';
import type { CornerObject, StudyInput } from './input.ts';
import type { Corner } from './schema.ts';
import { needNumber, shorten, splitAssignment, splitTop } from './text.ts';

const CODE = 'STUDY_INVALID';
const EXAMPLE = 'Write "ff: lib=ff, temp=-40, VDD=1.98", or "tt, ff, ss" for library sections alone.';

/** Corners as written: short texts, a list of them, or objects by name. @throws SpiceLabError STUDY_INVALID */
export function readCorners(input: StudyInput['corners'], context: StudyContext): readonly Corner[] {
  const corners = listCorners(input, context);
  const seen = new Set<string>();
  for (const { name } of corners) {
    if (seen.has(name)) throw invalid(`two corners are named ${name}`);
    seen.add(name);
  }
  return corners;
}

function listCorners(input: StudyInput['corners'], context: StudyContext): readonly Corner[] {
  if (input === undefined) return [];
  if (typeof input === 'string') return parseCorners(input);
  if (Array.isArray(input))
    return input.flatMap((text, i) => placed(context, ['corners', i], () => parseCorners(text)));
  return Object.entries(input).map(([name, body]) =>
    placed(context, ['corners', name], () =>
      typeof body === 'string' ? parseSettings(name, body) : cornerOf(name, body),
    ),
  );
}

/** `ff: lib=ff, temp=-40, VDD=1.98`, or names of library sections `tt, ff, ss`, each a corner. */
export function parseCorners(text: string): Corner[] {
  const named = /^\s*([^:=,[\]]+?)\s*:\s*(.*)$/s.exec(text);
  if (named) return [parseSettings(named[1]!, named[2]!)];
  return splitTop(text, ',').map((name) => {
    if (name === '' || splitAssignment(name)) throw invalid(`a corner without a name: "${shorten(text)}"`);
    return { name, sections: { '*': name }, set: {}, temperature: undefined };
  });
}

/** `lib=ff, temp=-40, VDD=1.98`; `lib[FILE]=ff` for the sections of one library file. */
function parseSettings(name: string, text: string): Corner {
  const sections: Record<string, string> = {};
  const set: Record<string, number> = {};
  let temperature: number | undefined;
  for (const piece of splitTop(text, ',')) {
    const assignment = splitAssignment(piece);
    if (!assignment || assignment.target === '' || assignment.value === '')
      throw invalid(`corner ${name}: "${shorten(piece)}" sets nothing`);
    const { target, value } = assignment;
    const library = /^lib(?:\[(.+)\])?$/is.exec(target);
    if (library) sections[library[1]?.trim() ?? '*'] = value;
    else if (isTemperature(target)) temperature = number(name, target, value);
    else set[target] = number(name, target, value);
  }
  return { name, sections, set, temperature };
}

function cornerOf(name: string, { lib, temp, set }: CornerObject): Corner {
  const values = Object.entries(set ?? {}).map(([target, value]) => [
    target,
    number(name, target, String(value)),
  ]);
  return {
    name,
    sections: typeof lib === 'string' ? { '*': lib } : { ...lib },
    set: Object.fromEntries(values),
    temperature: temp === undefined ? undefined : number(name, 'temp', String(temp)),
  };
}

const isTemperature = (target: string) => /^temp(erature)?$/i.test(target);

const number = (corner: string, target: string, value: string) =>
  needNumber(value, `${target} of corner ${corner}`, CODE, EXAMPLE);

const invalid = (message: string) => new SpiceLabError(CODE, message, { remedy: EXAMPLE });
