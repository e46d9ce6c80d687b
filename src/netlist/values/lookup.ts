import type { Environment, Frame } from './frame.ts';
import { isNumeric, type Macro } from './names.ts';

/** The copy of a scope that gives a name its meaning, and the statistical `.param` that it is the name of, if any. */
export interface Found {
  readonly frame: Frame;
  readonly macro: Macro | undefined;
}

/** Looks for a name in a copy and in those that call it; `environment` says what of its own copy is assigned yet. */
export function findFrame(
  name: string,
  from: Frame | undefined,
  environment?: Environment,
): Found | undefined {
  for (let frame = from; frame; frame = frame.caller) {
    if (frame.opened.has(name)) return { frame, macro: undefined };
    const limited = environment?.frame === frame ? environment : undefined;
    const macro = limited?.given ? undefined : frame.names.macros.get(name);
    // a value on the X line comes before the subcircuit's own, whether that draws or not
    if (macro) return { frame, macro: frame.given.has(name) ? undefined : macro };
    if (limited ? isAssigned(name, limited) : frame.names.formals.has(name))
      return { frame, macro: undefined };
  }
  return undefined;
}

/** Whether a parameter of the subcircuit has its value when the one at the limit is assigned. */
function isAssigned(name: string, { frame, limit }: Environment): boolean {
  const formal = frame.names.formals.get(name);
  if (!formal) return false;
  if (formal.order < limit) return true;
  return formal.order > limit && isNumeric((frame.given.get(name) ?? formal).text);
}
