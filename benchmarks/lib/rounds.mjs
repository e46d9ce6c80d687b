/**
 * @typedef {Record<string, number>} Figures
 * @typedef {Record<string, number[]>} FiguresByRound
 */

/**
 * Measures every contestant once per round, in turn, so that a slow spell of the machine falls on all of them.
 * @param {import('./rows.mjs').Context} context
 * @param {Record<string, () => Figures | Promise<Figures>>} contestants
 * @returns {Promise<Record<string, FiguresByRound>>} per contestant and quantity, a value per round
 */
export async function interleave({ rounds, tell }, contestants) {
  /** @type {Record<string, FiguresByRound>} */
  const measured = Object.fromEntries(Object.keys(contestants).map((name) => [name, {}]));
  for (let round = 1; round <= rounds; round++)
    for (const [name, measure] of Object.entries(contestants)) {
      const figures = await measure();
      for (const [key, value] of Object.entries(figures))
        measured[name][key] = [...(measured[name][key] ?? []), value];
      const told = Object.entries(figures).map(([key, value]) => `${key} ${value.toPrecision(4)}`);
      tell(`round ${round}, ${name}: ${told.join(', ')}`);
    }
  return measured;
}

/** @param {readonly number[]} values seconds */
export const milliseconds = (values) => values.map((value) => value * 1e3);
