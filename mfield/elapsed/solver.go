package elapsed

import (
	"context"
	"fmt"
	"math"

	"lapicque/neuron"
)

// Solver advances one solution of the equation. It is not safe for concurrent use.
type Solver struct {
	law      neuron.ElapsedTime
	synapses neuron.Synapses
	bounds   neuron.Elapsed
	options  Options
	rtol     float64
	initial  neuron.Initial
	exposure exposure

	time, rate, input, fired float64
	cohorts                  population
	history                  history
	marks                    []mark
	farthest                 float64 // the front so far
	next                     float64 // length of the next step
	jumped                   int     // jumps of Options.JumpAt so far
	trial                    trial
	jumps                    []Jump
	several                  Several
	ceased                   *Ceased
	before                   float64 // N at the end of the last step, before it jumped there
	broken                   bool    // N no longer solves its equation: the front has met an atom
	report                   Report
	watch                    func(*trial) // sees each step that is taken
}

// Report counts what the solver did.
type Report struct{ Steps, Rejected, Turns int }

// NewSolver returns a solver at time 0 with the ages of law initial, carried by s ≥ 0. Errors are neuron.Faults.
func (e Equation) NewSolver(initial neuron.Initial, o Options) (*Solver, error) {
	bounds, err := e.Synapses.Bounds(e.Law)
	fs, _ := err.(neuron.Faults)
	if list, ok := o.Validate().(neuron.Faults); ok {
		fs = append(fs, list...)
	}
	fs.Add(o.JumpAt == 0 || e.Synapses.Transmission == neuron.Instantaneous, "meanfield.jump_at", o.JumpAt, "0 unless the transmission is instantaneous")
	cohorts, faults := cohortsOf(initial, e.Law.Width)
	if fs = append(fs, faults...); len(fs) > 0 {
		return nil, fs
	}
	s := &Solver{law: e.Law, synapses: e.Synapses, bounds: bounds, options: o, rtol: o.Rtol, initial: initial, cohorts: cohorts}
	if s.rtol == 0 {
		s.rtol = DefaultRtol
	}
	s.exposure = sharp{s}
	if e.Law.Width > 0 {
		s.exposure = &smooth{Solver: s}
	}
	s.history.past = e.Synapses.Past
	s.next, s.farthest, s.several.Most = 0.02/bounds.Rate, math.Inf(-1), 1
	for _, b := range initial.Breaks() {
		s.mark(mark{at: -b, density: true})
	}
	for _, a := range initial.Atoms() {
		s.mark(mark{at: -a.Potential, level: -1, density: true})
	}
	s.mark(mark{at: 0})
	s.input = e.Synapses.B * e.Synapses.Past
	if e.Synapses.Transmission == neuron.Instantaneous {
		s.rate, _ = o.Start.Of(s.Solutions(), 0)
	}
	s.begin()
	s.before = s.rate
	s.count()
	return s, nil
}

// begin finds the input and N just after the present time.
func (s *Solver) begin() {
	switch s.synapses.Transmission {
	case neuron.Instantaneous:
		s.input = s.synapses.B * s.rate
	case neuron.Discrete:
		s.input = s.synapses.B * s.history.rate(s.time-s.synapses.Delay, false)
	}
	if s.synapses.Transmission != neuron.Instantaneous {
		phi, _ := s.law.Firing(s.input)
		mass, _ := s.exposure.now(s.law.Sigma.At(s.input))
		s.rate = phi * mass
	}
}

