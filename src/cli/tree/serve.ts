import { Command, InvalidArgumentError } from 'commander';
import type { ServeOptions } from '../commands/serve.ts';
import { bytes, wholeNumber } from '../options.ts';
import { type TreeContext, withExamples } from './context.ts';

/** Runs for other machines. */
export const serveCommand = ({ streams, finish }: TreeContext): Command =>
  withExamples(
    new Command('serve')
      .description('Serve a store to other machines, which then name it as http://host:port/run')
      .argument('<store>', 'a folder of runs, or another store')
      .option('--host <address>', 'where to listen; 0.0.0.0 for every network', '127.0.0.1')
      .option('--port <number>', '0 for any that is free', port, 8080)
      .option('--token-file <file>', 'holds the token that callers show; SPICELAB_STORE_TOKEN when absent')
      .option('--max-object <bytes>', 'largest object that is taken', bytes, bytes('256M'))
      .option('-q, --quiet', 'no line per request'),
    'spicelab serve runs --host 0.0.0.0 --token-file token',
    'spicelab serve /data --port 0 --token-file /run/secrets/token',
  ).action(async (store: string, options: ServeOptions) => {
    const commands = await import('../commands/serve.ts');
    finish(await commands.serve(store, options, streams));
  });

function port(text: string): number {
  const value = wholeNumber(0)(text);
  if (value > 65_535) throw new InvalidArgumentError('a port is at most 65535');
  return value;
}
