import { readFileSync } from 'node:fs';
import { isMap, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { SpiceLabError } from '../../errors/index.ts';

const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const name = z.string().regex(NAME, 'a name of Kubernetes is wanted: lower-case letters, digits, - and .');
const quantity = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]i?|e\d+)?$/, 'a quantity is wanted, such as 500m or 1Gi'));
const texts = z.record(z.string(), z.string());
const amounts = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  'ephemeral-storage': quantity.optional(),
});
const seconds = z.number().int().positive();
/** Passed on as it is; the API server checks what is in it. */
const anything = z.record(z.string(), z.unknown());

/** A template is recorded with the run, so nothing secret may stand in it. */
const SECRET = /secret|token|passw|credential|private|access_?key/i;

const SPOT = ['eks', 'gke', 'aks'] as const;

/**
 * What a user may say of the Jobs that are made: every entry as Kubernetes calls it, where Kubernetes has it. Nothing that
 * would take the pods' safety away (user, root file system, capabilities) can be said here.
 */
const templateSchema = z.strictObject({
  image: z.string().min(1).optional(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
  imagePullSecrets: z.array(name).optional(),
  /** What starts `spicelab` in the image. */
  command: z.array(z.string()).min(1).optional(),
  /** Pods at the same time. */
  parallelism: z.number().int().positive().max(10_000).optional(),
  resources: z.strictObject({ requests: amounts.optional(), limits: amounts.optional() }).optional(),
  nodeSelector: texts.optional(),
  tolerations: z.array(anything).optional(),
  affinity: anything.optional(),
  priorityClassName: name.optional(),
  serviceAccountName: name.optional(),
  labels: texts.optional(),
  annotations: texts.optional(),
  /** The spot (preemptible) nodes of a provider. */
  spot: z.enum(SPOT).optional(),
  /** A local queue of Kueue. */
  queue: name.optional(),
  env: z
    .array(
      z
        .looseObject({ name: z.string().min(1), value: z.string().optional() })
        .refine(({ name: variable, value }) => value === undefined || !SECRET.test(variable), {
          message:
            'this looks like a secret: name the Secret it is in, with valueFrom.secretKeyRef or envFrom',
        }),
    )
    .optional(),
  envFrom: z.array(anything).optional(),
  /** More than the pods have anyway: a module of an engine of one's own, certificates. */
  volumes: z.array(z.looseObject({ name })).optional(),
  volumeMounts: z.array(z.looseObject({ name, mountPath: z.string() })).optional(),
  store: z
    .strictObject({
      /** The PersistentVolumeClaim that the runs are on; workers write there. */
      claim: name.optional(),
      /** The folder of it that the location's path begins in. */
      path: z.string().optional(),
      /** Instead of a claim: the store's address as pods see it. */
      url: z.string().optional(),
      /** The Secret whose key `token` opens a results service. */
      tokenSecret: name.optional(),
    })
    .optional(),
  backoffLimitPerIndex: z.number().int().nonnegative().optional(),
  activeDeadlineSeconds: seconds.optional(),
  ttlSecondsAfterFinished: z.number().int().nonnegative().optional(),
  terminationGracePeriodSeconds: seconds.optional(),
});

export type JobTemplate = z.infer<typeof templateSchema>;

/** A template as it was recorded with a job; an empty one where it was made by another release. */
export function recordedTemplate(recorded: unknown): JobTemplate {
  const parsed = templateSchema.safeParse(recorded);
  return parsed.success ? parsed.data : {};
}

/** @throws SpiceLabError OPTION_INVALID with the file and the line of what is wrong */
export function readTemplate(file: string): JobTemplate {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SpiceLabError('FILE_FAILED', `the job template ${file} cannot be read`, { cause });
  }
  return parseTemplate(text, file);
}

export function parseTemplate(text: string, file: string): JobTemplate {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuse = (message: string, offset: number | undefined): never => {
    const line = offset === undefined ? 1 : lines.linePos(offset).line;
    throw new SpiceLabError('OPTION_INVALID', `the job template says: ${message}`, {
      place: { file, line },
      remedy: `It may say: ${Object.keys(templateSchema.shape).join(', ')}. See docs/kubernetes.md.`,
    });
  };
  const [broken] = document.errors;
  if (broken) refuse(broken.message.split('\n')[0]!, broken.pos[0]);
  const parsed = templateSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
  const where = path.length > 0 ? `${path.join('.')}: ` : '';
  return refuse(`${where}${issue.message}`, offsetOf(document.contents, path));
}

/** Where in the text the innermost thing of a path stands that is there. */
function offsetOf(root: Node | null, path: readonly PropertyKey[]): number | undefined {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === String(step));
      const key = pair?.key as Node | undefined;
      if (!pair) break;
      offset = key?.range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = (node as { items?: unknown[] } | null)?.items?.[Number(step)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return offset;
}
