import type { Place } from '../errors/index.ts';
import { type Argument, type BinaryOperator, childrenOf, type Expression, PRECEDENCE } from './ast.ts';
import { Lexer, type Token } from './lexer.ts';

/** Deeper than any real expression, and shallow enough for every stack that walks the tree. */
const MOST_NESTING = 200;
const MOST_DEPTH = 2000;

const SPELLINGS: Readonly<Record<string, BinaryOperator>> = { '**': '^', '=': '==', '<>': '!=' };
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '{': '}', "'": "'", '"': '"' };
/** `vdb(out)` is `vdb(v(out))`: their argument is a node name where it looks like one. */
const NODE_FUNCTIONS = new Set(['vdb', 'vm', 'vp', 'vph', 'vr', 'vi']);
const NODE_NAME = /^[\w.#$:]+$/;

/**
 * Reads an expression; `{x}`, `'x'` and `"x"` are groups, as in SPICE decks.
 * @throws SpiceLabError EXPRESSION_SYNTAX, with the column
 */
export function parseExpression(text: string, place?: Place): Expression {
  return new Parser(text, place).parse();
}

class Parser {
  readonly #lexer: Lexer;
  readonly #depths = new WeakMap<Expression, number>();
  #token: Token;
  #nesting = 0;
  /** Open `?` whose `:` is still to come. */
  #pending = 0;
  readonly #quotes: string[] = [];

  constructor(text: string, place: Place | undefined) {
    this.#lexer = new Lexer(text, place);
    this.#token = this.#lexer.read(0, true);
  }

  parse(): Expression {
    if (this.#atEnd()) throw this.#lexer.error('an empty expression', 0);
    const expression = this.#expression();
    if (!this.#atEnd()) throw this.#unexpected('an operator or the end');
    return expression;
  }

  /** A whole expression, a group or an argument: where a leading sign takes in products and powers (`-2^2` is -4). */
  #expression(): Expression {
    return this.#nested(() => this.#conditional(this.#leading()));
  }

  #branch(): Expression {
    return this.#nested(() => this.#conditional(this.#tight()));
  }

  #conditional(first: Expression): Expression {
    const test = this.#binary(1, first);
    if (!this.#isSymbol('?')) return test;
    this.#pending++;
    this.#advance();
    const whenTrue = this.#branch();
    this.#pending--;
    this.#expect(':');
    const whenFalse = this.#branch();
    return this.#keep({ kind: 'conditional', test, whenTrue, whenFalse });
  }

  #binary(least: number, first: Expression): Expression {
    let left = first;
    for (;;) {
      const operator = this.#binaryOperator();
      if (operator === undefined || PRECEDENCE[operator] < least) return left;
      const start = this.#token.start;
      this.#advance();
      if (operator === '%' && !this.#startsOperand()) {
        left = this.#keep({ kind: 'unary', operator: '%', operand: left }, start);
        continue;
      }
      const right = this.#nested(() => this.#binary(PRECEDENCE[operator] + 1, this.#tight()));
      left = this.#keep({ kind: 'binary', operator, left, right }, start);
    }
  }

  #leading(): Expression {
    const sign = this.#sign();
    if (sign === undefined) return this.#tight();
    this.#advance();
    const operand = this.#nested(() => this.#binary(PRECEDENCE['*'], this.#tight()));
    return this.#keep({ kind: 'unary', operator: sign, operand });
  }

  /** An operand that no operator to its right can pull apart: `-3` in `2^-3` and `1+-3^2`, `!a` in `!a^b`. */
  #tight(): Expression {
    const sign = this.#isSymbol('!') ? '!' : this.#sign();
    if (sign === undefined) return this.#primary();
    this.#advance();
    return this.#keep({ kind: 'unary', operator: sign, operand: this.#nested(() => this.#tight()) });
  }

  #primary(): Expression {
    const token = this.#token;
    switch (token.kind) {
      case 'number':
        this.#advance();
        return { kind: 'number', value: token.value };
      case 'variable':
        this.#advance();
        return { kind: 'variable', index: token.index };
      case 'device':
        this.#advance();
        return { kind: 'vector', name: token.text };
      case 'name':
        return this.#nameOrCall(token.text.toLowerCase(), token);
      case 'symbol':
        if (token.text in CLOSING) return this.#group(token.text);
    }
    throw this.#unexpected('a number, a name or "("');
  }

  #group(open: string): Expression {
    const close = CLOSING[open]!;
    if (open === close && this.#quotes.includes(open)) throw this.#unexpected('a number, a name or "("');
    const pending = this.#pending;
    this.#pending = 0;
    this.#quotes.push(open);
    this.#advance();
    const inside = this.#expression();
    this.#quotes.pop();
    this.#pending = pending;
    this.#expect(close);
    return inside;
  }

  #nameOrCall(name: string, token: Token): Expression {
    if (this.#lexer.text[token.end] !== '(') {
      this.#advance();
      if (!this.#isSymbol('(')) return { kind: 'name', name };
    } else {
      const vector = this.#vectorCall(name, token);
      if (vector) return vector;
      this.#advance();
    }
    const pending = this.#pending;
    this.#pending = 0;
    const args = this.#arguments();
    this.#pending = pending;
    this.#expect(')');
    return this.#keep({ kind: 'call', name, args }, token.start);
  }

  /** `v(out)`, `v(a,b)`, `i(v1)` and `vdb(out)`; `undefined` for everything else. */
  #vectorCall(name: string, token: Token): Expression | undefined {
    const isNode = name === 'v' || name === 'i';
    if (!isNode && !NODE_FUNCTIONS.has(name)) return undefined;
    const read = this.#lexer.readNodes(token.end + 1);
    const most = name === 'i' ? 1 : 2;
    const valid =
      read && read.nodes.length <= most && read.nodes.every((n) => (isNode ? /^\S+$/ : NODE_NAME).test(n));
    if (!valid) {
      if (!isNode) return undefined;
      throw this.#lexer.error(
        `cannot read the ${name === 'v' ? 'node' : 'source'} of ${name}(…)`,
        token.end + 1,
        'Write v(node), v(node1,node2) or i(source); for an expression use db(…), mag(…) or ph(…).',
      );
    }
    this.#token = this.#lexer.read(read.end + 1, this.#pending === 0);
    const [first, second] = read.nodes.map((node) => vectorOf(isNode ? name : 'v', node));
    const vector: Expression = second
      ? this.#keep({ kind: 'binary', operator: '-', left: first!, right: second })
      : first!;
    return isNode ? vector : this.#keep({ kind: 'call', name, args: [{ value: vector }] });
  }

  #arguments(): Argument[] {
    this.#advance();
    const args: Argument[] = [];
    if (this.#isSymbol(')')) return args;
    for (;;) {
      args.push(this.#argument());
      if (!this.#isSymbol(',')) return args;
      this.#advance();
    }
  }

  #argument(): Argument {
    const token = this.#token;
    if (token.kind === 'name') {
      const next = this.#lexer.read(token.end, true);
      if (next.kind === 'symbol' && next.text === '=') {
        this.#token = this.#lexer.read(next.end, true);
        return { name: token.text.toLowerCase(), value: this.#expression() };
      }
    }
    return { value: this.#expression() };
  }

  #binaryOperator(): BinaryOperator | undefined {
    if (this.#token.kind !== 'symbol') return undefined;
    const text = SPELLINGS[this.#token.text] ?? this.#token.text;
    return Object.hasOwn(PRECEDENCE, text) ? (text as BinaryOperator) : undefined;
  }

  #sign(): '-' | '+' | undefined {
    if (this.#isSymbol('-')) return '-';
    return this.#isSymbol('+') ? '+' : undefined;
  }

  #startsOperand(): boolean {
    if (this.#atEnd()) return false;
    if (this.#token.kind !== 'symbol') return true;
    const { text } = this.#token;
    if (text === "'" || text === '"') return this.#quotes.at(-1) !== text;
    return text in CLOSING || text === '-' || text === '+' || text === '!';
  }

  #atEnd(): boolean {
    return this.#token.kind === 'end';
  }

  #isSymbol(text: string): boolean {
    return this.#token.kind === 'symbol' && this.#token.text === text;
  }

  #expect(text: string): void {
    if (!this.#isSymbol(text)) throw this.#unexpected(`"${text}"`);
    this.#advance();
  }

  #advance(): void {
    this.#token = this.#lexer.read(this.#token.end, this.#pending === 0);
  }

  #unexpected(expected: string): Error {
    const { start, end, kind } = this.#token;
    const found = kind === 'end' ? 'the end' : JSON.stringify(this.#lexer.text.slice(start, end));
    return this.#lexer.error(`expected ${expected}, found ${found}`, start);
  }

  #nested(read: () => Expression): Expression {
    if (++this.#nesting > MOST_NESTING) throw this.#tooDeep(this.#token.start);
    const expression = read();
    this.#nesting--;
    return expression;
  }

  #keep(node: Expression, at = this.#token.start): Expression {
    let depth = 0;
    for (const child of childrenOf(node)) depth = Math.max(depth, this.#depths.get(child) ?? 0);
    if (depth >= MOST_DEPTH) throw this.#tooDeep(at);
    this.#depths.set(node, depth + 1);
    return node;
  }

  #tooDeep(at: number): Error {
    return this.#lexer.error('an expression nested too deeply', at, 'Split it into several parameters.');
  }
}

function vectorOf(quantity: string, node: string): Expression {
  if (quantity === 'v' && (node === '0' || node === 'gnd')) return { kind: 'number', value: 0 };
  // raw files write a device's quantity as v(@m1[vth]) or i(@m1[id])
  return { kind: 'vector', name: node.startsWith('@') ? node : `${quantity}(${node})` };
}
