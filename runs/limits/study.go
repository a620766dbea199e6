package limits

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lapicque/neuron"
	"lapicque/runs/scenario"
)

// Orders in which the limits are taken.
const (
	KeyFirst = "key-first" // the small parameter to 0 at each N, then N to infinity
	NFirst   = "N-first"   // N to infinity, which is the mean field, at each value of the small parameter, then that to 0
	Both     = "both"
)

// Study is what is asked for, as limits.json keeps it.
type Study struct {
	Scenario string    `json:"scenario"`
	Set      []string  `json:"set"` // assignments to the scenario
	Key      string    `json:"key"` // of the small parameter
	Values   []float64 `json:"values"`
	Sizes    []int     `json:"sizes"` // N of the networks; none: the mean field alone
	Replicas int       `json:"replicas"`
	Order    string    `json:"order"`
}

// regularisation is a small parameter that makes jumps regular.
type regularisation struct {
	symbol, means string
	on, off       []string // assignments with it, where the scenario has none, and without it
	step          float64  // longest step of a network, over it; 0: networks step as the scenario says
}

// regularisations by their key.
var regularisations = map[string]regularisation{
	"coupling.delay":        {"d", "transmission delay", nil, []string{"coupling.delay=0"}, 0},
	"neuron.firing.epsilon": {"ε", "mean time above V_F until a spike", []string{"neuron.firing.law=escape"}, []string{"neuron.firing={law: threshold}"}, 0.1},
	"neuron.refractory.tau": {"τ", "mean refractory time", []string{"neuron.refractory.law=exponential"}, []string{"neuron.refractory={law: none}"}, 0},
}

