import type fc from 'fast-check';
import { constantFrom, integer } from 'fast-check';

/** What is made of a deck is chosen by this: fast-check's generator, so that a failing deck shrinks. */
export type Choose = <T>(arbitrary: () => fc.Arbitrary<T>) => T;

const NAMES = ['a', 'b', 'cc', 'w', 'l', 'k1', 'x_y'];
const NUMBERS = ['1', '2', '0.5', '3.25', '1.5k', '20m', '4e2', '.7', '2u', '12', '0', '1e-3'];

/** A subcircuit as far as its X lines need to know it. */
interface Definition {
  readonly name: string;
  /** What an X line may set. */
  readonly settable: readonly string[];
}

/**
 * Makes a deck of capacitors, resistors, sources and models whose values are parameters in every way that a deck can
 * write them: definitions in any order and more than once, shadowing, `.func`, defaults that read each other, overrides
 * through nesting, `m=`, `.if`. What 39.3 refuses is left out: a function behind `&&` or `?`
 * without a parenthesis, bare names as plain values of devices.
 */
export function elaborationDeck(choose: Choose): string[] {
  const below = (n: number) => choose(() => integer({ min: 0, max: n - 1 }));
  const pick = <T>(choices: readonly T[]): T => choose(() => constantFrom(...choices));
  const maybe = (share: number) => below(100) < 100 * share;
  const some = <T>(all: readonly T[], share: number): T[] => all.filter(() => maybe(share));

  const expression = (names: readonly string[], functions: readonly string[], depth: number): string => {
    const inner = () => expression(names, functions, depth - 1);
    if (depth <= 0 || maybe(0.25)) return names.length > 0 && maybe(0.7) ? pick(names) : pick(NUMBERS);
    return pick<() => string>([
      () => `${inner()}+${inner()}`,
      () => `(${inner()} - ${inner()})`,
      () => `${inner()}*(${inner()})`,
      () => `(${inner()})/(abs(${inner()})+1)`,
      () => `(${inner()}>${inner()} ? ${inner()} : ${inner()})`,
      () => `(${inner()} <= ${inner()} && (${inner()}) != 2 ? ${inner()} : ${inner()})`,
      () => `sqrt(abs(${inner()}))`,
      () => `max(${inner()},${inner()})`,
      () => `min(${inner()}, ${inner()})`,
      () => `ternary_fcn(${inner()},${inner()},${inner()})`,
      () => `atan(${inner()})`,
      () => `(2-${inner()})**2`,
      () => `-${pick(NUMBERS)}*${inner()}`,
      () => (functions.length > 0 ? `(${pick(functions)}(${inner()},${inner()}))` : inner()),
    ])();
  };
  const written = (text: string): string => (maybe(0.5) ? `{${text}}` : `'${text}'`);
  const value = (names: readonly string[], functions: readonly string[]): string =>
    names.length > 0 && maybe(0.15) ? pick(names) : written(expression(names, functions, 2));

  /** `.param` lines that read each other without a loop, in any order, some defined twice (the last counts). */
  const params = (
    names: readonly string[],
    outer: readonly string[],
    functions: readonly string[],
  ): string[] => {
    const lines = names.map((name, i) => {
      const visible = [...names.slice(0, i), ...outer.filter((other) => !names.includes(other))];
      const first = maybe(0.15) ? [`.param ${name}={77}`] : [];
      return [...first, `.param ${name}=${value(visible, functions)}`];
    });
    return (maybe(0.5) ? lines.toReversed() : lines).flat();
  };
  const functionLines = (prefix: string, names: readonly string[], known: readonly string[], most: number) =>
    Array.from({ length: below(most + 1) }, (_, i) => {
      const name = `${prefix}${i}`;
      const body = expression(['p', 'q', ...names], known, 2);
      return { name, line: `.func ${name}(p,q) ${maybe(0.5) ? `{${body}}` : `'${body}'`}` };
    });

  // an m= of an X line replaces those of the devices inside, even if nothing uses the subcircuit that has the X line, and
  // goes through X lines without one only if the subcircuit stands below
  const multiplies = maybe(0.5);
  const devices = (
    names: readonly string[],
    functions: readonly string[],
    device: () => number,
  ): string[] => {
    const made: string[] = [];
    for (let i = below(3); i >= 0; i--) {
      const n = device();
      const text = () => value(names, functions);
      made.push(
        ...pick<() => string[]>([
          () => [`c${n} p n ${written(expression(names, functions, 2))}`],
          () => [
            `c${n} p n ${written(expression(names, functions, 2))}${multiplies ? '' : ` m=${written(`abs(${expression(names, functions, 1)})+1`)}`}`,
          ],
          () => [`r${n} p n r=${written(`abs(${expression(names, functions, 1)})+1`)}`],
          () => [`i${n} p n dc ${written(expression(names, functions, 2))}`],
          () => [
            `.model cm${n} c cj=${written(expression(names, functions, 2))} cjsw = ${text()}`,
            `c${n} p n cm${n} l=${text()} w=${pick(NUMBERS)}`,
          ],
        ])(),
      );
    }
    return made;
  };

  const calls = (
    names: readonly string[],
    functions: readonly string[],
    known: readonly Definition[],
    device: () => number,
  ): string[] =>
    known.length === 0
      ? []
      : Array.from({ length: below(3) }, () => {
          const { name, settable } = pick(known);
          const given = some(settable, 0.5).map((formal) => `${formal}=${value(names, functions)}`);
          if (multiplies) given.push(`m=${maybe(0.5) ? pick(['2', '3']) : '{1+1.5}'}`);
          return `x${device()} p n ${name} ${given.join(' ')}`.trimEnd();
        });

  let count = 0;
  const device = () => ++count;
  const globals = some(NAMES, 0.6);
  const globalFunctions = functionLines('f', globals, [], 2);
  const functions = globalFunctions.map(({ name }) => name);
  const definitions: Definition[] = [];
  const subcircuits: string[][] = [];
  for (let i = below(4); i > 0; i--) {
    const name = `s${i}`;
    const formals = some(NAMES, 0.35);
    const locals = some(NAMES, 0.25);
    const own = [...new Set([...formals, ...locals])];
    const localFunctions = maybe(0.3) ? functionLines(pick(['f', 'g']), globals, [], 1) : [];
    const known = [...new Set([...functions, ...localFunctions.map((each) => each.name)])];
    const header = formals.map((formal, k) => {
      const visible = [...formals.slice(0, k), ...globals].filter(
        (other) =>
          !own.includes(other) ||
          (formals.indexOf(other) < k && formals.includes(other) && !locals.includes(other)),
      );
      return `${formal}=${maybe(0.4) ? pick(['1', '2.5', '30m']) : value(visible, [])}`;
    });
    const before = formals.filter((formal) => !locals.includes(formal));
    const body = params(locals, [...before, ...globals.filter((other) => !own.includes(other))], []);
    const names = [...new Set([...globals, ...own])];
    const inside = devices(names, known, device);
    const nested = calls(names, known, definitions, device);
    const conditional = names.length > 0 && maybe(0.4);
    subcircuits.push([
      `.subckt ${name} p n ${header.join(' ')}`.trimEnd(),
      ...body,
      ...localFunctions.map((each) => each.line),
      ...inside,
      ...nested,
      ...(conditional
        ? [
            `.if (${pick(names)} > ${pick(NUMBERS)})`,
            `c${device()} p n {${pick(names)}}`,
            ...(maybe(0.5) ? [`.elseif (${pick(names)} < 0.6)`, `c${device()} p n {2*${pick(names)}}`] : []),
            '.else',
            ...calls(names, known, definitions, device),
            `c${device()} p n {3*${pick(names)}}`,
            '.endif',
          ]
        : []),
      `.ends${maybe(0.5) ? ` ${name}` : ''}`,
    ]);
    definitions.push({ name, settable: own });
  }
  const top = [
    ...params(globals, [], functions.slice(0, 0)),
    ...globalFunctions.map((each) => each.line),
    ...devices(globals, functions, device),
    ...calls(globals, functions, definitions, device),
    ...calls(globals, functions, definitions, device),
  ];
  const parts = [...subcircuits.map((lines) => lines.join('\n')), ...top];
  return [
    'r0 p n 1',
    'v0 p 0 1',
    'rn n 0 1',
    ...(maybe(0.5) ? parts : [...top, ...subcircuits.flat()]),
  ].flatMap((part) => part.split('\n'));
}
