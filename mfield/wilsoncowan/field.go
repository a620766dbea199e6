package wilsoncowan

import (
	"fmt"
	"math"

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

// Population is one kind of neurons of a field.
type Population struct {
	Name     string
	Gain     neuron.Gain
	Absence  float64 // r ≥ 0 of the form Rate
	Stimulus neuron.Current
	Where    func(x, y float64) float64 // profile by which the stimulus is multiplied; nil: 1 everywhere
}

// Field is the equation
//
//	∂t N_p(x) = −N_p(x) + ∫ Σ_q w_pq(|x − y|) σ_q(N_q(y)) dy + s_p(x, t)
//
// or its form Rate, of one population or more on a Domain. Kernels are nil where there are no connections.
type Field struct {
	Form        Form
	Domain      Domain
	Populations []Population
	Kernels     [][]neuron.Footprint // receiver first
}

// Domain is where the neurons are: Sites points a side, at the distance Length/Sites.
type Domain struct {
	Dims   int     // 0: a single point, 1: a ring or a line, 2: a torus
	Length float64 // of a side
	Sites  int     // on a side
	Open   bool    // 1-D: a line with nothing beyond its ends; else a ring
}

// Total returns the number of points.
func (d Domain) Total() int {
	switch d.Dims {
	case 1:
		return d.Sites
	case 2:
		return d.Sites * d.Sites
	}
	return 1
}

// Spacing returns the distance of neighbours.
func (d Domain) Spacing() float64 { return d.Length / float64(d.Sites) }

// Coordinate returns the position of index i along a side, from −Length/2.
func (d Domain) Coordinate(i int) float64 {
	if d.Dims == 0 {
		return 0
	}
	return (float64(i) - float64(d.Sites/2)) * d.Spacing()
}

// MaxSites bounds the points of a field.
const MaxSites = 1 << 22

// Validate returns Faults or nil.
func (d Domain) Validate() error {
	var fs neuron.Faults
	fs.Add(d.Dims >= 0 && d.Dims <= 2, "dims", d.Dims, "0 (a point), 1 (ring or line) or 2 (torus)")
	if d.Dims > 0 {
		fs.Add(d.Length > 0 && !math.IsInf(d.Length, 1), "length", d.Length, "a finite length > 0")
		fs.Add(d.Sites >= 4 && d.Sites%2 == 0 && math.Pow(float64(d.Sites), float64(d.Dims)) <= MaxSites, "sites", d.Sites,
			fmt.Sprintf("an even number ≥ 4 with at most %d points in all", MaxSites))
	}
	fs.Add(!d.Open || d.Dims == 1, "open", d.Open, "open ends in one dimension only")
	return fs.Err()
}

// Validate returns neuron.Faults that name everything out of range, or nil.
func (f Field) Validate() error {
	var fs neuron.Faults
	fs.Add(f.Form == Potential || f.Form == Rate, "form", f.Form, "potential or rate")
	fs.Under("domain", f.Domain.Validate())
	fs.Add(len(f.Populations) > 0, "populations", len(f.Populations), "at least one")
	for _, p := range f.Populations {
		var own neuron.Faults
		if own.Add(p.Gain != nil, "gain", "nothing", "a gain"); p.Gain != nil {
			own.Under("gain", p.Gain.Validate())
		}
		own.Add(p.Absence >= 0 && !math.IsInf(p.Absence, 1), "absence", p.Absence, "a finite number ≥ 0")
		own.Add(p.Absence == 0 || f.Form == Rate, "absence", p.Absence, "0 with form potential")
		if p.Stimulus != nil {
			own.Under("stimulus", p.Stimulus.Validate())
		}
		fs.Under("populations."+p.Name, own.Err())
	}
	return append(fs, f.checkKernels()...).Err()
}

func (f Field) checkKernels() (fs neuron.Faults) {
	fs.Add(len(f.Kernels) == len(f.Populations), "kernels", len(f.Kernels), "one row for each population")
	for p, row := range f.Kernels {
		fs.Add(len(row) == len(f.Populations), "kernels", len(row), "one column for each population")
		for q, w := range row {
			if w == nil || p >= len(f.Populations) || q >= len(f.Populations) {
				continue
			}
			name := "kernels." + f.Populations[p].Name + "." + f.Populations[q].Name
			fs.Under(name, w.Validate())
			if table, ok := w.(neuron.FootprintTable); ok {
				fs.Add(f.Domain.Dims == 1, name, "a table", "a formula in two dimensions: a table is for the line")
				if f.Domain.Dims == 1 && f.Domain.Sites > 0 {
					fs.Add(len(table.Values) == f.Domain.Sites/2+1, name+".values", len(table.Values),
						fmt.Sprintf("one value for each distance from 0 to half the sites: %d", f.Domain.Sites/2+1))
					fs.Add(math.Abs(table.Spacing-f.Domain.Spacing()) <= 1e-9*f.Domain.Spacing(), name+".spacing", table.Spacing,
						fmt.Sprintf("the distance of the sites, %v", f.Domain.Spacing()))
				}
			}
		}
	}
	return fs
}

// weight returns ŵ_pq(k), 0 without a kernel; at a point the strength ŵ(0).
func (f Field) weight(p, q int, k float64) float64 {
	w := f.Kernels[p][q]
	if w == nil {
		return 0
	}
	return w.Transform(k, max(1, f.Domain.Dims))
}

// stimulus returns s_p(t) without its profile.
func (p Population) stimulus(t float64) float64 {
	if p.Stimulus == nil {
		return 0
	}
	return p.Stimulus.At(t)
}
