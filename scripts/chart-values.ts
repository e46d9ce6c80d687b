import { isMap, type Node, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';

/** One value of a chart: `results.persistence.size`. */
export interface ChartValue {
  readonly path: string;
  readonly default: unknown;
  /** What is said of it in values.yaml; empty where nothing is. */
  readonly meaning: string;
}

type Schema = { readonly [key: string]: unknown };

/** Maps that are the reader's own, by their names: what the API takes there, the API checks. */
const FREE = new Set([
  'nodeSelector',
  'affinity',
  'podLabels',
  'podAnnotations',
  'annotations',
  'resources',
  'behavior',
]);

const WORDS: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const OBJECTS: Schema = { type: 'array', items: { type: 'object' } };
const QUANTITY: Schema = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?(k|M|G|T|Ki|Mi|Gi|Ti)?$' };

/** What a value may be, by the end of its path, where its default does not tell. */
const KINDS: Readonly<Record<string, Schema>> = {
  repository: { type: 'string', minLength: 1 },
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  'service.type': { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
  'service.port': { type: 'integer', minimum: 1, maximum: 65535 },
  maxObject: { type: 'string', pattern: '^[0-9]+[kMG]?$' },
  size: QUANTITY,
  accessModes: {
    type: 'array',
    minItems: 1,
    items: { enum: ['ReadWriteOnce', 'ReadWriteMany', 'ReadWriteOncePod'] },
  },
  replicas: { type: 'integer', minimum: 0 },
  threads: { type: 'integer', minimum: 1 },
  graceSeconds: { type: 'integer', minimum: 0 },
  minReplicas: { type: 'integer', minimum: 1 },
  maxReplicas: { type: 'integer', minimum: 1 },
  targetCPU: { type: 'integer', minimum: 1 },
  pullSecrets: {
    type: 'array',
    items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
  },
  resources: {
    type: 'object',
    additionalProperties: false,
    properties: { requests: { type: 'object' }, limits: { type: 'object' } },
  },
  affinity: { type: 'object' },
  behavior: { type: 'object' },
  nodeSelector: WORDS,
  podLabels: WORDS,
  podAnnotations: WORDS,
  annotations: WORDS,
};

/** Every value of values.yaml that can be set, in its order. */
export function chartValues(text: string): ChartValue[] {
  return entriesOf(parseDocument(text).contents as YAMLMap).flatMap((entry) => collect(entry, ''));
}

/** The JSON schema that helm holds values against. */
export function chartSchema(text: string): Schema {
  const root = schemaOf(parseDocument(text).contents as YAMLMap, '');
  const properties = { ...(root['properties'] as Schema), global: { type: 'object' } };
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...root, properties };
}

const START = '<!-- values: npm run generate -->';
const END = '<!-- /values -->';

/** The chart's page with its table of values brought up to date. @throws Error without the marks around the table */
export function withValuesTable(page: string, values: string): string {
  const from = page.indexOf(START);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page has no ${START} … ${END}`);
  const rows = chartValues(values).map(
    (value) =>
      `| \`${value.path}\` | \`${JSON.stringify(value.default)}\` | ${value.meaning.replaceAll('|', '\\|')} |`,
  );
  const table = ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  return `${page.slice(0, from + START.length)}\n${table}\n${page.slice(to)}`;
}

interface Entry {
  readonly name: string;
  readonly value: Node;
  readonly meaning: string;
}

function entriesOf(map: YAMLMap): Entry[] {
  return (map.items as Pair<Scalar, Node>[]).map(({ key, value }, index) => {
    // what stands before the first key belongs to the map in the parser's eyes
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
    const meaning = comment.split('\n').map((line) => line.trim());
    return { name: String(key.value), value: value!, meaning: meaning.join(' ').trim() };
  });
}

/** Values that are set as a whole. */
const isWhole = ({ name, value }: Entry): boolean =>
  !isMap(value) || value.items.length === 0 || FREE.has(name);

function collect(entry: Entry, prefix: string): ChartValue[] {
  const path = prefix + entry.name;
  if (isWhole(entry)) return [{ path, default: entry.value.toJSON(), meaning: entry.meaning }];
  return entriesOf(entry.value as YAMLMap).flatMap((inner) => collect(inner, `${path}.`));
}

function schemaOf(map: YAMLMap, prefix: string): Schema {
  const properties = entriesOf(map).map((entry) => {
    const path = prefix + entry.name;
    const schema = isWhole(entry)
      ? wholeSchema(path, entry.value.toJSON())
      : schemaOf(entry.value as YAMLMap, `${path}.`);
    return [entry.name, { ...(entry.meaning === '' ? {} : { description: entry.meaning }), ...schema }];
  });
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

function wholeSchema(path: string, value: unknown): Schema {
  const names = path.split('.');
  const known = KINDS[names.slice(-2).join('.')] ?? KINDS[names.at(-1)!];
  if (known) return known;
  return Array.isArray(value) ? OBJECTS : { type: typeof value };
}
