/**
 * Measures every contestant once per round, in turn, so that a slow spell of the machine falls on all of them.
 * @template {string} Name
 * @param {import('./rows.mjs').Context} context
 * @param {Record<Name, () => Record<string, number> | Promise<Record<string, number>>>} contestants
 * @returns {Promise<Record<Name, Record<string, number[]>>>} per contestant and quantity, a value per round
 */
export async function interleave({ rounds, tell }, contestants) {
  const measured = Object.fromEntries(Object.keys(contestants).map((name) => [name, {}]));
  for (let round = 1; round <= rounds; round++)
    for (const [name, measure] of Object.entries(contestants)) {
      const figures = await measure();
      for (const [key, value] of Object.entries(figures))
        measured[name][key] = [...(measured[name][key] ?? []), value];
      tell(
        `round ${round}, ${name}: ${JSON.stringify(figures, (_, v) => (typeof v === 'number' ? Number(v.toPrecision(4)) : v))}`,
      );
    }
  return measured;
}

/** @param {readonly number[]} values seconds */
export const milliseconds = (values) => values.map((value) => value * 1e3);
