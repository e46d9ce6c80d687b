import { describe, expect, it } from 'vitest';
import { type Deck, type DeckOptions, readDeck } from './deck.ts';
import { memoryFiles } from './files.ts';

const read = (files: Record<string, string | Uint8Array>, options?: DeckOptions): Promise<Deck> =>
  readDeck({ path: 'd/main.cir' }, memoryFiles(files), options);
const texts = (deck: Deck) => deck.lines.map(({ text }) => text);
const deckOf = (...lines: string[]) => ({ 'd/main.cir': ['title', ...lines, '.end'].join('\n') });

describe('lines', () => {
  it('joins continuations over comments and blank lines and drops every kind of comment', async () => {
    const deck = await read(
      deckOf(
        'R1 in',
        '* between',
        '',
        '+ out $ tail',
        '  + 1k ; more',
        '; whole',
        '$ whole',
        'C1 out 0 1n // end',
      ),
    );
    expect(texts(deck)).toEqual(['R1 in out 1k', 'C1 out 0 1n']);
    expect(deck.lines.map(({ line }) => line)).toEqual([2, 9]);
  });
  it('keeps a double slash or a dollar inside a word', async () => {
    const deck = await read({
      ...deckOf('.include "m//x.inc"', 'R1 a$b 0 1k'),
      'd/m/x.inc': 'R2 a$b 0 1k',
    });
    expect(texts(deck)).toEqual(['R2 a$b 0 1k', 'R1 a$b 0 1k']);
  });
  it.each([
    ['CRLF and a byte order mark', new TextEncoder().encode('\ufefftitle\r\nR1 a 0 1k\r\n.end\r\n')],
    ['UTF-16 as LTspice writes it', new Uint8Array(Buffer.from('* title\nR1 a 0 1k\n.end\n', 'utf16le'))],
    ['UTF-16 with a mark', new Uint8Array(Buffer.from('\ufeff* title\nR1 a 0 1k\n.end\n', 'utf16le'))],
  ])('reads %s', async (_, bytes) => {
    const deck = await read({ 'd/main.cir': bytes });
    expect(deck.title).toBe('title');
    expect(texts(deck)).toEqual(['R1 a 0 1k']);
  });
  it('reads the Latin-1 micro sign as u', async () => {
    const deck = await read({ 'd/main.cir': new Uint8Array(Buffer.from('t\nC1 a 0 1\xb5\n', 'latin1')) });
    expect(texts(deck)).toEqual(['C1 a 0 1u']);
  });
  it.each([
    ['* C:\\users\\me\\Documents\\LTspice\\buck.asc', 'buck'],
    ['* /home/me/sim/amp 2.asc', 'amp 2'],
    ['* C:\\tmp\\*#quit', 'quit'],
    ['* 5V/3V converter, v1.2', '5V/3V converter, v1.2'],
  ])('takes from the title %s that LTspice writes what a person would call it', async (line, title) => {
    const deck = await readDeck({ text: `${line}\nR1 a 0 1k\n.end\n`, folder: '.' });
    expect(deck.title).toBe(title);
  });
  it('never lets a title be a script or a command', async () => {
    const deck = await read({ 'd/main.cir': '*ng_script\nR1 a 0 1k\n*#shell touch x\n' });
    expect(deck.title).toBe('ng_script');
    expect(texts(deck)).toEqual(['R1 a 0 1k']);
  });
  it('says that the first line is not simulated where it looks like a device', async () => {
    const deck = await read({ 'd/main.cir': 'R1 in 0 1k\nR2 in 0 1k\n' });
    expect(deck.warnings[0]).toMatchObject({ place: { file: 'd/main.cir', line: 1 } });
  });
  it('stops at .end of the deck, not at that of an included file', async () => {
    const deck = await read({
      'd/main.cir': 't\n.include a.inc\nR2 a 0 2k\n.end\nR3 a 0 3k\n',
      'd/a.inc': 'R1 a 0 1k\n.end\n',
    });
    expect(texts(deck)).toEqual(['R1 a 0 1k', 'R2 a 0 2k']);
  });
});

const LIBRARY = [
  '* models',
  '.lib tt',
  ".lib 'models.lib' common",
  '.model nm nmos vto=0.5',
  '.endl tt',
  '.LIB ff',
  '.model nm nmos vto=0.4',
  '.endl',
  '.lib common',
  '.param lmin=1u',
  '.endl common',
].join('\n');

