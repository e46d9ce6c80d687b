import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS, spicelab, workFolder } from './command.ts';

describe.skipIf(process.platform === 'win32')('shell completion', async () => {
  const folder = await workFolder();

  it('bash completes commands and their options', async () => {
    const { stdout } = await spicelab(folder, 'completion', 'bash');
    const script = `${stdout}\nCOMP_WORDS=(spicelab wor); COMP_CWORD=1; _spicelab; echo "\${COMPREPLY[@]}"\nCOMP_WORDS=(spicelab mc --eng); COMP_CWORD=2; _spicelab; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')).toEqual([
      'worst-case',
      '--engine --engine-path',
    ]);
  });

  it.each(['zsh', 'fish'])('%s gets every command', async (shell) => {
    const { stdout } = await spicelab(folder, 'completion', shell);
    for (const command of COMMANDS) expect(stdout).toContain(command);
  });
});
