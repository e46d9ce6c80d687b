/** What the first letter of an instance says about it. */
export interface DeviceKind {
  readonly letter: string;
  readonly what: string;
  /** Nodes it has at least; the model's name, if any, comes after them. */
  readonly nodes: number;
  /** Whether it needs a `.model`. */
  readonly model: 'required' | 'optional' | 'none';
  /** The parameter that its plain value sets (`R1 a b 1k`), and how `alter` spells it; absent: it has no plain value. */
  readonly value?:
    | { readonly name: string; readonly alter: string | undefined; readonly unit: string }
    | undefined;
}

const kind = (
  letter: string,
  what: string,
  nodes: number,
  model: DeviceKind['model'],
  value?: DeviceKind['value'],
): [string, DeviceKind] => [letter, { letter, what, nodes, model, value }];

/** ngspice's device letters. For `alter`, sources have no default parameter (measured of 39.3), passive devices have. */
export const DEVICE_KINDS: ReadonlyMap<string, DeviceKind> = new Map([
  kind('r', 'resistor', 2, 'optional', { name: 'r', alter: undefined, unit: 'Ohm' }),
  kind('c', 'capacitor', 2, 'optional', { name: 'c', alter: undefined, unit: 'F' }),
  kind('l', 'inductor', 2, 'optional', { name: 'l', alter: undefined, unit: 'H' }),
  kind('v', 'voltage source', 2, 'none', { name: 'dc', alter: 'dc', unit: 'V' }),
  kind('i', 'current source', 2, 'none', { name: 'dc', alter: 'dc', unit: 'A' }),
  kind('e', 'voltage-controlled voltage source', 4, 'none', { name: 'gain', alter: 'gain', unit: '' }),
  kind('g', 'voltage-controlled current source', 4, 'none', { name: 'gain', alter: 'gain', unit: 'S' }),
  kind('f', 'current-controlled current source', 2, 'none', { name: 'gain', alter: 'gain', unit: '' }),
  kind('h', 'current-controlled voltage source', 2, 'none', { name: 'gain', alter: 'gain', unit: 'Ohm' }),
  kind('b', 'behavioural source', 2, 'none'),
  kind('k', 'coupling', 0, 'none', { name: 'k', alter: 'k', unit: '' }),
  kind('d', 'diode', 2, 'required'),
  kind('m', 'MOSFET', 3, 'required'),
  kind('q', 'bipolar transistor', 3, 'required'),
  kind('j', 'JFET', 3, 'required'),
  kind('z', 'MESFET', 3, 'required'),
  kind('s', 'switch', 4, 'required'),
  kind('w', 'current-controlled switch', 3, 'required'),
  kind('t', 'transmission line', 4, 'none'),
  kind('o', 'lossy transmission line', 4, 'required'),
  kind('u', 'distributed RC line', 3, 'required'),
  kind('y', 'transmission line', 4, 'optional'),
  kind('p', 'coupled transmission lines', 0, 'none'),
  kind('n', 'compiled device', 0, 'none'),
  kind('a', 'code model', 0, 'none'),
  kind('x', 'subcircuit', 0, 'none'),
]);
