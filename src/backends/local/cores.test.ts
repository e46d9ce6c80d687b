import { describe, expect, it } from 'vitest';
import { coresOf, physicalCores } from './cores.ts';

describe('cores', () => {
  const processor = (id: number, socket: number, core: number) =>
    `processor\t: ${id}\nphysical id\t: ${socket}\ncore id\t\t: ${core}\n`;

  it('counts hyper-threads of a core once', () => {
    const info = [0, 1, 2, 3].map((id) => processor(id, 0, id % 2)).join('\n');
    expect(coresOf(info)).toBe(2);
  });

  it('counts equal core ids of two sockets twice', () => {
    expect(coresOf([processor(0, 0, 0), processor(1, 1, 0)].join('\n'))).toBe(2);
  });

  it('counts the processors of an ARM machine, which has no hyper-threads', () => {
    expect(
      coresOf('processor\t: 0\nCPU implementer\t: 0x41\n\nprocessor\t: 1\nCPU implementer\t: 0x41\n'),
    ).toBe(2);
  });

  it('does not guess where nothing is said', () => {
    expect(coresOf('')).toBeUndefined();
  });

  it('is at least one here', () => {
    expect(physicalCores()).toBeGreaterThanOrEqual(1);
  });
});