describe('includes and libraries', () => {
  it('finds files beside the including file, then in the folder of the deck, and keeps where lines came from', async () => {
    const deck = await read({
      ...deckOf('.inc "sub/a.inc"', 'R1 a 0 1k'),
      'd/sub/a.inc': 'R2 a 0 2k\n.include b.inc\n.include c.inc',
      'd/sub/b.inc': 'R3 a 0 3k',
      'd/c.inc': 'R4 a 0 4k',
    });
    expect(deck.lines.map((line) => [line.text.slice(0, 2), deck.placeOf(line)])).toEqual([
      ['R2', { file: 'd/sub/a.inc', line: 1 }],
      ['R3', { file: 'd/sub/b.inc', line: 1 }],
      ['R4', { file: 'd/c.inc', line: 1 }],
      ['R1', { file: 'd/main.cir', line: 3 }],
    ]);
    expect(deck.sources.map(({ label }) => label)).toEqual(['main.cir', 'sub/a.inc', 'sub/b.inc', 'c.inc']);
  });
  it('takes only the section that is asked for, and sections that it asks for', async () => {
    const deck = await read({
      ...deckOf('.lib models.lib tt', 'M1 a b 0 0 nm'),
      'd/models.lib': LIBRARY,
    });
    expect(texts(deck)).toEqual(['.param lmin=1u', '.model nm nmos vto=0.5', 'M1 a b 0 0 nm']);
  });
  it.each([['models.lib'], ['MODELS.LIB:tt'], ['*']])('exchanges a section by %s', async (key) => {
    const deck = await read(
      { ...deckOf('.lib models.lib TT', 'M1 a b 0 0 nm'), 'd/models.lib': LIBRARY },
      { sections: { [key]: 'FF' } },
    );
    expect(texts(deck)[0]).toBe('.model nm nmos vto=0.4');
  });
  it('reads sections that the deck defines itself, and a .lib of one file as an include', async () => {
    const deck = await read({
      ...deckOf('.lib here', 'R1 a 0 1k', '.endl', '.lib main.cir here', '.lib other.lib'),
      'd/other.lib': 'R2 a 0 2k',
    });
    expect(texts(deck)).toEqual(['R1 a 0 1k', 'R2 a 0 2k']);
  });
  it('reads a branch of .if that its parameters choose', async () => {
    const deck = await read(
      deckOf('.param fast=1', '.if (fast==1)', 'R1 a 0 1k', '.else', 'R2 a 0 2k', '.endif', 'R3 a 0 3k'),
    );
    expect(deck.circuit.instances.map(({ name }) => name)).toEqual(['r1', 'r3']);
  });
});

describe('what SpiceLab does itself', () => {
  it('takes analyses and measurements out of the text and drops output', async () => {
    const deck = await read(
      deckOf('R1 a 0 1k', '.ac dec 10 1 1k', '.MEAS ac bw when vdb(a)=-3', '.save all', '.print v(a)', '.op'),
    );
    expect(texts(deck)).toEqual(['R1 a 0 1k']);
    expect(deck.analyses.map(({ text }) => text)).toEqual(['ac dec 10 1 1k', 'op']);
    expect(deck.measurements.map(({ text }) => text)).toEqual(['ac bw when vdb(a)=-3']);
  });
  it('takes analyses and measurements of a .control block where the deck has none', async () => {
    const deck = await read(
      deckOf('R1 a 0 1k', '.control', 'run', 'tran 1n 1u; meas tran p max v(a)', 'plot v(a)', '.endc'),
    );
    expect(texts(deck)).toEqual(['R1 a 0 1k']);
    expect(deck.analyses.map(({ text }) => text)).toEqual(['tran 1n 1u']);
    expect(deck.measurements.map(({ text }) => text)).toEqual(['tran p max v(a)']);
    expect(deck.warnings[0]?.message).toContain('not run');
  });
  it.each([false, true])(
    'leaves out what only writes files, and names it (trusted: %s)',
    async (trustDeck) => {
      const deck = await read(
        deckOf(
          'R1 a 0 1k',
          '.control',
          'op',
          'write out.raw',
          'WRDATA f.txt v(a)',
          'print v(a) > f.txt',
          'echo x >> log; meas tran p max v(a) > g.txt',
          '.endc',
        ),
        { trustDeck },
      );
      expect(texts(deck)).toEqual(['R1 a 0 1k']);
      expect(deck.analyses.map(({ text }) => text)).toEqual(['op']);
      expect(deck.measurements.map(({ text }) => text)).toEqual(['tran p max v(a)']);
      expect(deck.warnings[0]?.message).toMatch(/no file is written by "write out.raw" and 4 more/);
    },
  );
  it('leaves out the .lib of PSpice that names no file', async () => {
    const deck = await read(deckOf('R1 a 0 1k', '.LIB', '.op'));
    expect(texts(deck)).toEqual(['R1 a 0 1k']);
    expect(deck.warnings.map(({ message }) => message).join()).toMatch(/names no file and is left out/);
  });
  it('reads .four and fourier as measurements', async () => {
    const deck = await read(deckOf('R1 a 0 1k', '.four 1k v(a)'));
    expect(deck.measurements.map(({ text }) => text)).toEqual(['.four 1k v(a)']);
    const controlled = await read(deckOf('R1 a 0 1k', '.control', 'tran 1n 1u', 'fourier 1k v(a)', '.endc'));
    expect(controlled.measurements.map(({ text }) => text)).toEqual(['.four 1k v(a)']);
  });
  it('keeps what prepares the simulator in a trusted block', async () => {
    const deck = await read(deckOf('R1 a 0 1k', '.control', 'pre_osdi m.osdi', 'run', '.endc', '.op'), {
      trustDeck: true,
    });
    expect(texts(deck)).toEqual(['R1 a 0 1k', '.control', 'pre_osdi m.osdi', '.endc']);
  });
  it('keeps statistical calls, and knows the nominal values of parameters', async () => {
    const line = '.param r=agauss(1k, 10, 3) s={2*GAUSS(unif(5,1), 0.1,3)} t=max(r,0)';
    const deck = await read(deckOf(line, 'R1 a 0 {r}'));
    expect(texts(deck)[0]).toBe(line);
    expect(['r', 's', 't'].map((name) => deck.parameters.value(name))).toEqual([1000, 10, 1000]);
  });
});

