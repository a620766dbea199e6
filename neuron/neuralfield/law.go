package neuralfield

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lapicque/neuron"
)

// Form says where the gain stands.
type Form int

const (
	// Potential: ∂t N = −N + Σ w ∗ σ(N) + s, N a potential (Amari 1977).
	Potential Form = iota
	// Rate: ∂t N = −N + (1 − rN) σ(Σ w ∗ N + s), N an activity and r the share of a unit of time for
	// which a neuron that was active is not available (Wilson and Cowan 1972).
	Rate
)

var formNames = []string{"potential", "rate"}

// String returns the form's name in scenario files.
func (f Form) String() string {
	if f < 0 || int(f) >= len(formNames) {
		return fmt.Sprintf("form %d", int(f))
	}
	return formNames[f]
}

// ParseForm returns the form of a name.
func ParseForm(name string) (Form, error) {
	if k := slices.Index(formNames, name); k >= 0 {
		return Form(k), nil
	}
	return Potential, neuron.Faults{{Field: "form", Value: name, Accepted: strings.Join(formNames, " or ")}}
}

// Population is one kind of neurons of a field.
type Population struct {
	Name     string
	Gain     Gain
	Absence  float64 // r ≥ 0 of the form Rate
	Stimulus neuron.Current
	Where    func(x, y float64) float64 // profile by which the stimulus is multiplied; nil: 1 everywhere
}

// Law is the equation
//
//	∂t N_p(x) = −N_p(x) + ∫ Σ_q w_pq(|x − y|) σ_q(N_q(y)) dy + s_p(x, t)
//
// or its form Rate, of one population or more on a Domain. Kernels are nil where there are no connections.
type Law struct {
	Form        Form
	Domain      Domain
	Populations []Population
	Kernels     [][]Footprint // receiver first
}

// Validate returns neuron.Faults that name everything out of range, or nil.
func (l Law) Validate() error {
	var fs neuron.Faults
	fs.Add(l.Form == Potential || l.Form == Rate, "form", l.Form, "potential or rate")
	fs.Under("domain", l.Domain.Validate())
	fs.Add(len(l.Populations) > 0, "populations", len(l.Populations), "at least one")
	for _, p := range l.Populations {
		var own neuron.Faults
		if own.Add(p.Gain != nil, "gain", "nothing", "a gain"); p.Gain != nil {
			own.Under("gain", p.Gain.Validate())
		}
		own.Add(p.Absence >= 0 && !math.IsInf(p.Absence, 1), "absence", p.Absence, "a finite number ≥ 0")
		own.Add(p.Absence == 0 || l.Form == Rate, "absence", p.Absence, "0 with form potential")
		if p.Stimulus != nil {
			own.Under("stimulus", p.Stimulus.Validate())
		}
		fs.Under("populations."+p.Name, own.Err())
	}
	return append(fs, l.checkKernels()...).Err()
}

func (l Law) checkKernels() (fs neuron.Faults) {
	fs.Add(len(l.Kernels) == len(l.Populations), "kernels", len(l.Kernels), "one row for each population")
	for p, row := range l.Kernels {
		fs.Add(len(row) == len(l.Populations), "kernels", len(row), "one column for each population")
		for q, w := range row {
			if w == nil || p >= len(l.Populations) || q >= len(l.Populations) {
				continue
			}
			name := "kernels." + l.Populations[p].Name + "." + l.Populations[q].Name
			fs.Under(name, w.Validate())
			if table, ok := w.(FootprintTable); ok {
				fs.Add(l.Domain.Dims == 1, name, "a table", "a formula in two dimensions: a table is for the line")
				if l.Domain.Dims == 1 && l.Domain.Sites > 0 {
					fs.Add(len(table.Values) == l.Domain.Sites/2+1, name+".values", len(table.Values),
						fmt.Sprintf("one value for each distance from 0 to half the sites: %d", l.Domain.Sites/2+1))
					fs.Add(math.Abs(table.Spacing-l.Domain.Spacing()) <= 1e-9*l.Domain.Spacing(), name+".spacing", table.Spacing,
						fmt.Sprintf("the distance of the sites, %v", l.Domain.Spacing()))
				}
			}
		}
	}
	return fs
}

// Weight returns ŵ_pq(k), 0 without a kernel; at a point the strength ŵ(0).
func (l Law) Weight(p, q int, k float64) float64 {
	w := l.Kernels[p][q]
	if w == nil {
		return 0
	}
	return w.Transform(k, max(1, l.Domain.Dims))
}

// Drive returns s_p(t) without its profile.
func (p Population) Drive(t float64) float64 {
	if p.Stimulus == nil {
		return 0
	}
	return p.Stimulus.At(t)
}

// Profiles returns the profile of each population's stimulus at the points.
func (l Law) Profiles() [][]float64 {
	out := make([][]float64, len(l.Populations))
	for p, population := range l.Populations {
		out[p] = make([]float64, l.Domain.Total())
		for i := range out[p] {
			out[p][i] = 1
			if population.Where != nil {
				out[p][i] = population.Where(l.Domain.Position(i))
			}
		}
	}
	return out
}

// NextPiece returns when, after t, a stimulus is next not smooth; +Inf if never.
func (l Law) NextPiece(t float64) float64 {
	next := math.Inf(1)
	for _, p := range l.Populations {
		if p.Stimulus != nil {
			next = math.Min(next, p.Stimulus.Piece(t).Until)
		}
	}
	return next
}
