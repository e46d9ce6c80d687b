import { SpiceLabError } from '../../errors/index.ts';
import { childrenOf, type Expression } from '../../expression/index.ts';
import type { Guard, Scope } from '../cards.ts';
import type { Residual } from '../circuit-values.ts';
import type { Deck } from '../deck.ts';
import type { FlatInstance, FlatModel } from '../elaborate.ts';
import { mayDraw } from '../statistical.ts';
import type { Evaluator } from './evaluator.ts';
import { constant } from './fold.ts';
import type { Frame } from './frame.ts';
import { nonFinite } from './non-finite.ts';
import { groupsIn, type Piece, piecesOf, piecesOfModel } from './pieces.ts';
import type { Selection } from './selection.ts';
import { requireReadCalls } from './unread-calls.ts';

export interface ResidualsOptions {
  readonly deck: Deck;
  readonly evaluator: Evaluator;
  readonly selection: Selection;
  /** Subcircuits whose devices an `m=` of an X line multiplies. */
  readonly multiplied: ReadonlySet<Scope>;
}

/** Evaluates everything that the simulator reads when it loads the circuit, in the order of its instances. */
export function residualsOf({ deck, evaluator, selection, multiplied }: ResidualsOptions): Residual[] {
  const { read, frameOf } = evaluator;
  const residuals: Residual[] = [];
  const placeOf = (line: number) => deck.placeOf(deck.lines[line]!);
  const piecesFor = once((card: FlatInstance['card']) => piecesOf(card, deck.lines[card.line]!.text, read));
  const piecesForModel = once((card: FlatModel['card']) => piecesOfModel(card, read));
  const checkCalls = (line: number, pieces: () => readonly Piece[], scope: Scope): void => {
    const { text } = deck.lines[line]!;
    if (mayDraw(text)) requireReadCalls(text, pieces(), scope, placeOf(line));
  };
  const guardsOf = once((scope: Scope) => [
    ...new Set(
      [...scope.instances, ...scope.models.values(), ...scope.laterModels].map(({ guard }) => guard),
    ),
  ]);

  /** The value of a piece; `undefined` where it is no expression after all. */
  const valueOfPiece = (piece: Piece, line: number, frame: Frame): Expression | undefined => {
    const written = { text: piece.text, line, start: piece.start, label: piece.label };
    if (piece.behavioural) return evaluator.evaluatePartly(written, frame);
    if (piece.reading === 'strict') return finite(evaluator.evaluate(written, frame), piece, line, frame);
    const { names, calls } = read(piece.text);
    if (calls.size === 0 && ![...names].every((name) => evaluator.sees(name, frame))) return undefined;
    try {
      return finite(evaluator.evaluate(written, frame), piece, line, frame);
    } catch (thrown) {
      if (thrown instanceof SpiceLabError) return undefined;
      throw thrown;
    }
  };

  const finite = (value: Expression, piece: Piece, line: number, frame: Frame): Expression => {
    const number = constant(value);
    if (number === undefined || Number.isFinite(number)) return value;
    throw nonFinite(evaluator, { piece, line, frame, value: number, placeOf });
  };

  const addText = (line: number, what: string, value: Expression | undefined): void => {
    if (value && isOpen(value)) residuals.push({ kind: 'text', line, what, value });
  };

  const addDevice = (instance: FlatInstance): void => {
    const { card } = instance;
    const frame = frameOf(instance.parent);
    for (const piece of piecesFor(card)) {
      // a bare word may be the model
      if (piece.reading === 'guess' && piece.text.toLowerCase() === instance.model?.name) continue;
      const value = valueOfPiece(piece, card.line, frame);
      if (piece.behavioural) addText(card.line, piece.label, value);
      else if (value && value.kind !== 'number')
        residuals.push({ kind: 'instance', instance, written: piece.written, value });
    }
  };

  const addModel = (model: FlatModel, instance: FlatInstance): void => {
    const frame = selection.frameOfModel(model.card, instance);
    checkCalls(model.card.line, () => piecesForModel(model.card), frame.scope);
    for (const piece of piecesForModel(model.card)) {
      const value = valueOfPiece(piece, model.card.line, frame);
      if (value && value.kind !== 'number' && 'name' in piece.written)
        residuals.push({ kind: 'model', model, written: piece.written, value });
    }
  };

  /** Lines of one copy of a scope that are no devices: `.ic` and the like, and the `.if`s that a load decides. */
  const addLines = (frame: Frame): void => {
    for (const { line, text } of frame.scope.others) {
      for (const group of groupsIn(text, 0)) {
        const what = /^\S*/.exec(text)![0].toLowerCase();
        addText(line, what, evaluator.evaluatePartly({ ...group, line, label: what }, frame));
      }
    }
    const seen = new Set<Guard>();
    const lines = new Set<number>();
    for (const innermost of guardsOf(frame.scope)) {
      for (let guard = innermost; guard && !seen.has(guard); guard = guard.outer) {
        seen.add(guard);
        const { condition: text, line, start } = guard;
        if (lines.has(line)) continue;
        lines.add(line);
        addText(line, '.if', evaluator.evaluate({ text, line, start, label: '.if' }, frame));
      }
    }
  };

  addLines(frameOf(undefined));
  const models = new Set<FlatModel>();
  for (const instance of deck.circuit.instances) {
    checkCalls(instance.card.line, () => piecesFor(instance.card), instance.scope);
    if (instance.body) {
      const frame = frameOf(instance);
      addLines(frame);
      // m= multiplies what is inside: ngspice writes it on every line there
      if (multiplied.has(instance.body))
        addText(instance.card.line, `${instance.name}[m]`, evaluator.valueOf('m', frame));
      continue;
    }
    addDevice(instance);
    for (const model of selection.cardsOf(instance)) {
      if (!models.has(model)) addModel(model, instance);
      models.add(model);
    }
  }
  return residuals;
}

/** Whether an expression depends on a draw or a target. */
const isOpen = (value: Expression): boolean => value.kind === 'variable' || childrenOf(value).some(isOpen);

function once<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, compute(key));
    return known.get(key)!;
  };
}
