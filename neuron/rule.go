package neuron

import (
	"fmt"
	"slices"
	"strings"
)

// Rule says what a cascade leaves behind; the three rules of the literature
// differ once a cascade takes a macroscopic part Δ of the network, which moves
// everybody by bΔ.
type Rule int

const (
	// Subtractive: every potential moves by bΔ, those that fired also by
	// −(V_F − V_R), and so keep their overshoot (Delarue, Inglis, Rubenthaler and
	// Tanré 2015). Needs b < V_F − V_R.
	Subtractive Rule = iota
	// Hard: those that fired restart exactly at V_R and take no kick from their
	// own cascade (total firing event, Newhall et al. 2010).
	Hard
	// Sequential: neurons fire one after the other, each kick reaching also those
	// already reset: in the limit a uniform density 1/b on [V_R, V_R + bΔ] (the
	// dilated-time solution of Dou and Zhou 2022).
	Sequential
)

var ruleNames = []string{"subtractive", "hard", "sequential"}

// Known reports whether the rule is one of the three.
func (r Rule) Known() bool { return r >= Subtractive && r <= Sequential }

// String returns the rule's name in scenario files.
func (r Rule) String() string {
	if !r.Known() {
		return fmt.Sprintf("rule %d", int(r))
	}
	return ruleNames[r]
}

// ParseRule is the inverse of String; its error is Faults on coupling.reset.
func ParseRule(name string) (Rule, error) {
	if k := slices.Index(ruleNames, name); k >= 0 {
		return Rule(k), nil
	}
	return 0, Faults{{Field: "coupling.reset", Value: name, Accepted: "one of " + strings.Join(ruleNames, ", ")}}
}
