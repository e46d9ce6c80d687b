import {
  DEVICE_KINDS,
  type Deck,
  evaluateIn,
  type FlatInstance,
  type Span,
  type Token,
  unwrap,
} from '../netlist/index.ts';
import { instanceParameter } from './device-parameters.ts';
import type { Match, OpenAssignment, SlotPlace } from './match.ts';

/** What a parameter's value is and where it stands on an instance's line. */
interface Written {
  readonly name: string;
  /** As `alter` spells it; `undefined`: the device's own value. */
  readonly alter: string | undefined;
  readonly unit: string;
  readonly place: SlotPlace;
}

/**
 * What `parameter` of an instance is (its plain value when absent); `undefined` when it has none such.
 */
export function matchInstance(deck: Deck, instance: FlatInstance, parameter?: string): Match | undefined {
  if (instance.card.letter === 'x') {
    return parameter === undefined ? undefined : matchSubcircuitParameter(deck, instance, parameter);
  }
  const written = findWritten(instance, parameter);
  if (!written) return undefined;
  const { card, scope } = instance;
  const copies = deck.circuit.copies.get(scope) ?? 1;
  const shared = copies > 1;
  const assignment = assignmentOf(instance, written);
  const slots = shared ? [] : [written.place];
  const shown = parameter === undefined ? instance.name : `${instance.name}[${parameter}]`;
  const why = assignment
    ? shared
      ? `alter on ${instance.flatName}; its line is shared by ${copies} copies of ${scope.name}, so the text cannot be changed`
      : `alter on ${instance.flatName}`
    : `${reasonAgainstAlter(written)}: the deck is loaded anew for every sample`;
  return {
    key: `instance:${instance.name}[${written.name}]`,
    name: originalCase(deck, instance, shown),
    kind: 'instance',
    unit: written.unit,
    nominal: evaluateIn(written.place.nominal, instance, deck.parameters),
    slots,
    assignments: assignment ? [assignment] : [],
    why,
    place: deck.placeOf(deck.lines[card.line]!),
  };
}

/** Names in tables look as in the deck: `R1`, not `r1`; deeper instances keep the simulator's lower case. */
function originalCase(deck: Deck, instance: FlatInstance, shown: string): string {
  if (instance.parent) return shown;
  const { length } = instance.card.name;
  return deck.lines[instance.card.line]!.text.slice(0, length) + shown.slice(length);
}

/** What a loaded simulator can be told of a value on an instance's line. */
export interface AlterableValue {
  /** As `alter` spells it; `undefined`: the device's own value. */
  readonly alter: string | undefined;
  readonly unit: string;
}

/** Which of a device's values stands at a place of its line; `undefined` where `alter` has no name for it. */
export function alterableAt(instance: FlatInstance, start: number): AlterableValue | undefined {
  for (const parameter of [undefined, 'ac', 'acphase', 'area']) {
    const written = findWritten(instance, parameter);
    if (written?.place.start === start && written.place.end > start) return written;
  }
  return undefined;
}

