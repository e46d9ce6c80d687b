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
    ['deriv v(out) when v(out)=0.5', 'at(deriv(v(out)), when(v(out), 0.5))'],
    ['max V(a) - V(b) from=1u', 'max(V(a)-V(b), from=1u)'],
    ['when v(a)=v(b)*2 fall=last', 'when(v(a)-(v(b)*2), 0, fall=last)'],
    [
      "trig par('v(a)') val=1 rise=1 targ v(b) val=1 rise=1",
      'when(v(b), 1, rise=1) - when((v(a)), 1, rise=1)',
    ],
  ])('become expressions: %s', (rest, expression) => {
    expect(isBeyondMeas(rest, 'tran')).toBe(true);
    expect(measExpression(rest, 'tran')).toBe(expression);
  });

  it.each([
    ["trig par('v(a)') val=1 rise=1 td=1u targ v(b) val=1 rise=1", 'tran'],
    ["when par('v(a)')=v(b)) td=1u", 'tran'],
    ['max mag(v(out)) trig v(a)=1 targ v(b)=1', 'tran'],
    ['find v(out)/v(in) at=1k', 'ac'],
    ['find db(v(out))*vp(out) at=1k', 'ac'],
    ['when v(out)=1', 'op'],
    ["max par('v(out)*2')", 'ac'],
  ] as const)('are left out where their shape or meaning is another: %s', (rest, kind) => {
    expect(measExpression(rest, kind)).toBeUndefined();
  });

  it.each([
    ['WHEN mag(V(out))=0.5', 'when(mag(V(out)), 0.5)'],
    ['when mag( v(out) ) = peak/sqrt(2) fall=1', 'when(mag(v(out)), peak/sqrt(2), fall=1)'],
    ['FIND mag(V(out)) AT=1k', 'at(mag(V(out)), 1k)'],
    ['FIND db(v(out)/v(in)) WHEN ph(v(out))=-45', 'at(db(v(out)/v(in)), when(ph(v(out)), -45))'],
    ['MAX re(v(out))', 'max(real(v(out)))'],
    ['max im(v(out))+vm(in)', 'max(imag(v(out))+vm(in))'],
    [
      'TRIG mag(V(out))=peak/2 RISE=1 TARG mag(V(out))=peak/2 FALL=last',
      'when(mag(V(out)), peak/2, FALL=last) - when(mag(V(out)), peak/2, RISE=1)',
    ],
  ])('that are functions of complex vectors become expressions: %s', (rest, expression) => {
    expect(isBeyondMeas(rest, 'ac')).toBe(true);
    expect(measExpression(rest, 'ac')).toBe(expression);
  });

  it('of an operating point are the value itself', () => {
    expect(isBeyondMeas('find v(out)', 'op')).toBe(true);
    expect(measExpression('find v(out)-v(in)', 'op')).toBe('v(out)-v(in)');
  });

  it.each([
    'when v(out,q)=-1e-3',
    "when v(out)='vdd/2-0.1' rise=1",
    'max im(v1)',
    'max @m1[id] from=1e-9',
    'find v(par) at=1u',
    'when vdb(out)=-3',
  ])('are none of the others: %s', (rest) => {
    expect(isBeyondMeas(rest, 'ac')).toBe(false);
  });
});
