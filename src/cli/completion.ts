import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Words worth offering for options that take others too. */
const SUGGESTED: Readonly<Record<string, readonly string[]>> = {
  '--vary': ['process', 'mismatch', 'all', 'none'],
};

interface Words {
  readonly commands: readonly {
    readonly name: string;
    readonly summary: string;
    readonly flags: readonly Flag[];
  }[];
}
interface Flag {
  readonly long: string;
  readonly summary: string;
  readonly choices: readonly string[];
}

/** A completion script for the shell, made from the commands as they are defined. */
export function completionScript(program: Command, shell: Shell): string {
  const words = wordsOf(program);
  return { bash, zsh, fish }[shell](words);
}

function wordsOf(program: Command): Words {
  const visible = program.createHelp().visibleCommands(program);
  return {
    commands: visible.map((command) => ({
      name: command.name(),
      summary: command.description(),
      flags: command.options
        .filter((option) => option.long && !option.hidden)
        .map((option) => ({
          long: option.long!,
          summary: option.description,
          choices: option.argChoices ?? SUGGESTED[option.long!] ?? [],
        })),
    })),
  };
}

function bash({ commands }: Words): string {
  const cases = commands.map(
    ({ name, flags }) => `    ${name}) words="${flags.map((flag) => flag.long).join(' ')}" ;;`,
  );
  return `# spicelab completion for bash: source <(spicelab completion bash)
_spicelab() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
  else COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _spicelab spicelab
`;
}

const quoteZsh = (text: string) =>
  text.replaceAll("'", '’').replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', ' -');

function zsh({ commands }: Words): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${quoteZsh(summary)}'`);
  const cases = commands.map(({ name, flags }) => {
    const specs = flags.map((flag) => {
      const values = flag.choices.length > 0 ? `:value:(${flag.choices.join(' ')})` : '';
      return `'${flag.long}[${quoteZsh(flag.summary)}]${values}'`;
    });
    return `    ${name}) _arguments ${specs.join(' ')} '*:file:_files' ;;`;
  });
  return `#compdef spicelab
# spicelab completion for zsh: source <(spicelab completion zsh)
_spicelab() {
  local -a commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case "$words[2]" in
${cases.join('\n')}
  esac
}
compdef _spicelab spicelab
`;
}

function fish({ commands }: Words): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, summary, flags }) => [
    `complete -c spicelab -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...flags.map((flag) => {
      const values = flag.choices.length > 0 ? ` -x -a ${quote(flag.choices.join(' '))}` : '';
      return `complete -c spicelab -n '__fish_seen_subcommand_from ${name}' -l ${flag.long.slice(2)} -d ${quote(flag.summary)}${values}`;
    }),
  ]);
  return `# spicelab completion for fish: spicelab completion fish | source\n${lines.join('\n')}\n`;
}
