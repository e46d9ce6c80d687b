import type { Scope } from '../cards.ts';
import type { OpenTargets } from '../circuit-values.ts';
import type { FlatInstance } from '../elaborate.ts';
import type { ParameterText } from '../tokens.ts';
import type { Frame } from './frame.ts';
import { namesOf, type ScopeNames } from './names.ts';
import type { Notices } from './notices.ts';
import type { ReadText } from './text.ts';

const NOTHING: ReadonlyMap<string, never> = new Map<string, never>();
/** What ngspice puts at the end of the lines of a subcircuit that is multiplied. */
const HANDED_ON: ParameterText = { name: 'm', text: 'm', nameStart: 0, start: 0, end: 0 };

export interface FramesOptions {
  readonly root: Scope;
  readonly open: OpenTargets;
  /** Subcircuits that some X line gives an `m=` that they do not define themselves. */
  readonly multiplied: ReadonlySet<Scope>;
  readonly read: ReadText;
  readonly notices: Notices;
}

/** Gives each subcircuit instance its copy of the names of its scope, when it is asked for; the top level where there is none. */
export function createFrames(options: FramesOptions): (instance: FlatInstance | undefined) => Frame {
  const { root, open, multiplied, read, notices } = options;
  const scopes = new Map<Scope, ScopeNames>();
  const frames = new Map<FlatInstance, Frame>();

  const namesIn = (scope: Scope): ScopeNames => {
    let names = scopes.get(scope);
    if (!names) {
      names = namesOf(scope, read, multiplied.has(scope));
      scopes.set(scope, names);
      notices.captured(scope, names, namesIn);
    }
    return names;
  };
  const givenTo = ({ card, scope }: FlatInstance): Map<string, ParameterText> => {
    const given = new Map(card.parameters.map((parameter) => [parameter.name, parameter]));
    return multiplied.has(scope) ? given.set('m', HANDED_ON) : given;
  };

  let top: Frame | undefined;
  const frameOf = (instance: FlatInstance | undefined): Frame => {
    if (!instance?.body) {
      top ??= {
        scope: root,
        names: namesIn(root),
        instance: undefined,
        caller: undefined,
        given: NOTHING,
        opened: open.parameters,
        values: new Map(),
        open: new Set(),
      };
      return top;
    }
    let frame = frames.get(instance);
    if (!frame) {
      frame = {
        scope: instance.body,
        names: namesIn(instance.body),
        instance,
        caller: frameOf(instance.parent),
        given: givenTo(instance),
        opened: open.instances.get(instance.name) ?? NOTHING,
        values: new Map(),
        open: new Set(),
      };
      frames.set(instance, frame);
    }
    return frame;
  };
  return frameOf;
}
