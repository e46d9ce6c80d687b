/** Words of LTspice's `.step` before the target that say how it steps. */
const SCALES: Readonly<Record<string, string>> = { lin: 'step', dec: 'dec', oct: 'oct' };

/**
 * The `--sweep` that asks what an LTspice `.step` asks, such as `Rval=100,220,470` for `param Rval list 100 220 470`;
 * `undefined` where the line has another shape (steps from a file, `list` without values).
 */
export function sweepOfStep(text: string): string | undefined {
  const words = text.trim().split(/[\s,]+/);
  const scale = SCALES[words[0]?.toLowerCase() ?? ''] ?? 'step';
  if (SCALES[words[0]?.toLowerCase() ?? '']) words.shift();
  if (words[0]?.toLowerCase() === 'param') words.shift();
  const [target, ...values] = words;
  if (target === undefined || /^file=/i.test(values[0] ?? '')) return undefined;
  if (values[0]?.toLowerCase() === 'list') {
    return values.length > 1 ? `${target}=${values.slice(1).join(',')}` : undefined;
  }
  return values.length === 3 && values.every((value) => /^[-+.\d][\w.µ+-]*$/.test(value))
    ? `${target}=${scale}(${values.join(',')})`
    : undefined;
}
