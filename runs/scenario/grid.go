package scenario

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lapicque/mfield"
	"lapicque/neuron"
)

// Grid is a key of a scenario with the values it takes: "key=from:to:count", or
// "key=from:to:count:log" for values in geometric progression.
type Grid struct {
	Key      string
	From, To float64
	Count    int
	Log      bool
}

// maxGrid bounds the values of one grid.
const maxGrid = 1_000_000

const gridForm = "key=from:to:count or key=from:to:count:log, such as coupling.b=-5:3:400"

// ParseGrid reads a grid; its error is neuron.Faults, all of them.
func ParseGrid(text string) (Grid, error) {
	var fs neuron.Faults
	key, span, found := strings.Cut(text, "=")
	parts := strings.Split(span, ":")
	if key = strings.TrimSpace(key); !found || key == "" || len(parts) < 3 || len(parts) > 4 {
		fs.Add(false, "grid", text, gridForm)
		return Grid{}, fs
	}
	g := Grid{Key: key, Log: len(parts) == 4}
	number := func(what, text string) float64 {
		x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		fs.Add(err == nil && finite(x), "grid "+key+", "+what, text, "a finite number")
		return x
	}
	g.From, g.To = number("from", parts[0]), number("to", parts[1])
	count, err := strconv.Atoi(strings.TrimSpace(parts[2]))
	fs.Add(err == nil && count >= 2 && count <= maxGrid, "grid "+key+", count", parts[2], fmt.Sprintf("a whole number from 2 to %d", maxGrid))
	g.Count = count
	if len(parts) == 4 {
		fs.Add(strings.TrimSpace(parts[3]) == "log", "grid "+key, parts[3], "log or nothing after the count")
	}
	if len(fs) == 0 {
		fs.Add(g.From != g.To, "grid "+key+", to", parts[1], "a number other than from")
		fs.Add(!g.Log || g.From > 0 && g.To > 0, "grid "+key, span, "with log two numbers > 0")
		fs.Add(finite(g.To-g.From), "grid "+key, span, "numbers whose difference is finite")
	}
	return g, fs.Err()
}

// Values returns the values in the order they were asked for, both ends exact.
func (g Grid) Values() []float64 {
	values := make([]float64, g.Count)
	for k := range values {
		part := float64(k) / float64(g.Count-1)
		values[k] = g.From + part*(g.To-g.From)
		if g.Log {
			values[k] = g.From * math.Exp(part*math.Log(g.To/g.From))
		}
	}
	values[g.Count-1] = g.To
	return values
}

// parameter is a scalar of the equation.
type parameter struct {
	symbol string // name and symbol, for axes
	assign func(e *mfield.NNLIF, value float64)
}

// scalars are the parameters of the equation, by key.
var scalars = map[string]parameter{
	"coupling.b":     {"connectivity b", func(e *mfield.NNLIF, x float64) { e.B = x }},
	"coupling.delay": {"transmission delay d", func(e *mfield.NNLIF, x float64) { e.Delay = x }},
	"neuron.V_F":     {"firing threshold V_{F}", func(e *mfield.NNLIF, x float64) { e.Law.Threshold = x }},
	"neuron.V_R":     {"reset potential V_{R}", func(e *mfield.NNLIF, x float64) { e.Law.Reset = x }},
	"neuron.a0":      {"diffusion a_{0}", func(e *mfield.NNLIF, x float64) { e.Law.A0 = x }},
	"neuron.a1":      {"diffusion per unit of rate a_{1}", func(e *mfield.NNLIF, x float64) { e.Law.A1 = x }},
	"neuron.leak":    {"leak", func(e *mfield.NNLIF, x float64) { e.Law.Leak = x }},
	"neuron.current": {"external current I", func(e *mfield.NNLIF, x float64) { e.Law.Current = neuron.Constant(x) }},

	"neuron.refractory.tau": {"refractory time τ", func(e *mfield.NNLIF, x float64) { e.Law.Refractory.Tau = x }},
	"neuron.firing.epsilon": {"firing delay ε above V_{F}", func(e *mfield.NNLIF, x float64) { e.Law.Firing.Epsilon = x }},
}

// Scalars returns the keys that Family takes.
func Scalars() []string { return namesOf(scalars) }

// Symbol returns name and symbol of the parameter with a key, the key itself when it is none of Scalars.
func Symbol(key string) string {
	if s, known := scalars[key]; known {
		return s.symbol
	}
	return key
}

// Family returns the scenario's equation as a function of the grid's parameter. The reset rule does not matter to
// steady states and is hard. Every value of the grid is checked: the error is neuron.Faults, one for each field and reason with its
// first value and the number of values concerned.
func (s *Scenario) Family(g Grid) (mfield.Family, error) {
	one, known := scalars[g.Key]
	if !known {
		accepted := "one of " + strings.Join(Scalars(), ", ")
		if near := Closest(g.Key, Scalars()); near != "" {
			accepted += fmt.Sprintf(" (did you mean %s?)", near)
		}
		return nil, neuron.Faults{{Field: "grid", Value: g.Key, Accepted: accepted}}
	}
	equation, _ := s.NNLIF()
	equation.Rule = neuron.Hard
	family := func(value float64) mfield.NNLIF {
		e := equation
		one.assign(&e, value)
		return e
	}
	return family, g.check(family)
}

// check returns the faults of a family at the values of the grid, those alike as one.
func (g Grid) check(family mfield.Family) error {
	type kind struct{ field, accepted string }
	var order []kind
	first, times := map[kind]neuron.Fault{}, map[kind]int{}
	for _, value := range g.Values() {
		var fs neuron.Faults
		fs.Add(math.Abs(value) <= largest, g.Key, value, fmt.Sprintf("a number of size at most %g", largest))
		if list, ok := family(value).CheckSteady().(neuron.Faults); ok {
			fs = append(fs, list...)
		}
		for _, f := range fs {
			k := kind{f.Field, f.Accepted}
			if times[k]++; times[k] == 1 {
				order = append(order, k)
				f.Field = fmt.Sprintf("grid %s = %v: %s", g.Key, value, f.Field)
				first[k] = f
			}
		}
	}
	var faults neuron.Faults
	for _, k := range order {
		f := first[k]
		if n := times[k]; n > 1 {
			f.Accepted += fmt.Sprintf(" (%d of the %d values of the grid fail so)", n, g.Count)
		}
		faults = append(faults, f)
	}
	return faults.Err()
}

// Sorted returns the values ascending.
func (g Grid) Sorted() []float64 {
	values := g.Values()
	slices.Sort(values)
	return values
}
