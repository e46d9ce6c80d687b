/** A parameter that an instance may have without its line saying so. */
export interface InstanceParameter {
  readonly unit: string;
  /** Its value where the line does not give one, as text; '' where it depends on the model. */
  readonly initial: string;
}

const parse = (table: string): ReadonlyMap<string, InstanceParameter> =>
  new Map(
    table
      .trim()
      .split(/\s+/)
      .map((entry) => {
        const [name = '', initial = '', unit = ''] = entry.split('|');
        return [name, { initial, unit }];
      }),
  );

/** `name|initial value|unit`, from the instance parameter tables of the ngspice manual (chapter 31, devices). */
const TABLES: Readonly<Record<string, ReadonlyMap<string, InstanceParameter>>> = {
  r: parse('ac||Ohm temp||°C dtemp|0|°C tc1|0 tc2|0 tce|0 l||m w||m m|1 scale|1 bv_max||V noisy|1'),
  c: parse('ic||V temp||°C dtemp|0|°C tc1|0 tc2|0 l||m w||m m|1 scale|1 bv_max||V'),
  l: parse('ic||A temp||°C dtemp|0|°C tc1|0 tc2|0 m|1 scale|1 nt'),
  d: parse('area|1 pj|0 m|1 ic||V temp||°C dtemp|0|°C w||m l||m lm||m lp||m wm||m wp||m'),
  q: parse('area|1 areab|1 areac|1 m|1 icvbe||V icvce||V temp||°C dtemp|0|°C'),
  j: parse('area|1 m|1 ic-vds||V ic-vgs||V temp||°C dtemp|0|°C'),
  z: parse('area|1 m|1 icvds||V icvgs||V'),
  m: parse(`w||m l||m m|1 nf|1 ad||m² as||m² pd||m ps||m nrd nrs sa||m sb||m sd||m sca scb scc sc||m min
    rbdb||Ohm rbsb||Ohm rbpb||Ohm rbps||Ohm rbpd||Ohm trnqsmod acnqsmod rbodymod rgatemod geomod rgeomod delvto|0|V
    mulu0|1 wnflag xgw||m ngcon icvds||V icvgs||V icvbs||V temp||°C dtemp|0|°C delvt0|0|V`),
};

/** `undefined` where that kind of device has no such parameter. */
export function instanceParameter(letter: string, name: string): InstanceParameter | undefined {
  return TABLES[letter]?.get(name);
}

export function instanceParameterNames(letter: string): Iterable<string> {
  return TABLES[letter]?.keys() ?? [];
}