/** What the simulator's command line takes for one word. */
export const SAFE_NAME = /^[\w.#:%+-]+$/;
export const BEHAVIOURAL = /\b(?:[vi]\s*\(|time\b|temper\b|hertz\b)/i;

function assignmentOf(instance: FlatInstance, written: Written): OpenAssignment | undefined {
  if (reasonAgainstAlter(written) !== undefined || !SAFE_NAME.test(instance.flatName)) return undefined;
  const device = instance.flatName;
  return written.alter === undefined
    ? { kind: 'alter', device }
    : { kind: 'alter', device, parameter: written.alter };
}

function reasonAgainstAlter(written: Written): string | undefined {
  return BEHAVIOURAL.test(written.place.nominal) ? 'its value is an expression of the simulation' : undefined;
}

function findWritten(instance: FlatInstance, parameter: string | undefined): Written | undefined {
  const { card } = instance;
  const value = DEVICE_KINDS.get(card.letter)?.value;
  const aliases: Readonly<Record<string, string>> = { resistance: 'r', capacitance: 'c', inductance: 'l' };
  const wanted = parameter === undefined ? undefined : (aliases[parameter] ?? parameter);
  if (value && (wanted === undefined || wanted === value.name)) {
    const place = valuePlace(instance, value.name);
    return place && { name: value.name, alter: value.alter, unit: value.unit, place };
  }
  if (wanted === undefined) return undefined;
  if (card.letter === 'v' || card.letter === 'i') return sourceParameter(instance, wanted);
  const known = instanceParameter(card.letter, wanted);
  const entry = card.parameters.findLast(({ name }) => name === wanted);
  if (!entry && !known) return undefined;
  const bare = wanted === 'area' && !entry ? bareArea(instance) : undefined;
  const place = entry
    ? spanPlace(card.line, entry, entry.text)
    : bare
      ? // ngspice counts the nodes of a transistor by what looks like a number to it: a name is safer
        { ...spanPlace(card.line, bare, bare.text), prefix: 'area=' }
      : { ...atEnd(card.line), prefix: ` ${wanted}=`, nominal: known?.initial ?? '' };
  return { name: wanted, alter: wanted, unit: known?.unit ?? '', place };
}

/** The area of a diode or transistor may stand without its name, after the model: `Q1 c b e npn 2`. */
function bareArea({ card, model }: FlatInstance): Token | undefined {
  const at = card.words.findIndex((word) => word.text.toLowerCase() === model?.name);
  const next = at < 0 ? undefined : card.words[at + 1];
  return next && /^[\d.{'+-]/.test(next.text) ? next : undefined;
}

const spanPlace = (line: number, span: Span, text: string): SlotPlace => ({
  line,
  start: span.start,
  end: span.end,
  prefix: '',
  nominal: text,
});

const END_OF_LINE = Number.MAX_SAFE_INTEGER;
const atEnd = (line: number) => ({ line, start: END_OF_LINE, end: END_OF_LINE });

/** Where the plain value of a device stands: `1k` of `R1 a b 1k`. */
function valuePlace(instance: FlatInstance, name: string): SlotPlace | undefined {
  const { card } = instance;
  const { words, line } = card;
  const named = card.parameters.findLast((parameter) => parameter.name === name);
  if (named) return spanPlace(line, named, named.text);
  switch (card.letter) {
    case 'r':
    case 'c':
    case 'l': {
      // PSpice writes the model first
      const value = words.slice(2, 4).find(({ text }) => text.toLowerCase() !== instance.model?.name);
      return value && spanPlace(line, value, value.text);
    }
    case 'v':
    case 'i':
      return dcPlace(instance);
    case 'e':
    case 'g':
    case 'f':
    case 'h': {
      const at = card.letter === 'e' || card.letter === 'g' ? 4 : 3;
      const value = words[at];
      const plain =
        value && words.length === at + 1 && !words.some((word) => /^(?:poly|table)\b/i.test(word.text));
      return plain ? spanPlace(line, value, value.text) : undefined;
    }
    default: {
      const value = words.at(-1);
      return value && words.length > 2 ? spanPlace(line, value, value.text) : undefined;
    }
  }
}

const SOURCE_WORD = /^(?:ac|dc|distof[12]|pulse|sin|exp|pwl|sffm|am|trnoise|trrandom|external|portnum|z0)\b/i;

const FUNCTION_WORD = /^(?:pulse|sin|exp|pwl|sffm|am|trnoise|trrandom|external)\b/i;

/** The dc value of a source: after `dc`, or the first word after the nodes; 0 where there is none. */
function dcPlace(instance: FlatInstance): SlotPlace | undefined {
  const { words, line } = instance.card;
  const keyword = words.findIndex((word, i) => i >= 2 && word.text.toLowerCase() === 'dc');
  const value = words[keyword >= 0 ? keyword + 1 : 2];
  if (value && !SOURCE_WORD.test(value.text)) return spanPlace(line, value, value.text);
  // without a dc value the operating point takes that of the function at time 0, which an inserted 0 would change
  if (words.slice(2).some((word) => FUNCTION_WORD.test(word.text))) return undefined;
  const after = words[1];
  return after && { line, start: after.end, end: after.end, prefix: ' dc ', nominal: '0' };
}

/** `ac` and its phase, the other numbers of a source that stand alone. */
function sourceParameter(instance: FlatInstance, wanted: string): Written | undefined {
  const { card } = instance;
  const at = card.words.findIndex((word, i) => i >= 2 && word.text.toLowerCase() === 'ac');
  const unit = card.letter === 'v' ? 'V' : 'A';
  const magnitude = at < 0 ? undefined : card.words[at + 1];
  const hasMagnitude = magnitude !== undefined && !SOURCE_WORD.test(magnitude.text);
  if (wanted === 'ac' || wanted === 'acmag') {
    const place = hasMagnitude
      ? spanPlace(card.line, magnitude, magnitude.text)
      : { ...atEnd(card.line), prefix: ' ac ', nominal: '0' };
    return at >= 0 && !hasMagnitude ? undefined : { name: 'acmag', alter: 'acmag', unit, place };
  }
  const phase = at < 0 ? undefined : card.words[at + 2];
  if (wanted !== 'acphase' || !hasMagnitude || !phase || SOURCE_WORD.test(phase.text)) return undefined;
  return { name: 'acphase', alter: 'acphase', unit: '°', place: spanPlace(card.line, phase, phase.text) };
}

/** A parameter that an X line gives, or may give, to its subcircuit: only the text can set it. */
function matchSubcircuitParameter(deck: Deck, instance: FlatInstance, parameter: string): Match | undefined {
  const { card, body, scope } = instance;
  const entry = card.parameters.findLast(({ name }) => name === parameter);
  const fallback = body?.defaults.findLast(({ name }) => name === parameter);
  if (!entry && !fallback) return undefined;
  const copies = deck.circuit.copies.get(scope) ?? 1;
  const place: SlotPlace = entry
    ? spanPlace(card.line, entry, entry.text)
    : { ...atEnd(card.line), prefix: ` ${parameter}=`, nominal: unwrap(fallback!.text) };
  const nominal = entry
    ? evaluateIn(entry.text, instance, deck.parameters)
    : deck.parameters.evaluate(fallback!.text);
  return {
    key: `subcircuit:${instance.name}[${parameter}]`,
    name: originalCase(deck, instance, `${instance.name}.${parameter}`),
    kind: 'subcircuit parameter',
    unit: '',
    nominal,
    slots: copies > 1 ? [] : [place],
    assignments: [],
    opens: { instance: instance.name, parameter },
    why:
      copies > 1
        ? `the line of ${instance.name} is shared by ${copies} copies of ${scope.name}`
        : `a parameter of the subcircuit ${body?.name ?? ''} is gone once the deck is loaded: it is loaded anew for every sample`,
    place: deck.placeOf(deck.lines[card.line]!),
  };
}
