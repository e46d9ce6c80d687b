import type { Expression } from '../../expression/index.ts';
import type { Drawing } from './draws.ts';
import type { OpenSite, Origin } from './frame.ts';

/** Runs the expansion of a name or call of a text as a site of that text, unless it is inside of one. */
export function atSite(
  node: Expression,
  origin: Origin,
  drawing: Drawing,
  expand: () => Expression,
): Expression {
  if (origin.site) return expand();
  const span = origin.text.spanOf(node);
  const opened: OpenSite = {
    site: {
      scope: origin.frame.scope,
      line: origin.line,
      start: origin.start + span.start,
      end: origin.start + span.end,
      place: origin.place,
    },
    stands: false,
  };
  origin.site = opened;
  try {
    const value = expand();
    if (opened.stands) drawing.expanded({ site: opened.site, instance: origin.frame.instance, value });
    return value;
  } finally {
    origin.site = undefined;
  }
}
