import { expect, it } from 'vitest';
import { wrongCall } from './errors.ts';

it('a statistical function that is mistyped is told by its name', () => {
  expect(wrongCall('aguass', 3, { file: 'deck.cir', line: 2 }).remedy).toContain('agauss');
});
