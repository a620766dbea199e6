package spectral

import (
	"math"
	"sort"

	"lapicque/neuron"
)

// aftermath is the law right after a jump: those that did not fire moved up by
// the shift bX, those that fired lie where the rule puts them, if they are not refractory.
type aftermath struct {
	prior    *profile
	rule     neuron.Rule
	gone     bool // those that fired are refractory: the rule plays no part
	vR, vF   float64
	shift    float64 // bX
	fired    float64 // mass that fired
	recent   float64 // δ, the part of it that fired before the jump and not in it
	spread   float64 // density of what is spread evenly
	from, to float64 // and where
	atoms    []neuron.Atom
	breaks   []float64
}

func newAftermath(prior *profile, p Problem, x, delta float64) *aftermath {
	a := &aftermath{prior: prior, rule: p.Rule, gone: p.Law.Refractory.Law != neuron.NoRefractory, vR: p.Law.Reset, vF: p.Law.Threshold, shift: p.B * x}
	a.fired = prior.mass() - prior.below(a.vF-a.shift)
	switch {
	case a.gone:
	case a.rule == neuron.Sequential:
		a.from, a.to = a.vR, a.vR+a.shift
		a.spread = a.fired / a.shift
	case a.rule == neuron.Hard:
		// The δ that fired before the jump took it like everybody.
		if top := a.vR + a.shift; top < a.vF && delta > 0 {
			a.recent = delta
			a.from, a.to = top-p.B*delta, top
			a.spread = 1 / p.B
		}
		a.atoms = append(a.atoms, neuron.Atom{Potential: a.vR, Mass: a.fired - a.recent})
	}
	a.findBreaks()
	return a
}

func (a *aftermath) findBreaks() {
	gap := a.vF - a.vR
	a.breaks = []float64{a.vF}
	for _, v := range append(append([]float64(nil), a.prior.breaks...), a.vF-a.shift) {
		v += a.shift
		if v < a.vF {
			a.breaks = append(a.breaks, v)
		}
		if v >= a.vF && a.keeps() {
			a.breaks = append(a.breaks, v-gap)
		}
	}
	for _, v := range append([]float64{a.vR, a.from, a.to}, a.scars()...) {
		if v < a.vF && v > a.breaks[len(a.breaks)-1]-1e300 {
			a.breaks = append(a.breaks, v)
		}
	}
	for _, atom := range a.atoms {
		a.breaks = append(a.breaks, atom.Potential)
	}
	sort.Float64s(a.breaks)
}

// scars returns the points at which the law has a jump.
func (a *aftermath) scars() []float64 {
	switch {
	case a.gone:
		return nil
	case a.rule == neuron.Hard:
		if a.recent > 0 {
			return []float64{a.from, a.to}
		}
		return nil
	default:
		return []float64{a.vR, a.vR + a.shift}
	}
}

// keeps reports whether those that fired keep their overshoot.
func (a *aftermath) keeps() bool { return a.rule == neuron.Subtractive && !a.gone }

// Density returns the density right after the jump.
func (a *aftermath) Density(v float64) float64 {
	if v > a.vF {
		return 0
	}
	n := a.prior.density(v - a.shift)
	if a.keeps() {
		if x := v - a.shift + a.vF - a.vR; v > a.vR {
			n += a.prior.density(x)
		}
	} else if v > a.from && v < a.to {
		n += a.spread
	}
	return n
}

// Atoms returns the point masses.
func (a *aftermath) Atoms() []neuron.Atom { return a.atoms }

// Breaks returns every point at which the density is not smooth, ascending.
func (a *aftermath) Breaks() []float64 { return a.breaks }

// scars returns the singularities of a law after a jump: its jumps and atoms, with
// elements small against the way from there to V_F, and its layer at V_F.
func (s *Solver) scars(a *aftermath) []singularity {
	vF, gap := s.problem.Law.Threshold, s.problem.Law.Gap()
	var points []singularity
	for _, v := range a.scars() {
		points = append(points, singularity{v, 0.02 * math.Min(gap, math.Abs(vF-v))})
	}
	for _, atom := range a.Atoms() {
		points = append(points, singularity{atom.Potential, 0.002 * math.Min(gap, vF-atom.Potential)})
	}
	if n := a.Density(vF); n > 0 {
		points = append(points, singularity{vF, s.layer(n)}, singularity{a.vR, s.layer(n)})
	}
	return points
}
