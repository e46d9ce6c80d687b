import { type ErrorCode, SpiceLabError } from '../errors/index.ts';
import type { Limit, Quantity } from './schema.ts';
import { type Form, needNumber, needQuantity, suggestion } from './text.ts';

/** What a form takes. */
export interface Signature {
  /** A sentence that shows how it is written. */
  readonly example: string;
  /** Names of the arguments; positional ones take them as each form says. */
  readonly names: readonly string[];
}

/** The arguments of one form, by position and by name. Whatever does not fit is a `SpiceLabError` of the given code. */
export class Arguments {
  readonly positional: string[] = [];
  readonly #kind: Signature;
  readonly #code: ErrorCode;
  readonly #form: Form;
  readonly #named = new Map<string, string>();

  constructor(form: Form, kind: Signature, code: ErrorCode) {
    this.#form = form;
    this.#kind = kind;
    this.#code = code;
    for (const { name, text } of form.args) {
      if (name === undefined) this.positional.push(text);
      else if (!kind.names.includes(name))
        throw this.error(`has no argument "${name}"`, suggestion(name, kind.names, kind.example));
      else if (this.#named.has(name)) throw this.error(`is given ${name} twice`);
      else this.#named.set(name, text);
    }
  }

  /** Gives the positional arguments their names. */
  name(...names: string[]): void {
    if (this.positional.length > names.length)
      throw this.error(
        `takes at most ${names.length} arguments without a name, not ${this.positional.length}`,
      );
    for (const [i, text] of this.positional.entries()) {
      const name = names[i]!;
      if (this.#named.has(name)) throw this.error(`is given ${name} twice`);
      this.#named.set(name, text);
    }
  }

  has(name: string): boolean {
    return this.#named.has(name);
  }

  text(name: string): string | undefined {
    return this.#named.get(name);
  }

  number(name: string): number | undefined {
    const text = this.#named.get(name);
    return text === undefined
      ? undefined
      : needNumber(text, this.#what(name), this.#code, this.#kind.example);
  }

  quantity(name: string): Quantity | undefined {
    const text = this.#named.get(name);
    return text === undefined
      ? undefined
      : needQuantity(text, this.#what(name), this.#code, this.#kind.example);
  }

  /** A number is a place, a share an offset from the nominal. */
  limit(name: string): Limit | undefined {
    const quantity = this.quantity(name);
    if (!quantity) return undefined;
    return quantity.relative ? { offset: quantity } : { at: quantity.amount };
  }

  quantityOf(text: string): Quantity {
    return needQuantity(text, `an argument of ${this.#form.name}`, this.#code, this.#kind.example);
  }

  numberOf(text: string): number {
    return needNumber(text, `an argument of ${this.#form.name}`, this.#code, this.#kind.example);
  }

  error(problem: string, remedy = this.#kind.example): SpiceLabError {
    return new SpiceLabError(this.#code, `${this.#form.name} ${problem}`, { remedy });
  }

  #what(name: string): string {
    return `${name} of ${this.#form.name}`;
  }
}
