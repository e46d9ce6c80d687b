import { describe, expect, it } from 'vitest';
import { unmetRule } from './unmet.ts';

describe('a stopping rule', () => {
  it('that was never met is told with the command that goes on', () => {
    expect(unmetRule({ kind: 'complete' }, 'yield +-1%', 'rc', 5000)).toContain(
      'spicelab extend rc -n 10000 --until "yield +-1%"',
    );
  });
  it('that was met, was interrupted or was not given is not mentioned', () => {
    const met = { kind: 'enough', samples: 100, rule: 'yield +-1%' } as const;
    expect(unmetRule(met, 'yield +-1%', 'rc', 5000)).toBeUndefined();
    expect(unmetRule({ kind: 'interrupted' }, 'yield +-1%', 'rc', 5000)).toBeUndefined();
    expect(unmetRule({ kind: 'complete' }, undefined, 'rc', 5000)).toBeUndefined();
  });
});
