import { SpiceLabError } from '../../errors/index.ts';
import { type Expression, readNumber } from '../../expression/index.ts';
import type { Guard, InstanceCard, ModelCard, Scope } from '../cards.ts';
import type { CircuitValues, OpenTargets, Residual } from '../circuit-values.ts';
import type { DeckWarning } from '../classify.ts';
import type { Deck } from '../deck.ts';
import type { FlatInstance, FlatModel } from '../elaborate.ts';
import { unwrap } from '../tokens.ts';
import { type BinSelection, binsFor } from './bins.ts';
import { createDrawings, type Drawings } from './draws.ts';
import { createEvaluator, type Evaluator, type Written } from './evaluator.ts';
import { constant, numberOf } from './fold.ts';
import type { Frame } from './frame.ts';
import { multipliedScopes } from './multiplied.ts';
import { nonFinite } from './non-finite.ts';
import { settingsOf } from './options.ts';
import { isPlainNumber, type Piece, piecesOf, piecesOfModel } from './pieces.ts';

/**
 * Evaluates the parameters of a flattened circuit as ngspice does when it loads it, and leaves expressions where a study's
 * targets or random draws are involved. Only what devices, models and other lines read is evaluated.
 * @throws SpiceLabError PARAMETER_UNDEFINED, EXPRESSION_*, DECK_SYNTAX (a parameter that is defined by itself, a
 * statistical call with a wrong number of arguments, a value that is not finite)
 */
export function evaluateCircuit(
  deck: Deck,
  open: OpenTargets,
  { firstDraw }: { readonly firstDraw: number },
): CircuitValues {
  const drawings = createDrawings();
  const notices: DeckWarning[] = [];
  const placeOf = (line: number) => deck.placeOf(deck.lines[line]!);
  const settings = settingsOf(deck.lines);
  const multiplied = multipliedScopes(deck.root);
  const evaluator = createEvaluator({
    root: deck.root,
    open,
    drawing: drawings,
    temperature: settings.temperature,
    multiplied,
    placeOf,
    notice: (warning) => notices.push(warning),
  });
  const circuit = createCircuit(deck, evaluator, drawings, { scale: settings.scale, multiplied });
  const residuals: Residual[] = [...circuit.residuals()];
  const position = new Map<FlatInstance | undefined, number>([[undefined, -1]]);
  deck.circuit.instances.forEach((instance, index) => {
    position.set(instance, index);
  });
  const { draws, sites } = drawings.finish(firstDraw, (instance) => position.get(instance)!);
  return {
    draws,
    sites,
    residuals,
    notices,
    cardsOf: circuit.cardsOf,
    besideOf: circuit.besideOf,
    value(text, instance) {
      const number = readNumber(unwrap(text));
      if (number) return numberOf(number.value);
      const written = { text, line: instance?.card.line ?? 0, start: 0, label: '' };
      const frame = evaluator.frameOf(instance?.parent);
      return quietly(() => drawings.sealed(() => evaluator.evaluate(written, frame)));
    },
  };
}

interface Circuit {
  residuals(): Iterable<Residual>;
  cardsOf(instance: FlatInstance): readonly FlatModel[];
  besideOf(instance: FlatInstance): BinSelection['beside'];
}

