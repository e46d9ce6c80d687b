import { describe, expect, it } from 'vitest';
import { isBeyondMeas, measExpression } from './meas-expression.ts';

describe('.meas lines that the meas command cannot run', () => {
  it.each([
    ["avg par('v(in)*i(v1)') from=1u to={t2}", 'avg((v(in)*i(v1)), from=1u, to=(t2))'],
    ["max par( 'v(a)-v(b)' )", 'max((v(a)-v(b)))'],
    ["find par('v(a)+v(b)') at='t1*2'", 'at((v(a)+v(b)), (t1*2))'],
    ["when par('v(a)-v(b)')=0.5 rise=2", 'when((v(a)-v(b)), 0.5, rise=2)'],
    ['deriv v(out) at=2u', 'at(deriv(v(out)), 2u)'],
    ['DERIVATIVE v(out) at = 2u', 'at(deriv(v(out)), 2u)'],
  ])('become expressions: %s', (rest, expression) => {
    expect(isBeyondMeas(rest)).toBe(true);
    expect(measExpression(rest, 'tran')).toBe(expression);
  });

  it.each([
    ["trig par('v(a)') val=1 rise=1 targ v(b) val=1 rise=1", 'tran'],
    ["when par('v(a)')=v(b)) td=1u", 'tran'],
    ['deriv v(out) when v(out)=0.5', 'tran'],
    ["max par('v(out)*2')", 'ac'],
  ] as const)('are left out where their shape or meaning is another: %s', (rest, kind) => {
    expect(measExpression(rest, kind)).toBeUndefined();
  });

  it.each(['max v(out)', 'find v(par) at=1u', 'when vdb(out)=-3'])('are none of the others: %s', (rest) => {
    expect(isBeyondMeas(rest)).toBe(false);
  });
});
