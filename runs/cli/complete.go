package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// complete offers words, or the verb's flags once a dash has been typed.
func (s *session) complete(words []string) cli.BashCompleteFunc {
	return func(c *cli.Context) {
		if n := len(s.args); n >= 3 && isFlag(s.args[n-2]) {
			table := map[string]bool{"help": false}
			if c.Command != nil {
				flagsOf(c.Command, table)
			}
			for _, name := range dashed(table) {
				fmt.Fprintln(s.stdout, name)
			}
			return
		}
		for _, w := range words {
			fmt.Fprintln(s.stdout, w)
		}
	}
}

// scripts ask the program itself what may come next.
var scripts = map[string]string{
	"bash": `_lapicque() {
  local IFS=$'\n'
  local current="${COMP_WORDS[COMP_CWORD]}"
  local words=("${COMP_WORDS[@]:0:COMP_CWORD}")
  [[ "$current" == -* ]] && words+=("$current")
  COMPREPLY=($(compgen -f -W "$("${words[@]}" --generate-bash-completion 2>/dev/null)" -- "$current"))
}
complete -o filenames -F _lapicque lapicque
`,
	"zsh": `#compdef lapicque
_lapicque() {
  local -a words_before candidates
  words_before=("${(@)words[1,CURRENT-1]}")
  [[ "${words[CURRENT]}" == -* ]] && words_before+=("${words[CURRENT]}")
  candidates=("${(@f)$("${words_before[@]}" --generate-bash-completion 2>/dev/null)}")
  compadd -a candidates
  _files
}
compdef _lapicque lapicque
`,
	"fish": `function __lapicque_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  string match -q -- '-*' $current; and set -a words $current
  $words --generate-bash-completion 2>/dev/null
end
complete -c lapicque -a '(__lapicque_complete)'
`,
}

// completion prints a script.
func (s *session) completion(c *cli.Context) error {
	if err := atMost(c, 1); err != nil {
		return err
	}
	script, known := scripts[c.Args().First()]
	if !known {
		return usage{unknown("shell", c.Args().First(), []string{"bash", "zsh", "fish"})}
	}
	_, err := fmt.Fprint(s.stdout, script)
	return err
}
