import { readFileSync } from 'node:fs';
import { SpiceLabError } from '../../errors/index.ts';

export const TOKEN = 'SPICELAB_STORE_TOKEN';
export const TOKEN_FILE = 'SPICELAB_STORE_TOKEN_FILE';

/**
 * The bearer token of this process's environment; none where it names none. A file is read each time, since a cluster may
 * replace it.
 * @throws SpiceLabError OPTION_INVALID for a file that cannot be read
 */
export function storeToken(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { [TOKEN]: token, [TOKEN_FILE]: file } = environment;
  if (token) return token.trim();
  return file ? readTokenFile(file) : undefined;
}

/** Shorter ones are guessed. */
const LEAST_CHARACTERS = 16;
const MADE = 'Make one: (umask 077; openssl rand -hex 32 > token)';

/** @throws SpiceLabError OPTION_INVALID for a file that cannot be read, or holds no token */
export function readTokenFile(file: string): string {
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new SpiceLabError('OPTION_INVALID', `the token file ${file} cannot be read`, {
      cause,
      remedy: `${MADE}, and name it.`,
    });
  }
  requireToken(token, `the token file ${file}`);
  return token;
}

/** @throws SpiceLabError OPTION_INVALID for a token that is too short, or that no header can carry */
export function requireToken(token: string, where: string): void {
  if (token.length >= LEAST_CHARACTERS && /^[\x21-\x7e]+$/.test(token)) return;
  throw new SpiceLabError('OPTION_INVALID', `${where} holds no usable token`, {
    remedy: `A token is one word of at least ${LEAST_CHARACTERS} letters and digits. ${MADE}.`,
  });
}
