import type { Place } from '../../errors/index.ts';
import type { Expression } from '../../expression/index.ts';
import {
  type CircuitValues,
  type Deck,
  evaluateCircuit,
  findStatisticalCalls,
  type Line,
  numberOf,
  type OpenTargets,
} from '../../netlist/index.ts';
import type { Statistics as Choice } from '../../study/schema.ts';
import { type Binding, variableOf } from '../fold.ts';
import { ownFunctions } from '../hold.ts';
import { means } from './choose.ts';
import { checkTies, type Source, sourcesOf } from './sources.ts';
import { type Survey, surveyDraws } from './survey.ts';
import { knownSwitches, possibleSwitches, type SwitchParameter } from './switches.ts';

/** A deck evaluated, its switches set, its draws under their names. */
export interface Surveyed {
  readonly survey: Survey;
  readonly sources: readonly Source[];
  /** Switches of the deck's own value or as set, by the `$k` that they were opened as. */
  readonly constants: Binding;
}

/** What a switch of a deck came to. */
export interface SwitchState extends SwitchParameter {
  /** What the study needs it to be, where that is not its value. */
  readonly set: number | undefined;
}

/** What a study's choice makes of the draws of one deck. */
export class DeckDraws {
  readonly deck: Deck;
  /** Whether its text has statistical calls at all. */
  readonly draws: boolean;
  /** Of the first of them. */
  readonly place: Place | undefined;
  readonly #choice: Choice;
  readonly #switches: SwitchParameter[];
  readonly #set = new Map<string, number>();
  #first: Surveyed | undefined;

  constructor(deck: Deck, choice: Choice) {
    this.deck = deck;
    const call = firstCall(deck);
    this.draws = call !== undefined;
    this.place = call && deck.placeOf(call);
    this.#choice = choice;
    this.#switches = this.draws ? knownSwitches(deck) : [];
  }

  /** The deck as it is, but for switches that the choice needs. */
  get asWritten(): Surveyed {
    this.#first ??= this.#withSwitches();
    return this.#first;
  }

  /** The deck with what the study sets left open, as expressions over the plan's variables. */
  evaluate(open: OpenTargets): Surveyed {
    if (this.draws) void this.asWritten;
    const nothing = open.parameters.size + open.instances.size === 0 && open.temperature === undefined;
    if (nothing) return this.asWritten;
    return this.#survey(
      open,
      this.#switches.filter(({ name }) => !open.parameters.has(name)),
    );
  }

  get switches(): readonly SwitchState[] {
    return this.#switches.map((each) => ({ ...each, set: this.#set.get(each.name) }));
  }

  /** What the deck's draws would be with a switch at another value. */
  sourcesWith(name: string, value: number): readonly Source[] {
    return this.#resurvey(new Map([...this.#set, [name, value]])).sources;
  }

  #withSwitches(): Surveyed {
    let surveyed = this.#survey(NOTHING_OPEN, this.#switches);
    checkTies(this.#choice.tie, [surveyed.survey]);
    for (const word of this.#choice.vary) {
      if (word === 'all' || word === 'none' || isMet(word, surveyed.sources)) continue;
      this.#first = surveyed;
      surveyed = this.#trySwitches(word, this.#switches) ?? this.#tryOthers(word) ?? surveyed;
    }
    return surveyed;
  }

  /** Sets the first switch, or else all together, that brings draws which are asked for to life. */
  #trySwitches(word: string, switches: readonly SwitchParameter[]): Surveyed | undefined {
    const off = switches.filter(({ name, value }) => (this.#set.get(name) ?? value) === 0);
    const likely = [
      ...off.filter((each) => each.class === word),
      ...off.filter((each) => each.class !== word),
    ];
    const trials = [...likely.map((each) => [each]), ...(likely.length > 1 ? [likely] : [])];
    for (const trial of trials) {
      const set = new Map([...this.#set, ...trial.map(({ name }) => [name, 1] as const)]);
      const surveyed = this.#resurvey(set);
      if (!isMet(word, surveyed.sources)) continue;
      for (const { name } of trial) this.#set.set(name, 1);
      return surveyed;
    }
    return undefined;
  }

  #tryOthers(word: string): Surveyed | undefined {
    const others = possibleSwitches(this.deck).filter(
      ({ name }) => !this.#switches.some((known) => known.name === name),
    );
    const before = [...this.#switches];
    this.#switches.push(...others);
    this.#first = this.#survey(NOTHING_OPEN, this.#switches);
    const found = this.#trySwitches(word, others);
    this.#switches.splice(0, this.#switches.length, ...before);
    this.#switches.push(...others.filter(({ name }) => this.#set.has(name)));
    this.#first = this.#survey(NOTHING_OPEN, this.#switches);
    return found ? this.#first : undefined;
  }

  #resurvey(set: ReadonlyMap<string, number>): Surveyed {
    this.#first ??= this.#survey(NOTHING_OPEN, this.#switches);
    const { values } = this.#first.survey;
    return this.#interpret(values, this.#constants(this.#switches, set));
  }

  #survey(open: OpenTargets, switches: readonly SwitchParameter[]): Surveyed {
    const parameters = new Map<string, Expression>(open.parameters);
    for (const [i, { name }] of switches.entries()) parameters.set(name, variableOf(FIRST_PLACEHOLDER + i));
    const firstDraw = FIRST_PLACEHOLDER + switches.length;
    const values = evaluateCircuit(this.deck, { ...open, parameters }, { firstDraw });
    return this.#interpret(values, this.#constants(switches, this.#set));
  }

  #interpret(values: CircuitValues, constants: Binding): Surveyed {
    const survey = surveyDraws(this.deck, values, constants);
    return { survey, sources: sourcesOf(this.deck, survey, this.#choice.tie), constants };
  }

  #constants(switches: readonly SwitchParameter[], set: ReadonlyMap<string, number>): Binding {
    const numbers = switches.map(({ name, value }) => numberOf(set.get(name) ?? value));
    return (index) => numbers[index - FIRST_PLACEHOLDER];
  }
}

/** Switches and draws stand in expressions as `$k` from here on, beyond the variables of any plan. */
const FIRST_PLACEHOLDER = 1e9;

function firstCall(deck: Deck): Line | undefined {
  const defined = ownFunctions(deck);
  return deck.lines.find(({ text }) => findStatisticalCalls(text, defined).length > 0);
}

const NOTHING_OPEN: OpenTargets = { parameters: new Map(), instances: new Map() };

const isMet = (word: string, sources: readonly Source[]): boolean =>
  sources.some((source) => source.live && means(word, source));
