import { nearestNames, SpiceLabError } from '../errors/index.ts';
import { parseExpression } from '../expression/index.ts';
import type { Spec } from '../plan/index.ts';
import type { SpecSpec } from '../study/schema.ts';
import type { MeasurementContext } from './measurement-list.ts';
import { compileMeasure } from './study-measurements.ts';

/**
 * Specs of the plan. One on an expression adds that expression as a measurement of the same name.
 * @throws SpiceLabError SPEC_INVALID
 */
export function compileSpecs(specs: readonly SpecSpec[], context: MeasurementContext): Spec[] {
  const names = new Set<string>();
  return specs.map((spec) => {
    if (names.has(spec.name.toLowerCase())) {
      throw invalid(spec, 'there are two specs of this name', 'Give each its own name.');
    }
    names.add(spec.name.toLowerCase());
    checkLimits(spec);
    return {
      name: spec.name,
      measurement: measurementOf(spec, context),
      ...(spec.low === undefined ? {} : { low: spec.low }),
      ...(spec.high === undefined ? {} : { high: spec.high }),
    };
  });
}

function checkLimits({ low, high, ...spec }: SpecSpec): void {
  if (low === undefined && high === undefined)
    throw invalid(spec, 'it has no limit', 'Write bw>1k or bw<2k.');
  if (![low, high].every((limit) => limit === undefined || Number.isFinite(limit))) {
    throw invalid(spec, 'a limit is not a finite number', 'Leave the limit out, or give a number.');
  }
  if (low !== undefined && high !== undefined && low > high) {
    throw invalid(spec, `its lower limit ${low} is above its upper limit ${high}`, 'Exchange them.');
  }
}

function measurementOf(spec: SpecSpec, context: MeasurementContext): string {
  const { list, vectors } = context;
  const expression = spec.expression.trim();
  const known = list.find(expression) ?? list.find(expression.replace(/\s+/g, ''));
  if (known) return known.name;
  const parsed = parseExpression(expression);
  if (parsed.kind === 'name' && !vectors.isNode(parsed.name)) {
    const near = nearestNames(parsed.name, list.names());
    const all = list.names();
    throw invalid(
      spec,
      `there is no measurement "${expression}"`,
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : all.length > 0
          ? `Measurements: ${all.join(', ')}.`
          : `Add one, as in --measure "${expression}=max(v(out))".`,
    );
  }
  const [, analysis, body = expression] =
    /^((?:op|dc|ac|tran|noise|tf)\d*)\s*:\s*(.*)$/is.exec(expression) ?? [];
  const added = compileMeasure(
    { name: expression.replace(/\s+/g, ''), expression: body, analysis: analysis?.toLowerCase() },
    context,
  );
  list.add(added);
  return added.name;
}

function invalid(spec: Pick<SpecSpec, 'name'>, message: string, remedy: string): SpiceLabError {
  return new SpiceLabError('SPEC_INVALID', `spec ${spec.name}: ${message}`, { remedy });
}
