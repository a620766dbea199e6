package report

import (
	"path/filepath"
	"strings"
)

// repeat returns the command as it was given, where that is known, and one that
// needs the folder only.
func (f *folder) repeat() (commands []string) {
	if argv := f.argv(); argv != "" {
		commands = append(commands, argv)
	}
	verb := "run"
	switch {
	case f.summary.Network == nil && f.summary.MeanField != nil:
		verb = "meanfield"
	case f.summary.MeanField == nil && f.summary.Doubled == nil && f.summary.Network != nil:
		verb = "network"
	}
	command := "lapicque " + verb + " resolved.yaml"
	if seed := f.parameters.text("seed"); seed != "" {
		command += " --seed " + quoted(seed)
	}
	return append(commands, command+" -o again")
}

// argv is the command line of the run, quoted for a shell.
func (f *folder) argv() string {
	for _, l := range f.provenance.leaves {
		if l.Key != "argv" || len(l.list) == 0 {
			continue
		}
		words := []string{filepath.Base(l.list[0])}
		for _, w := range l.list[1:] {
			words = append(words, quoted(w))
		}
		return strings.Join(words, " ")
	}
	return ""
}

// quoted protects what a shell would take apart.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