// Keys returns the keys of small parameters.
func Keys() (names []string) {
	for name := range regularisations {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Symbol returns the letter of the small parameter.
func (s Study) Symbol() string { return regularisations[s.Key].symbol }

const (
	leastValues, mostValues = 3, 50
	leastReplicas           = 3
	mostSizes               = 20
)

// Validate returns neuron.Faults, or nil.
func (s Study) Validate() error {
	var fs neuron.Faults
	_, known := regularisations[s.Key]
	fs.Add(known, "key", s.Key, "one of "+strings.Join(Keys(), ", "))
	fs.Add(len(s.Values) >= leastValues && len(s.Values) <= mostValues, "key, count", len(s.Values), fmt.Sprintf("%d to %d values", leastValues, mostValues))
	for k, x := range s.Values {
		fs.Add(x > 0 && !math.IsInf(x, 1), "key, value", x, "a finite number > 0")
		fs.Add(k == 0 || !(x >= s.Values[k-1]), "key, value", x, "values that go down towards 0")
	}
	fs.Add(len(s.Sizes) <= mostSizes, "N, count", len(s.Sizes), fmt.Sprintf("at most %d sizes", mostSizes))
	for k, n := range s.Sizes {
		fs.Add(n >= 2, "N", n, "a number of neurons ≥ 2")
		fs.Add(k == 0 || n > s.Sizes[k-1], "N", n, "sizes that go up")
	}
	fs.Add(len(s.Sizes) == 0 || s.Replicas >= leastReplicas && s.Replicas <= 1<<20, "particles.replicas", s.Replicas, fmt.Sprintf("at least %d replicas, whose spread gives the intervals", leastReplicas))
	fs.Add(slices.Contains([]string{KeyFirst, NFirst, Both}, s.Order), "order", s.Order, "key-first, N-first or both")
	fs.Add(s.Order == NFirst || len(s.Sizes) >= 2, "N", s.Sizes, "two sizes at least for an order in which N goes to infinity last")
	return fs.Err()
}

// Grids reads KEY=FROM:TO:COUNT[:log] into the study's values, descending, and FROM:TO:COUNT into its sizes, log-spaced; no text, no
// sizes. The error is neuron.Faults.
func (s *Study) Grids(key, sizes string) error {
	var fs neuron.Faults
	take := func(g scenario.Grid, err error) scenario.Grid {
		var list neuron.Faults
		if errors.As(err, &list) {
			fs = append(fs, list...)
		}
		return g
	}
	if g := take(scenario.ParseGrid(key)); len(fs) == 0 {
		s.Key, s.Values = g.Key, g.Values()
		slices.Sort(s.Values)
		slices.Reverse(s.Values)
	}
	if sizes == "" {
		return fs.Err()
	}
	g := scenario.Grid{}
	if before := len(fs); strings.Count(sizes, ":") != 2 {
		fs.Add(false, "N", sizes, "FROM:TO:COUNT, such as 1e3:1e5:3")
	} else if g = take(scenario.ParseGrid("N=" + sizes + ":log")); len(fs) == before {
		for _, x := range g.Values() {
			s.Sizes = append(s.Sizes, int(math.Round(math.Min(x, math.MaxInt32))))
		}
		slices.Sort(s.Sizes)
	}
	return fs.Err()
}

// Problem is a study with its scenarios, checked.
type Problem struct {
	Study
	rules      []neuron.Rule        // of the candidates
	candidates []*scenario.Scenario // the mean field without the small parameter, one a rule
	absent     map[string]string    // rules that do not exist here, and why
	values     []*scenario.Scenario // with the small parameter
	targets    *targets             // the candidates, solved; nil before Prepare
}

// Pose loads the scenarios of a valid study. The error is scenario.Faults or neuron.Faults.
func (s Study) Pose() (*Problem, error) {
	p := &Problem{Study: s, absent: map[string]string{}}
	one, err := scenario.Load(s.Scenario, s.Set, scenario.Sides{})
	if err != nil {
		return nil, err
	}
	document, plain := one.Document.(*scenario.NNLIF)
	if !plain {
		return nil, neuron.Faults{{Field: "scenario", Value: one.Name, Accepted: "a scenario of one population, of model nnlif: the rules are those of its jumps"}}
	}
	kind := regularisations[s.Key]
	off := slices.Concat(s.Set, kind.off, []string{"meanfield.continue=true"})
	for _, rule := range []neuron.Rule{neuron.Subtractive, neuron.Hard, neuron.Sequential} {
		c, err := scenario.Load(s.Scenario, append(slices.Clone(off), "coupling.reset="+rule.String()), scenario.Sides{MeanField: true})
		if err != nil {
			p.absent[rule.String()] = err.Error()
			if rule == neuron.Hard { // which exists wherever something does
				return nil, err
			}
			continue
		}
		p.rules, p.candidates = append(p.rules, rule), append(p.candidates, c)
	}
	on := s.Set
	if s.Key == "neuron.firing.epsilon" && document.Neuron.Firing.Law != "escape" || s.Key == "neuron.refractory.tau" && document.Neuron.Refractory.Law == "none" {
		on = slices.Concat(on, kind.on)
	}
	for _, x := range s.Values {
		set := slices.Concat(on, []string{fmt.Sprintf("%s=%v", s.Key, x), "meanfield.continue=true"})
		if step := kind.step * x; step > 0 && step < document.Particles.Dt {
			set = append(set, fmt.Sprintf("particles.dt=%v", step)) // a jump takes a few of the small time
		}
		v, err := scenario.Load(s.Scenario, set, scenario.Sides{MeanField: true, Network: len(s.Sizes) > 0})
		if err != nil {
			return nil, err
		}
		p.values = append(p.values, v)
	}
	return p, nil
}

// cells returns the points of the study: each value with the mean field and with every size, the costly ones first.
func (p *Problem) cells() (list []cell) {
	for j := len(p.Sizes); j >= 0; j-- {
		for i := range p.Values {
			list = append(list, cell{i, j})
		}
	}
	return list
}

// cell is a value and a size, 0 for the mean field and k for Sizes[k−1].
type cell struct{ value, size int }

// neurons returns N, 0 for the mean field.
func (p *Problem) neurons(c cell) int {
	if c.size == 0 {
		return 0
	}
	return p.Sizes[c.size-1]
}
