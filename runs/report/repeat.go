package report

import (
	"path/filepath"
	"strings"
)

// equation fills the equations of model nnlif with the numbers of the run.
type equation struct{ Values, Rule string }

// equation returns nil for another model.
func (f *folder) equation() *equation {
	if f.parameters.text("model") != "nnlif" {
		return nil
	}
	var parts []string
	add := func(symbol, key string) {
		if v := f.parameters.text(key); v != "" {
			parts = append(parts, symbol+" = "+minus1(v))
		}
	}
	add("V_F", "neuron.V_F")
	add("V_R", "neuron.V_R")
	add("a₀", "neuron.a0")
	add("a₁", "neuron.a1")
	add("ℓ", "neuron.leak")
	add("b", "coupling.b")
	add("N", "particles.N")
	current := "I(t) = " + minus1(f.parameters.text("neuron.current"))
	if w := f.parameters.text("neuron.current.frequency"); w != "" {
		current = "I(t) = " + f.parameters.text("neuron.current.mean") + " + " + f.parameters.text("neuron.current.amplitude") + " sin(2π·" + w + "·t)"
	}
	if current != "I(t) = " {
		parts = append(parts, current)
	}
	return &equation{strings.Join(parts, ", "), rules[f.parameters.text("coupling.reset")]}
}

// rules says what a cascade leaves behind.
var rules = map[string]string{
	"subtractive": "After a cascade of size |Γ| every potential has moved by b|Γ|/N, and those in Γ by −(V_F − V_R) besides: they keep their overshoot.",
	"hard":        "After a cascade those in Γ stand exactly at V_R and take no kick from it; the others have moved by b|Γ|/N.",
	"sequential":  "In a cascade neurons fire one after the other, and each kick of b/N reaches also those that were already reset.",
}

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
	case f.summary.MeanField == nil && f.summary.Network != nil:
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
