package spectral

import (
	"math"

	"lapicque/neuron"
)

// begin puts on the mesh what of the initial law is not in the cloud.
func (s *Solver) begin(rest datum) error {
	p, settled := s.problem, s.reach.settled(s.tail)
	if rest == nil {
		return s.start(nil, 0, min(s.reach.far(s.tail), settled), s.emerging())
	}
	far := min(rest.Breaks()[0], settled)
	if !s.escapes() && p.B*rest.Density(p.Law.Threshold) >= 1 {
		return s.ignite(rest, far)
	}
	return s.start(rest, 1-s.now.refractory-s.cloud.mass(), far, s.initialSingularities())
}

// ignite starts from a law so dense at V_F that it blows up at once: it is put on
// the mesh as if nobody were coupled, and the jump comes with the first step.
func (s *Solver) ignite(law datum, far float64) error {
	s.law.b = 0
	err := s.start(law, 1-s.cloud.mass(), far, s.initialSingularities())
	s.law.b = s.problem.B
	if err != nil {
		return err
	}
	s.leave(-s.now.fired)
	breaks := distinct(append(append([]float64(nil), s.mesh.nodes...), law.Breaks()...))
	s.prior = newProfile(s.basis, breaks, 1-s.cloud.mass(), law.Density)
	s.ahead = ahead{}
	s.jump = s.jumpSize(0)
	s.blow = BlowUp{Jump: s.jump, JumpError: s.opts.Rtol, Rule: s.problem.Rule}
	s.pending = true
	return nil
}

// initialSingularities returns the atoms, the interior breaks and, if the law
// does not vanish there, the threshold.
func (s *Solver) initialSingularities() []singularity {
	law, vF := s.problem.Initial, s.problem.Law.Threshold
	var points []singularity
	scale := func(v float64) float64 { return 0.02 * math.Min(s.problem.Law.Gap(), math.Abs(vF-v)) }
	for _, a := range law.Atoms() {
		if a.Potential < s.problem.Law.Ceiling() && a.Potential != vF {
			points = append(points, singularity{a.Potential, 0.1 * scale(a.Potential)})
		}
	}
	for _, v := range breaksInside(law, s.problem.Law.Ceiling()) {
		if len(law.Atoms()) == 0 && law.Density(v)*math.Abs(vF-v) > 1e-3*s.opts.Rtol {
			points = append(points, singularity{v, scale(v)})
		}
	}
	if g, ok := law.(neuron.TruncatedGaussian); ok && g.Variance < 1e-3*(vF-s.reach.settled(s.tail))*(vF-s.reach.settled(s.tail)) {
		points = append(points, singularity{min(g.Mean, s.problem.Law.Ceiling()), 2 * math.Sqrt(g.Variance)})
	}
	if n := law.Density(vF); n > 0 && !s.escapes() {
		points = append(points, singularity{vF, s.layer(n)}, singularity{s.problem.Law.Reset, s.layer(n)})
	}
	return points
}

// layer returns the length of the last element below V_F for a density n there:
// what the element cannot resolve fires at once, about n·length/p², and the start
// is exact to the square of that as long as the kicks by bN, which compete with the
// diffusion in the layer by b·n, are small. If they are not, it is exact to the
// first power only. The same mass arrives at V_R.
func (s *Solver) layer(n float64) float64 {
	b := s.problem.B + s.free.late.b
	fires := min(0.04*math.Sqrt(s.opts.Rtol), 400*s.opts.Rtol/(b*b*n))
	s.scar = fires * float64(s.p*s.p) / n
	return s.scar
}

// narrowest is the shortest way from V_R to V_F that is solved, against the length of the
// mesh, and mostLost the largest error of the mass that is not refused.
const (
	narrowest = 1e-6
	mostLost  = 1e-9
)

// start builds a mesh for the law, nil if all is in the cloud, and projects it, at
// the current time.
func (s *Solver) start(law datum, mass, far float64, points []singularity) error {
	l := s.problem.Law
	if far >= l.Reset {
		far = l.Reset - l.Gap()
	}
	if l.Gap() < narrowest*(l.Threshold-far) {
		return &Refused{s.now.time, "V_F − V_R is too short against the spread of the law: rounding would change the mass"}
	}
	if s.escapes() {
		points = append(points, s.unsmooth()...)
	}
	tol := s.tol
	if _, jumped := law.(*aftermath); jumped {
		tol *= 10 // made of a density that is itself known to tol only
	}
	if s.alone = law == nil; s.alone {
		law = nothing{}
	}
	nodes := s.grid(law, far, l.Reset, s.ceiling.settled(l, s.tail), tol, points)
	if len(nodes)-1 > s.opts.MaxElements {
		return &Refused{s.now.time, "the law at the start needs a finer mesh than is allowed"}
	}
	s.mesh.set(nodes, l.Reset, l.Threshold)
	s.resize(s.mesh)
	n := s.p * s.mesh.elements()
	s.now.u, s.before.u = resized(s.now.u, n), resized(s.before.u, n)
	s.law.kappa, s.now.w, s.h = 0, 0, 1e-6*s.kappa
	s.sinceStart, s.memory.n, s.rising = 0, 0, 0
	s.since, s.roughened = s.now.time, s.now.time
	s.began, s.allowed = false, math.Inf(1)
	if s.alone {
		clear(s.now.u)
		s.alone = s.now.refractory == 0 || s.away.late != nil
		return nil
	}
	lambda, err := s.put(s.now.u, law, mass, !s.away.on)
	if err != nil {
		return err
	}
	at, _ := s.input(s.now.time)
	if s.now.w, err = s.consistent(s.now.u, at); err != nil {
		return &Refused{s.now.time, err.Error()}
	}
	if !s.escapes() {
		s.now.w = max(0, min(s.now.w, 10/s.kappa))
	}
	s.leave(lambda)
	for i := range s.cloud.parts {
		s.cloud.parts[i].mean += s.problem.B * lambda
		s.cloud.parts[i].variance += 2 * s.problem.Law.A1 * lambda
	}
	return nil
}

// put projects a law of the given mass onto the mesh. Its mass is known better than
// quadrature gives it.
func (s *Solver) put(u []float64, law datum, mass float64, restart bool) (lambda float64, err error) {
	rows, outflow := s.load(law)
	total := outflow
	for _, x := range rows[:s.mesh.elements()] {
		total += x
	}
	if !(math.Abs(total-mass) < 1e-3) {
		return 0, &Refused{s.now.time, "the law at the start could not be integrated"}
	}
	scale(rows, mass/total, rows)
	if lambda, err = s.project(u, rows, outflow*mass/total, restart); err != nil {
		err = &Refused{s.now.time, err.Error()}
	}
	return lambda, err
}