describe('the circuit', () => {
  const nested = deckOf(
    '.subckt inner a b',
    '.model nm nmos level=1',
    'm1 a b 0 0 nm w=1u l=1u',
    'v9 a q dc 0',
    '.ends',
    '.subckt outer a b',
    'xi a b inner',
    '.subckt loc a b',
    'r1 a k 1k',
    'r2 k b 1k',
    '.ends',
    'xl a n1 loc',
    'r2 n1 b 1k',
    '.ends',
    'x1 in out outer',
    'x2 out 0 outer',
  );
  it('names devices, models and nodes as ngspice 39.3 flattens them', async () => {
    const { circuit } = await read(nested);
    const devices = circuit.instances.filter(({ card }) => card.letter !== 'x');
    expect(devices.slice(0, 5).map(({ flatName }) => flatName)).toEqual([
      'm.x1.xi.m1',
      'v.x1.xi.v9',
      'r.x1.r.xl.r1',
      'r.x1.r.xl.r2',
      'r.x1.r2',
    ]);
    expect(circuit.models.map(({ flatName }) => flatName)).toEqual(['x1.xi:nm', 'x2.xi:nm']);
    expect([...circuit.nodes]).toEqual(
      expect.arrayContaining(['in', 'out', 'x1.n1', 'x1.xi.q', 'x1.xl.k', '0']),
    );
  });
  it('counts how often the text of a subcircuit is used', async () => {
    const { circuit, root } = await read(nested);
    expect(circuit.copies.get(root.subcircuits.get('inner')!)).toBe(2);
    expect(circuit.copies.get(root)).toBe(1);
  });
  it('finds the model after any number of nodes, and the bins of one', async () => {
    const { circuit } = await read(
      deckOf(
        '.model q npn',
        '.model n.1 nmos (lmin=1u lmax=2u)',
        '.model n.2 nmos lmin=2u lmax=3u',
        'Q1 c b e q',
        'Q2 c b e s q',
        'M1 d g s b n w=1u l=1u',
      ),
    );
    expect(circuit.instances.map(({ model }) => [model?.name, model?.cards.length])).toEqual([
      ['q', 1],
      ['q', 1],
      ['n', 2],
    ]);
  });
  it('knows nodes that only a code model connects', async () => {
    const { circuit } = await read(deckOf('A1 [~p q] r and1', '.model and1 d_and', 'R1 a 0 1'));
    expect([...circuit.nodes]).toEqual(expect.arrayContaining(['p', 'q', 'r']));
  });
  it('knows values of parameters through other parameters, functions and conditions', async () => {
    const { parameters } = await read(
      deckOf(
        ".param a=2k b='a*3' c={f(b)+(a>1 ? 1 : 2)}",
        '.func f(x) {x/2}',
        '.param d={nope} e={e}',
        'R1 a 0 1',
      ),
    );
    expect(parameters.value('b')).toBe(6000);
    expect(parameters.value('c')).toBe(3001);
    expect(parameters.value('d')).toBeUndefined();
    expect(parameters.value('e')).toBeUndefined();
  });
});
