import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, parseExpression, parseNumber } from '../../src/expression/index.ts';
import { hasNgspice } from './ngspice.ts';

/** A conditional nested between ? and : needs parentheses in ngspice 39, which reads `1?0?5:6:7` as 5. */
const EXPRESSIONS = [
  ...[
    '1+-2^2',
    '2*-3^2',
    '1?-2^2:0',
    '(-2^2)',
    '-2^2+1',
    '3+-5\\2',
    '-5\\2+1',
    '-5\\2*3',
    '2*-5\\2',
    'max(-5\\2,-9)',
  ],
  ...['1?-5\\2:0', '2/-3*4', '-2^2\\3', '!5\\2', '3--2*4', '1?(0?5:6):7'],
  ...['1+2*3', '2-3-4', '2/3/4', '1--2', '2*-3', '-2^2', '-2**0.5', '2**3**2', '2^3^2', '2^-1', '2^-3^2'],
  ...[
    '(-3)**3',
    '(-3)^3.5',
    '(-2)^2',
    '!2^0',
    '2^!0',
    '!0+1',
    '!1==0',
    '!3',
    '5%3',
    '-5%3',
    '(-5)%3',
    '7 % -3',
  ],
  ...[
    '5.5%3',
    '2*3%4',
    '7\\2',
    '(-7)\\2',
    '-5\\2',
    '7\\2*2',
    '5.5\\2',
    '1>2',
    '2>=2',
    '1==1',
    '1!=2',
    '1<>2',
  ],
  ...['1=1', '1==2<1', '2==2<1', '1<2==0', '1+1<3', '1||1&&0', '1&&0', '0||2', '1?2:3', '0?2:3', '-1?2:3'],
  ...['1?0:1?2:3', '0?2:0?3:4', '3>2?1:0', '1k+1', '1meg', '1M', '1mil', '10u', '3mA', '1kOhm'],
  ...['1e-3k', '.5', '5.', '1e3', '1f', '1x', '1t', '1g', '2p', '3n', '1kx', '1megohm', '1F'],
  ...['sqrt(2)', 'sqr(3)', 'abs(-2)', 'sgn(-3)', 'sgn(0)', 'min(1,2)', 'max(1,2)', 'pow(-2,3)', 'pow(2,-1)'],
  ...[
    'pwr(-2,3)',
    'pwr(-2,0.5)',
    'int(-2.7)',
    'int(2.7)',
    'nint(2.5)',
    'nint(3.5)',
    'nint(-2.5)',
    'nint(-3.5)',
  ],
  ...['nint(0.5)', 'nint(2.4)', 'floor(-2.5)', 'ceil(-2.5)', 'exp(1)', 'ln(10)', 'log(10)', 'log10(100)'],
  ...['sin(1)', 'cos(1)', 'tan(1)', 'asin(0.5)', 'acos(0.5)', 'atan(1)', 'arctan(1)', 'sinh(1)', 'cosh(1)'],
  ...['tanh(1)', 'asinh(1)', 'acosh(2)', 'atanh(0.5)', 'ternary_fcn(1,2,3)', 'ternary_fcn(0,2,3)'],
];

/** As ngspice 39 reads them on an instance line. */
const NUMBERS = [
  '1mil',
  '5milV',
  '1k',
  '1meg',
  '1MEG',
  '1M',
  '10uF',
  '1kOhm',
  '3A',
  '1F',
  '1e3k',
  '-2.5n',
  '1T',
];

describe.skipIf(!hasNgspice())('expressions mean what they mean to ngspice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spicelab-expression-'));
  const values = new Map<string, number>();

  beforeAll(() => {
    const texts = [...EXPRESSIONS.map((text) => `{${text}}`), ...NUMBERS];
    const deck = join(folder, 'deck.cir');
    writeFileSync(
      deck,
      [
        '* one source per expression',
        ...texts.map((text, k) => `v${k} n${k} 0 ${text}\nr${k} n${k} 0 1`),
        '.control',
        'set numdgt=15',
        'op',
        ...texts.map((_, k) => `print v(n${k})`),
        '.endc',
        '.end',
        '',
      ].join('\n'),
    );
    // the exit code of a batch run whose analyses stand in .control is always 1
    const { stdout } = spawnSync('ngspice', ['-b', deck], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const [, k, value] of stdout.matchAll(/^v\(n(\d+)\) = (\S+)/gm))
      values.set(texts[Number(k)]!, Number(value));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(EXPRESSIONS)('%s', (text) => {
    const expected = values.get(`{${text}}`)!;
    const ours = evaluate(parseExpression(text));
    expect(Math.abs(ours - expected)).toBeLessThanOrEqual(1e-13 * Math.abs(expected));
  });

  it.each(NUMBERS)('number %s', (text) => {
    const expected = values.get(text)!;
    expect(Math.abs(parseNumber(text) - expected)).toBeLessThanOrEqual(1e-13 * Math.abs(expected));
  });
});
