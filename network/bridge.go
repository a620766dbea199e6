package network

import (
	"math"
	"math/bits"

	"lapicque/network/kernel"
)

// candidate is a neuron that may have fired in the step.
type candidate struct {
	index uint32  // in its block
	start float64 // potential at the start of the step
	end   float64 // and at its end, if it does not fire
	kappa float64 // the kick, beyond the predicted one, at which it fires
}

// step holds what is common to all neurons in one substep of the bridge scheme.
type step struct {
	leg
	start, curvature float64
	predicted        float64 // kick already in the end points
	margin           float64 // further kick up to which candidates are listed
	kick             float64 // b/N
	spread           float64 // what one spike adds to everybody's end point: kick·relaxed/h
	foreign          float64 // what the spikes of other populations add, beside
	low, high        float64 // candidates with kappa ≤ low fire for certain, with kappa > high do not
	arrived          float64 // kicks of earlier spikes that arrive in the step, already in the end points
	cut              float64 // candidates with kappa ≤ cut fire
	fired            int     // how many
	key              kernel.StepKey
	resolved         bool // single kicks are instants
}

// bridge takes one step of length h from t.
//
// The kicks of a step are spread evenly over it, so they only move the end
// points. Pass one moves everybody by the free transition and a predicted kick
// and lists, for each neuron that may fire, the further kick κ at which it does;
// the close (closure.go) finds the smallest self-consistent number of spikes;
// pass two restarts those inside the step. What the kicks are beyond the
// prediction stays in offset and is carried by the next step.
func (s *session) bridge(t, h float64) {
	s.clear(t, t+h)
	s.prepare(s.plan(t, h))
	s.crew.do(s.move)
	overrun := s.close(&s.step)
	s.settle()
	s.crew.do(s.reset)
	s.offset += s.kick * s.book()
	if overrun {
		s.overrun()
	}
}

// prepare sets up pass one of a step.
func (s *session) prepare(planned step) {
	s.step = planned
	st := &s.step
	if s.law.Firing.Escapes() {
		st.margin = 0 // who fires does not depend on further kicks
	}
	s.pass = kernel.Pass{
		Decay: st.decay,
		Shift: st.decay*s.offset + s.law.filtered(&st.leg, st.start) + st.predicted + st.arrived,
		Noise: st.noise,
		Near:  st.near,
		From:  st.threshold - s.offset,
		To:    st.threshold - st.margin,
	}
}

// settle gives everybody what the kicks of the step are beyond the prediction.
func (s *session) settle() {
	s.before = s.offset
	s.offset = s.step.shift(s.step.fired)
	s.sorted = s.level > 0
}

// movePass is pass one over the blocks of a worker.
func (s *session) movePass(w int) {
	scratch := &s.workers[w].scratch
	for i := range s.share(w) {
		b := &s.blocks[i]
		hits := s.pass.Run(b.v, &b.lanes, scratch)
		if s.law.Firing.Escapes() {
			b.release(s.Network, &s.step, &s.pass, scratch.Hits[:hits])
		} else {
			b.list(s.Network, &s.step, &s.pass, scratch.Hits[:hits])
		}
	}
}

// resetPass is pass two.
func (s *session) resetPass(w int) {
	for i := range s.share(w) {
		if !s.law.Firing.Escapes() {
			s.blocks[i].fire(s.Network, &s.step, s.before)
		}
		if (s.first+i)%s.stride() == 0 && s.coupled {
			if s.sorted {
				s.blocks[i].foretell(s.law.Threshold-s.offset, s.reach())
			} else {
				s.blocks[i].count(s.law.Threshold-s.offset, math.Sqrt(s.reach()))
			}
		}
	}
}

// plan predicts the kicks of the step from the spikes of the last one.
func (s *session) plan(t, h float64) step {
	rate, trend := s.rate(h)
	late := s.axons.volley(t, h, s.law.Leak)
	late.slope += s.kick * trend
	st := s.lay(t, h, s.kick*rate, late)
	st.expect(s.kick, rate)
	return st
}