function createCircuit(
  deck: Deck,
  evaluator: Evaluator,
  drawings: Drawings,
  { scale, multiplied }: { readonly scale: number; readonly multiplied: ReadonlySet<Scope> },
): Circuit {
  const { read, frameOf } = evaluator;
  const pieces = new Map<InstanceCard, readonly Piece[]>();
  const modelPieces = new Map<ModelCard, readonly Piece[]>();
  const selections = new Map<FlatInstance, BinSelection>();
  const selected = new Map<FlatInstance, readonly FlatModel[]>();
  let models: Map<string, FlatModel> | undefined;

  const piecesFor = (card: InstanceCard): readonly Piece[] => {
    let found = pieces.get(card);
    if (!found) {
      found = piecesOf(card, deck.lines[card.line]!.text, read);
      pieces.set(card, found);
    }
    return found;
  };
  const piecesForModel = (card: ModelCard): readonly Piece[] => {
    let found = modelPieces.get(card);
    if (!found) {
      found = piecesOfModel(card, read);
      modelPieces.set(card, found);
    }
    return found;
  };
  const modelNamed = (parent: string, name: string): FlatModel | undefined => {
    models ??= new Map(
      deck.circuit.models.map((model) => [`${model.parent?.name ?? ''}:${model.card.name}`, model]),
    );
    return models.get(`${parent}:${name}`);
  };

  /** The value of a piece; `undefined` where it is no expression after all. */
  const evaluatePiece = (piece: Piece, line: number, frame: Frame): Expression | undefined => {
    const written = { text: piece.text, line, start: piece.start, label: piece.label };
    if (piece.behavioural) return evaluator.evaluatePartly(written, frame);
    if (piece.reading === 'guess') {
      const { names, calls } = read(piece.text);
      if (calls.size === 0 && ![...names].every((name) => evaluator.sees(name, frame))) return undefined;
    }
    try {
      return evaluator.evaluate(written, frame);
    } catch (thrown) {
      if (piece.reading === 'guess' && thrown instanceof SpiceLabError) return undefined;
      throw thrown;
    }
  };

  const frameOfModel = (card: ModelCard, instance: FlatInstance): Frame => {
    let frame = frameOf(instance.parent);
    while (frame.caller && !definesModel(frame.scope, card)) frame = frame.caller;
    return frame;
  };

  const flatModel = (card: ModelCard, instance: FlatInstance): FlatModel | undefined => {
    const frame = frameOfModel(card, instance);
    return modelNamed(frame.instance?.name ?? '', card.name);
  };

  /** The number that a text is; `undefined` where it is open, or wrong. */
  const known = (written: Written, frame: Frame): number | undefined => {
    const value = quietly(() => drawings.sealed(() => evaluator.evaluate(written, frame)));
    return value && constant(value);
  };

  /** A parameter of an instance as a number. */
  const numberFrom = (instance: FlatInstance, name: string): number | undefined => {
    const entry = instance.card.parameters.findLast((parameter) => parameter.name === name);
    if (!entry) return undefined;
    if (isPlainNumber(entry.text)) return readNumber(entry.text)?.value;
    return known({ ...entry, line: instance.card.line, label: name }, frameOf(instance.parent));
  };

  const selectBins = (instance: FlatInstance): BinSelection => {
    const { model } = instance;
    if (!model?.binned) return { cards: model?.cards ?? [], beside: [] };
    const [l, w] = [numberFrom(instance, 'l'), numberFrom(instance, 'w')];
    const geometry = l === undefined || w === undefined ? undefined : { l: l * scale, w: w * scale };
    return binsFor(model.cards, geometry, (card, limit) => {
      const entry = card.parameters().findLast(({ name }) => name === limit);
      if (!entry) return undefined;
      if (isPlainNumber(entry.text)) return readNumber(entry.text)?.value;
      return known({ ...entry, line: card.line, label: limit }, frameOfModel(card, instance));
    });
  };

  const selectionOf = (instance: FlatInstance): BinSelection => {
    let found = selections.get(instance);
    if (!found) {
      found = selectBins(instance);
      selections.set(instance, found);
    }
    return found;
  };

  const cardsOf = (instance: FlatInstance): readonly FlatModel[] => {
    let found = selected.get(instance);
    if (!found) {
      found = selectionOf(instance).cards.flatMap((card) => flatModel(card, instance) ?? []);
      selected.set(instance, found);
    }
    return found;
  };

  const checked = (value: Expression, piece: Piece, line: number, frame: Frame): Expression => {
    const number = constant(value);
    if (number === undefined || Number.isFinite(number)) return value;
    throw nonFinite(evaluator, {
      piece,
      line,
      frame,
      value: number,
      placeOf: (at) => deck.placeOf(deck.lines[at]!),
    });
  };

  function* ofInstance(instance: FlatInstance): Iterable<Residual> {
    const { card } = instance;
    const frame = frameOf(instance.parent);
    for (const piece of piecesFor(card)) {
      // a bare word may be the model
      if (piece.reading === 'guess' && piece.text.toLowerCase() === instance.model?.name) continue;
      const value = evaluatePiece(piece, card.line, frame);
      if (!value) continue;
      if (piece.behavioural) {
        if (isOpen(value)) yield { kind: 'text', line: card.line, what: piece.label, value };
        continue;
      }
      if (checked(value, piece, card.line, frame).kind === 'number') continue;
      yield { kind: 'instance', instance, written: piece.written, value };
    }
  }

  /** `m=` multiplies what is inside; ngspice writes it on every line there. */
  function* ofSubcircuit(instance: FlatInstance): Iterable<Residual> {
    if (!multiplied.has(instance.body!)) return;
    const value = evaluator.valueOf('m', frameOf(instance));
    if (value && value.kind !== 'number') {
      yield { kind: 'text', line: instance.card.line, what: `${instance.name}[m]`, value };
    }
  }

  function* ofModel(model: FlatModel, instance: FlatInstance): Iterable<Residual> {
    const frame = frameOfModel(model.card, instance);
    yield* ofGuards(model.card.guard, frame);
    for (const piece of piecesForModel(model.card)) {
      const value = evaluatePiece(piece, model.card.line, frame);
      if (!value || checked(value, piece, model.card.line, frame).kind === 'number') continue;
      if ('name' in piece.written) yield { kind: 'model', model, written: piece.written, value };
    }
  }

  /** An `.if` that depends on something is decided when the circuit is loaded. */
  const decided = new Map<Frame, Set<Guard>>();
  function* ofGuards(innermost: Guard | undefined, frame: Frame): Iterable<Residual> {
    const seen = decided.get(frame) ?? new Set();
    decided.set(frame, seen);
    for (let guard = innermost; guard && !seen.has(guard); guard = guard.outer) {
      seen.add(guard);
      const { condition: text, line, start } = guard;
      const value = evaluator.evaluate({ text, line, start, label: '.if' }, frame);
      if (value.kind !== 'number') yield { kind: 'text', line, what: '.if', value };
    }
  }

  function* residuals(): Iterable<Residual> {
    const seen = new Set<FlatModel>();
    for (const instance of deck.circuit.instances) {
      yield* ofGuards(instance.card.guard, frameOf(instance.parent));
      if (instance.card.letter === 'x') yield* ofSubcircuit(instance);
      else {
        yield* ofInstance(instance);
        for (const model of cardsOf(instance)) {
          if (seen.has(model)) continue;
          seen.add(model);
          yield* ofModel(model, instance);
        }
      }
    }
  }
  return { residuals, cardsOf, besideOf: (instance) => selectionOf(instance).beside };
}

const definesModel = (scope: Scope, card: ModelCard): boolean =>
  scope.models.get(card.name) === card || scope.laterModels.includes(card);

/** What it gives, or `undefined` where the deck is wrong there. */
function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof SpiceLabError) return undefined;
    throw thrown;
  }
}

/** Whether an expression depends on a draw or a target. */
function isOpen(value: Expression): boolean {
  switch (value.kind) {
    case 'variable':
      return true;
    case 'unary':
      return isOpen(value.operand);
    case 'binary':
      return isOpen(value.left) || isOpen(value.right);
    case 'conditional':
      return isOpen(value.test) || isOpen(value.whenTrue) || isOpen(value.whenFalse);
    case 'call':
      return value.args.some((argument) => isOpen(argument.value));
    default:
      return false;
  }
}
