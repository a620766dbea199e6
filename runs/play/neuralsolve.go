package play

import (
	"context"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	mfield "lapicque/mfield/neuralfield"
	"lapicque/runs/rhythm"
	"lapicque/runs/scenario"
)

// neuralSolution is a solved field equation, as far as it came.
type neuralSolution struct {
	snapshots [][][]float64 // [snapshot][population][site]
	curve     []neuralStep  // the solver's steps, perhaps thinned
}

// neuralStep is the field at a step of the solver.
type neuralStep struct {
	time         float64
	parts        []moment // of each population
	pulse, fired float64  // the signal that a rhythm is looked for in, and its integral
}

// moment describes a field over its sites.
type moment struct{ mean, variance, least, greatest float64 }

func momentOf(field []float64) (m moment) {
	m.mean, m.variance = stat.PopMeanVariance(field, nil)
	m.least, m.greatest = floats.Min(field), floats.Max(field)
	return m
}

// solveNeural runs the equation through the snapshots. What was found before an error is kept.
func solveNeural(ctx context.Context, f *scenario.Field, p plan, progress func(t float64)) (*neuralSolution, error) {
	out := &neuralSolution{}
	stride, seen := 1, 0
	middle := make([]float64, len(f.Start)*f.Law.Domain.Total())
	var last, fired float64 // signal and integral at the end of the last step
	solver, err := f.Solver(func(s *mfield.Solver) error {
		dense := s.Dense()
		from, to := dense.Before(), s.Time()
		dense.At((from+to)/2, middle)
		now := pulse(dense.State(), f)
		fired += (to - from) / 6 * (last + 4*pulse(middle, f) + now)
		last = now
		if seen++; seen%stride == 0 {
			out.curve = append(out.curve, newNeuralStep(s, f, fired))
		}
		if len(out.curve) == maxCurve {
			out.thin()
			stride *= 2
		}
		progress(to)
		return nil
	})
	if err != nil {
		return out, err
	}
	out.curve = append(out.curve, newNeuralStep(solver, f, 0))
	last = out.curve[0].pulse
	for _, t := range p.landings() {
		if err := solver.Advance(ctx, t); err != nil {
			return out, err
		}
		if _, found := slices.BinarySearch(p.snapshots, t); found {
			var fields [][]float64
			for k := range f.Start {
				fields = append(fields, slices.Clone(solver.Field(k)))
			}
			out.snapshots = append(out.snapshots, fields)
		}
	}
	if out.curve[len(out.curve)-1].time < p.end {
		out.curve = append(out.curve, newNeuralStep(solver, f, fired))
	}
	return out, nil
}

func newNeuralStep(s *mfield.Solver, f *scenario.Field, fired float64) neuralStep {
	step := neuralStep{time: s.Time(), fired: fired, pulse: pulse(s.Dense().State(), f)}
	for k := range f.Start {
		step.parts = append(step.parts, momentOf(s.Field(k)))
	}
	return step
}

// probes is the number of sites whose values are part of the signal.
const probes = 8

// pulse returns the signal in which a rhythm is looked for: the mean over all sites and populations plus, so that what travels
// is seen, that over a few sites of the first population.
func pulse(state []float64, f *scenario.Field) float64 {
	total := f.Law.Domain.Total()
	sum := floats.Sum(state) / float64(len(state))
	if total == 1 {
		return sum
	}
	for k := range probes {
		_, part := math.Modf(float64(k) * math.Phi)
		sum += state[int(part*float64(total))] / probes
	}
	return sum
}

// thin drops every second step.
func (s *neuralSolution) thin() {
	kept := s.curve[:0]
	for i := 0; i < len(s.curve); i += 2 {
		kept = append(kept, s.curve[i])
	}
	s.curve = kept
}

// firedAt returns the integral of the signal, by the cubic that has the signal as its slope.
func (s *neuralSolution) firedAt(t float64) float64 {
	k := sort.Search(len(s.curve), func(i int) bool { return s.curve[i].time >= t })
	if k == 0 || k < len(s.curve) && s.curve[k].time == t {
		return s.curve[min(k, len(s.curve)-1)].fired
	}
	k = min(k, len(s.curve)-1)
	a, b := s.curve[k-1], s.curve[k]
	h := b.time - a.time
	x, rise := (t-a.time)/h, b.fired-a.fired
	d0, d1 := h*a.pulse, h*b.pulse
	return a.fired + x*(d0+x*((3*rise-2*d0-d1)+x*(d0+d1-2*rise)))
}

// scale returns by how much the field of a population varies, in space or time.
func (s *neuralSolution) scale(population int) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, step := range s.curve {
		lo, hi = math.Min(lo, step.parts[population].least), math.Max(hi, step.parts[population].greatest)
	}
	return hi - lo
}

// numerical bounds the solver's own error: the errors of its steps, relative to rtol of the largest value, add up little.
func (s *neuralSolution) numerical(population int, rtol float64) float64 {
	return 10 * tolerance(rtol) * s.scale(population)
}

// tolerance returns what a tolerance of 0 stands for.
func tolerance(rtol float64) float64 {
	if rtol == 0 {
		return 1e-8
	}
	return rtol
}

// rhythm says what the field does in the last half of the run.
func (s *neuralSolution) rhythm(end, rtol float64) *NeuralRhythm {
	found, scale := s.finding(end, rtol)
	return &NeuralRhythm{Kind: found.Kind, Period: Number(found.Period), PeriodError: Number(found.PeriodError),
		Amplitude: Number(found.Amplitude * scale), Reason: found.Reason}
}

// finding judges the signal, lifted so that its mean is the scale of the field: what is small is small against that.
func (s *neuralSolution) finding(end, rtol float64) (found rhythm.Finding, scale float64) {
	for p := range s.curve[0].parts {
		scale = math.Max(scale, s.scale(p))
	}
	if scale == 0 {
		scale = 1
	}
	lift := scale - (s.firedAt(end)-s.firedAt(0.75*end))/(0.25*end)
	return rhythm.Smooth(func(t float64) float64 { return s.firedAt(t) + lift*t }, end, tolerance(rtol)), scale
}