// rate returns the spikes of all neurons per unit of time that are predicted for a step of
// length h, and how they change in it: those of the last step, which the close corrects;
// where neurons escape, which is not corrected, the straight line through the last two.
func (n *Network) rate(h float64) (rate, trend float64) {
	if !(n.lastStep > 0) {
		return 0, 0
	}
	rate = float64(n.last) / n.lastStep
	if n.priorStep > 0 && n.law.Firing.Escapes() {
		trend = 2 * (rate - float64(n.prior)/n.priorStep) / (n.priorStep + n.lastStep)
		rate = max(0, rate+trend*(n.lastStep+h)/2)
	}
	return rate, trend
}

// lay begins a step: the transition of one neuron when kicks at once add the drift
// foretold and late arrives from before.
func (s *session) lay(t, h, foretold float64, late volley) step {
	st := step{start: t, kick: s.kick, key: s.key.Step(s.substeps)}
	s.substeps++
	s.temper(t, h, late.times)
	kicks := foretold + late.kicks/h // the drift by kicks, where there are enough of them to be one
	if math.Abs(kicks)*h > math.Sqrt(2*s.law.diffusion*h) {
		kicks, late.slope = 0, 0
	}
	st.arrived = late.moved
	st.curvature = s.law.curvature(t+h/2, kicks) + late.slope
	st.leg = s.law.leg(h, st.curvature)
	st.spread = s.kick * st.relaxed / h
	return st
}

// expect predicts the kicks of neurons that fire at rate, together.
func (st *step) expect(kick, rate float64) {
	if kick == 0 {
		return
	}
	if st.noise <= fineness*math.Abs(kick) {
		st.resolved = st.resolved || kick > 0
		return
	}
	spread := kick * st.relaxed / st.h
	predicted := spread * rate * st.h
	st.predicted += predicted
	if kick < 0 {
		st.margin -= predicted // no kick at all is the most that can happen
		return
	}
	st.margin += 2*predicted + 6*spread*math.Sqrt(rate*st.h+9)
}

// shift returns the kick beyond the predicted one that n spikes make.
func (st *step) shift(n int) float64 {
	return float64(st.spread*float64(n)) - st.predicted + st.foreign
}

// list turns hits into candidates: exact exponential, exact κ.
func (b *block) list(n *Network, st *step, pass *kernel.Pass, hits []kernel.Hit) {
	for k := range hits {
		hit := &hits[k]
		for mask := hit.Mask; mask != 0; mask &= mask - 1 {
			l := bits.TrailingZeros32(mask)
			index := hit.Base + uint32(l)
			r := st.key.Stream(b.first + index)
			e := -math.Log(kernel.Uniform(hit.Random[l], r.Float64()))
			end, kappa := b.v[index], math.Inf(-1)
			if d1 := pass.From - hit.Start[l]; d1 > 0 {
				kappa = st.threshold - end - e/(st.near*d1)
			}
			if kappa <= st.margin {
				b.candidates = append(b.candidates, candidate{index, hit.Start[l], end, kappa})
			}
		}
	}
}

// book enters the step in the frame and the report, and returns the decayed kicks
// of repeated crossings, in units of b/N.
func (s *session) book() (late float64) {
	st, repeated := &s.step, 0
	for i := range s.blocks {
		late += s.blocks[i].late
		repeated += s.blocks[i].repeated
		s.runaway = s.runaway || s.blocks[i].runaway
	}
	if s.ranks != nil {
		late, repeated = s.gatherRepeated()
	}
	s.frame.Count = st.fired + repeated
	s.elapse(st.start, st.h)
	s.prior, s.priorStep = s.last, s.lastStep
	s.last, s.lastStep = s.frame.Count, st.h
	s.report.Steps++
	if st.h < s.config.Dt*(1-1e-9) && s.level > 0 {
		s.report.Halved++
	}
	if correction := math.Abs(st.shift(st.fired)); correction > 0 {
		s.report.Corrected++
		s.report.Correction += correction / st.noise
	}
	return late
}

// overrun plays the instant that kicks beyond all that was foreseen ask for.
func (s *session) overrun() {
	s.report.Overrun++
	trigger, _ := s.latest()
	if s.instant(s.step.start+s.step.h, trigger, s.step.fired) > 0 {
		s.foretell()
	}
}
