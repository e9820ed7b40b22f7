/** Completion scripts, generated from the commands. */
import type { Command, Option } from 'commander'
import { firstSentence } from './command.js'
import { HELP_TOPICS } from './help-topics.js'
import { BUILT_IN } from './load-service.js'

interface Word {
  readonly word: string
  readonly what: string
}
interface Entry extends Word {
  /** Words that may stand behind the command. */
  readonly words: readonly string[]
  readonly flags: readonly (Word & { readonly values: readonly string[] | undefined; readonly takesValue: boolean })[]
}

export async function completion(shell: 'bash' | 'zsh' | 'fish', program: Command): Promise<string> {
  return { bash, zsh, fish }[shell](entriesOf(program))
}

function entriesOf(program: Command): Entry[] {
  return program.commands.map((command) => ({
    word: command.name(),
    what: firstSentence(command),
    words: wordsFor(command),
    flags: [
      ...command.options.map((option) => ({
        word: option.long!,
        what: option.description,
        values: valuesOf(option),
        takesValue: option.required || option.optional,
      })),
      { word: '--help', what: 'display help for command', values: undefined, takesValue: false },
    ],
  }))
}

/** Values that are single words: a sentence that one has to say should not be completed for one. */
function valuesOf({ long, argChoices }: Option): readonly string[] | undefined {
  if (long === '--module') return BUILT_IN
  return argChoices?.every((choice) => !choice.includes(' ')) ? argChoices : undefined
}

function wordsFor(command: Command): readonly string[] {
  const [first] = command.registeredArguments
  if (first?.name() === 'service') return BUILT_IN
  if (command.name() === 'help') return HELP_TOPICS
  if (first?.name() === 'endpoint') return ['tcp://127.0.0.1:', 'tls://', 'udp://127.0.0.1:', 'unix:']
  return first?.argChoices ?? []
}

/** Quoted for every shell there is. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(
    ({ word, words, flags }) =>
      `    ${word}) words=${quote([...words, ...flags.map((flag) => flag.word)].join(' '))} ;;`,
  )
  const values = valuesByFlag(entries).map(([flag, list]) => `    ${flag}) words=${quote(list.join(' '))} ;;`)
  return `# wirewright completion bash
_wirewright() {
  local words current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) words= ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words=${quote(entries.map(({ word }) => word).join(' '))}
  case $before in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _wirewright wirewright
`
}

function valuesByFlag(entries: readonly Entry[]): [string, readonly string[]][] {
  const found = new Map<string, readonly string[]>()
  for (const { flags } of entries) for (const { word, values } of flags) if (values) found.set(word, values)
  return [...found]
}

function zsh(entries: readonly Entry[]): string {
  const described = (word: string, what: string): string =>
    quote(`${word.replaceAll(':', '\\:')}:${what.replaceAll(':', '\\:')}`)
  const cases = entries.map(({ word, words, flags }) => {
    const options = flags.map((flag) => {
      const what = flag.what.replace(/[[\]:\\]/g, '\\$&')
      const value = !flag.takesValue ? '' : flag.values ? `:value:(${flag.values.join(' ')})` : ':value:_files'
      return `        ${quote(`${flag.word}[${what}]${value}`)}`
    })
    const operands =
      words.length > 0
        ? [`        ${quote(`*: :(${words.map((name) => name.replaceAll(':', '\\:')).join(' ')})`)}`]
        : [`        '*: :_files'`]
    return `    ${word})\n      _arguments \\\n${[...options, ...operands].join(' \\\n')}\n      ;;`
  })
  return `#compdef wirewright
# wirewright completion zsh
_wirewright() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${entries.map(({ word, what }) => `      ${described(word, what)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_wirewright" ]; then
  _wirewright "$@"
else
  compdef _wirewright wirewright
fi
`
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ word, what, words, flags }) => [
    `complete -c wirewright -n __fish_use_subcommand -f -a ${word} -d ${quoteFish(what)}`,
    ...(words.length > 0
      ? [`complete -c wirewright -n '__fish_seen_subcommand_from ${word}' -a ${quoteFish(words.join(' '))}`]
      : []),
    ...flags.map(
      (flag) =>
        `complete -c wirewright -n '__fish_seen_subcommand_from ${word}' -l ${flag.word.slice(2)}${flag.takesValue ? ' -r' : ''}${
          flag.values ? ` -a ${quoteFish(flag.values.join(' '))}` : ''
        } -d ${quoteFish(flag.what)}`,
    ),
  ])
  return `# wirewright completion fish\n${lines.join('\n')}\n`
}

/** In fish a backslash quotes inside quotes, too. */
function quoteFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
