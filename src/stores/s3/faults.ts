import { SpiceLabError } from '../../errors/index.ts';
import { PassingFault } from '../common/retry.ts';

/** What the SDK says of a request that failed. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  /** Attempts that the SDK made. */
  readonly attempts: number;
}

export function failureOf(thrown: unknown): Failure {
  const error = thrown as Partial<Error> & {
    readonly Code?: string;
    readonly code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  };
  const { httpStatusCode: status, attempts = 1 } = error.$metadata ?? {};
  const name = error.name && error.name !== 'Error' ? error.name : (error.Code ?? error.code ?? 'Error');
  return { name, message: error.message || error.code || String(thrown), status, attempts };
}

/** Another writer won: `If-None-Match: *` was not met. */
export const isThere = ({ name, status }: Failure): boolean =>
  name === 'PreconditionFailed' || status === 412;

/** An upload in pieces that ended otherwise: completed by a lost attempt, ended by somebody, or by another's completion. */
export const isUploadGone = ({ name }: Failure): boolean => name === 'NoSuchUpload' || name === 'InvalidPart';

/**
 * No object has this key. A server that keeps objects as files refuses keys below or above another object instead, where there
 * can be none either.
 */
export const isAbsent = ({ name, status }: Failure): boolean =>
  name !== 'NoSuchBucket' &&
  name !== 'NoSuchUpload' &&
  (status === 404 || ['NoSuchKey', 'NotFound', 'ObjectParentIsFile'].includes(name));

const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504]);
const PASSING_NAMES =
  /Timeout|Throttl|SlowDown|TooManyRequests|RequestLimit|ConditionalRequestConflict|OperationAborted|Networking|checksum/i;
const PASSING_CODES =
  /^(ECONN(RESET|REFUSED|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE)$/;
const CREDENTIALS = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'ExpiredTokenException',
]);

/** What is to be done about a failure: tried again (`PassingFault`), or told. */
export function faultOf(doing: string, location: string, bucket: string, thrown: unknown): Error {
  const failure = failureOf(thrown);
  const { name, message, status } = failure;
  // The SDK's error carries the request, whose headers are nobody's business.
  const cause = new Error(`${name}: ${message}`);
  const code = String((thrown as { readonly code?: unknown }).code ?? '');
  const tell = (blame: 'STORE_UNUSABLE' | 'STORE_FULL' | 'STORE_FAILED', why: string, remedy: string) =>
    new SpiceLabError(blame, `cannot ${doing} in ${location}: ${why}`, { cause, remedy });
  if (name === 'NoSuchBucket')
    return tell(
      'STORE_UNUSABLE',
      `there is no bucket '${bucket}'`,
      `Create it (aws s3 mb s3://${bucket}), or see whether AWS_REGION and AWS_ENDPOINT_URL_S3 are right.`,
    );
  if (name === 'CredentialsProviderError' || /could not load credentials/i.test(message))
    return tell(
      'STORE_UNUSABLE',
      'no AWS credentials are found',
      'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine or pod a role.',
    );
  if (/region is missing/i.test(message))
    return tell(
      'STORE_UNUSABLE',
      'no AWS region is known',
      'Set AWS_REGION, such as AWS_REGION=eu-central-1.',
    );
  if (status === 403 || CREDENTIALS.has(name))
    return tell(
      'STORE_UNUSABLE',
      CREDENTIALS.has(name) ? `${name}, ${message}` : 'access denied',
      `Whoever runs it needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on the objects, and s3:ListBucket on the bucket '${bucket}'.`,
    );
  if (status === 507 || /QuotaExceeded|InsufficientStorage/i.test(name))
    return tell('STORE_FULL', message, 'Make room there and resume the run; what is finished is kept.');
  if (PASSING.has(status ?? 0) || PASSING_NAMES.test(name) || PASSING_CODES.test(code) || isCut(message))
    return new PassingFault(`${name}, ${message}`, { cause });
  return tell(
    'STORE_FAILED',
    `${name}, ${message}`,
    'See whether the bucket and the endpoint are healthy, then resume the run.',
  );
}

/** Words of Node and the SDK for an answer that did not come whole, or is no answer of S3. */
const isCut = (message: string): boolean =>
  /socket hang up|aborted|premature|checksum mismatch|deserialization|unexpected end|parse error/i.test(
    message,
  );