// Advance integrates to exactly the time until. It returns *Ceased (use errors.As) when the continuous solution of an
// instantaneous transmission ends before, from then on always; ctx.Err() when the context ends, with the state of the last
// accepted step, and may then be called again.
func (s *Solver) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || math.IsInf(until, 0) {
		panic("elapsed: Advance needs a finite time")
	}
	for s.time < until {
		if s.ceased != nil {
			return s.ceased
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		jump := s.jumpTime()
		end := math.Min(until, jump)
		if end-s.time <= least(end) { // what rounding left of a step that was to end there
			s.time = end
		} else if s.broken || !s.step(end) {
			if err := s.cease(); err != nil {
				return err
			}
			if err := s.show(); err != nil {
				return err
			}
			continue
		}
		s.count()
		if s.time == jump {
			s.leap()
		}
		if err := s.show(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Solver) show() error {
	if s.options.OnStep == nil {
		return nil
	}
	return s.options.OnStep(s.State())
}

// scale is the size of N by which errors are judged.
func (s *Solver) scale(t *trial) float64 { return math.Max(t.largest(), 1e-4*s.bounds.Rate) }

// step takes one step, not past the time until; it returns false when there is none, however short.
func (s *Solver) step(until float64) bool {
	until = math.Min(until, s.arrival())
	if s.options.step > 0 {
		s.next = s.options.step
	}
	h := math.Max(math.Min(s.next, s.longest()), least(s.time))
	turnAt := math.Inf(-1)
	for {
		end := s.time + h
		switch rest := until - s.time; {
		case h > 0.999*rest:
			end = until
		case h > 0.6*rest:
			end = s.time + rest/2
		}
		shortest := end-s.time <= 2*least(s.time)
		if !s.try(end) {
			if shortest {
				return false
			}
			h = math.Max((end-s.time)/2, least(s.time))
			s.report.Rejected++
			continue
		}
		e := s.misfit()
		if cut, found, turns := s.exposure.interrupt(&s.trial); found && cut > s.time+least(s.time) && cut < end-meet(end)/10 {
			h, until = cut-s.time, math.Min(until, cut)
			if turns {
				turnAt = cut
			}
			continue
		}
		if e > 1 && s.options.step == 0 && !shortest {
			h = math.Max((end-s.time)*math.Max(0.1, 0.85*math.Pow(e, -1.0/stages)), least(s.time))
			s.report.Rejected++
			continue
		}
		s.take(end == turnAt)
		s.next = h * math.Min(2.5, 0.85*math.Pow(math.Max(e, 1e-10), -1.0/stages))
		return true
	}
}

// longest returns the largest step that the equation allows.
func (s *Solver) longest() float64 {
	h := 0.5
	if s.options.Longest > 0 {
		h = math.Min(h, s.options.Longest)
	}
	if s.synapses.Transmission != neuron.Instantaneous {
		h = math.Min(h, s.synapses.Delay)
	}
	if s.law.Width > 0 {
		h = math.Min(h, 2*s.law.Width)
	}
	return h
}

// misfit is by how much the polynomial of the step misses N at both ends, in units of the tolerance: what collocation of
// this many points leaves, O(h^stages).
func (s *Solver) misfit() float64 {
	t := &s.trial
	e := math.Abs(t.shape.value(0) - s.rate)
	e = math.Max(e, math.Abs(t.shape.value(1)-t.rate[stages]))
	return e / (s.rtol * s.scale(t))
}

// take accepts the trial.
func (s *Solver) take(turned bool) {
	t := &s.trial
	s.smoothed(t)
	if s.watch != nil {
		s.watch(t)
	}
	s.exposure.accept(t)
	s.history.pieces = append(s.history.pieces, piece{t.start, t.end(), s.fired, t.shape})
	s.advanceFront(s.time, s.input)
	s.advanceFront(t.end(), t.input[stages])
	s.time, s.fired = t.end(), s.fired+t.fired[stages]
	s.rate, s.input = t.rate[stages], t.input[stages]
	s.remark(turned)
	s.before = s.rate
	s.begin()
	s.advanceFront(s.time, s.input)
	s.cohorts.retire()
	oldest := s.time
	if len(s.cohorts.list) > 0 {
		oldest = s.cohorts.list[0].from
	}
	s.history.forget(math.Min(oldest, s.time-s.synapses.Delay))
	s.report.Steps++
	if turned {
		s.report.Turns++
	}
}

// advanceFront notes how far the front has been.
func (s *Solver) advanceFront(t, input float64) {
	s.farthest = math.Max(s.farthest, t-s.law.Sigma.At(input))
}

// State returns the present state.
func (s *Solver) State() State {
	st := State{Time: s.time, Rate: s.rate, Before: s.before, Input: s.input, Sigma: s.law.Sigma.At(s.input), Fired: s.fired, Mass: s.cohorts.total()}
	st.Age, st.Variance = s.cohorts.ages(s.time)
	phi, _ := s.law.Firing(s.input)
	if s.law.Width > 0 || phi == 0 {
		return st
	}
	front := s.time - st.Sigma
	silent := s.fired - s.history.fired(front)
	if front < 0 {
		silent = s.fired + s.initial.CDF(-front)
	}
	st.Identity = s.rate/phi + silent - 1
	st.Regular = front >= s.farthest-1e-11*(1+s.time)
	return st
}

// Profile fills p with the age density: on the cells that p.Edges gives when it has two or more, ascending from 0 or
// more, else on 400 cells of one length up to an age that all but 1e−9 are younger than. It grows the slices as needed.
func (s *Solver) Profile(p *Profile) {
	if len(p.Edges) < 2 {
		reach := 1.0
		for i := range s.cohorts.list {
			if s.cohorts.below[i+1] > 1e-9 {
				reach = s.time - s.cohorts.list[i].from
				break
			}
		}
		p.Edges = p.Edges[:0]
		for k := range 401 {
			p.Edges = append(p.Edges, reach*float64(k)/400)
		}
	}
	p.Density = p.Density[:0]
	younger, _ := s.cohorts.before(s.time - p.Edges[0])
	for k := 1; k < len(p.Edges); k++ {
		if !(p.Edges[k] > p.Edges[k-1]) {
			panic(fmt.Sprintf("elapsed: edges of a profile must ascend, not %v after %v", p.Edges[k], p.Edges[k-1]))
		}
		older, _ := s.cohorts.before(s.time - p.Edges[k])
		p.Density = append(p.Density, (younger-older)/(p.Edges[k]-p.Edges[k-1]))
		younger = older
	}
}

// Report returns what the solver did so far.
func (s *Solver) Report() Report { return s.report }

// Jumps returns a copy of the jumps of N so far, in order.
func (s *Solver) Jumps() []Jump { return append([]Jump(nil), s.jumps...) }

// Several returns when the equation for N(t) was seen to have several solutions.
func (s *Solver) Several() Several { return s.several }
