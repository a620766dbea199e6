package spectral

import (
	"math"

	"lapicque/neuron"
)

// cascade lets the atoms at or above V_F of an initial law that is made of atoms
// fire, and with them those that they pull over: X = P(V ≥ V_F − bX) from the
// bottom up. Under the rule sequential those that fired are left at V_R; with a
// refractory state they leave the law.
// With b > 0 that is a blow-up at time 0, its jump exact.
func (s *Solver) cascade(law neuron.Initial) neuron.Initial {
	l, b := s.problem.Law, s.problem.B
	atoms := law.Atoms()
	if s.escapes() || len(atoms) == 0 || atoms[len(atoms)-1].Potential < l.Threshold {
		return law
	}
	fired, first := 0.0, len(atoms)
	for first > 0 && atoms[first-1].Potential >= l.Threshold-math.Max(b, 0)*fired {
		first--
		fired += atoms[first].Mass
	}
	values := make([]neuron.Atom, 0, len(atoms))
	for i, a := range atoms {
		v := a.Potential + b*fired
		switch {
		case i < first:
		case s.away.on:
			continue
		case s.problem.Rule == neuron.Subtractive:
			v -= l.Gap()
		default:
			v = l.Reset
		}
		values = append(values, neuron.Atom{Potential: v, Mass: a.Mass})
	}
	s.leave(fired)
	if b > 0 {
		s.blow = BlowUp{Jump: fired, Rule: s.problem.Rule}
		if s.pending = s.opts.StopAtBlowUp; !s.pending {
			s.blowUps = append(s.blowUps, s.blow)
		}
	}
	return fallen{law, values}
}

// fallen is a law of atoms after a cascade at time 0.
type fallen struct {
	neuron.Initial
	atoms []neuron.Atom
}

// Atoms returns the atoms where the cascade left them.
func (f fallen) Atoms() []neuron.Atom { return f.atoms }

// Breaks returns their lowest and highest potential.
func (f fallen) Breaks() []float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, a := range f.atoms {
		lo, hi = min(lo, a.Potential), max(hi, a.Potential)
	}
	return []float64{lo, hi}
}
