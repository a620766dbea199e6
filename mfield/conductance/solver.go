package conductance

import (
	"context"
	"fmt"
	"math"

	"lapicque/neuron"
)

// Equation is the law of a neuron; the equation has no further parameters.
type Equation struct{ neuron.Conductance }

// Options are numerical choices; a zero field takes its default.
type Options struct {
	CellsV int     // cells in v; 0 means 256
	CellsG int     // cells in g; 0 means 128
	Step   float64 // time step; 0 means a thirtieth of the shorter of σ_E and the time of the membrane
	// OnStep sees the state after each step; an error ends Advance.
	OnStep func(State) error
}

// State holds the statistics of the density.
type State struct {
	Time             float64
	Rate             float64 // N(t), from the means over the last two steps
	Fired            float64 // ∫₀ᵗ N
	Mass             float64 // ∬p, 1 up to rounding
	MeanV, VarianceV float64
	MeanG, VarianceG float64
	// Current is ∬ J p, which is V_F N in a steady state.
	Current float64
}

// Start is a density at time 0 as a product: V is uniform on its interval, g Gaussian, cut at 0.
type Start struct {
	FromV, ToV     float64 // 0 ≤ FromV < ToV ≤ V_F
	MeanG, SpreadG float64 // SpreadG > 0
}

// Validate returns neuron.Faults or nil.
func (a Start) Validate(l neuron.Conductance) error {
	var fs neuron.Faults
	fs.Add(a.FromV >= 0 && a.FromV < a.ToV && a.ToV <= l.Threshold, "initial.v", fmt.Sprintf("%v to %v", a.FromV, a.ToV), fmt.Sprintf("an interval inside 0 to V_F = %v", l.Threshold))
	fs.Add(a.SpreadG > 0 && !math.IsInf(a.SpreadG, 1), "initial.g.spread", a.SpreadG, "a finite number > 0")
	fs.Add(a.MeanG-a.MeanG == 0 && a.MeanG > -5*a.SpreadG, "initial.g.mean", a.MeanG, "a finite number, not so negative that nothing is left above 0")
	return fs.Err()
}

// Solver is a solution up to a time. It is not safe for concurrent use.
//
// A step of length h is: half a step in g, a step in v, half a step in g (Strang 1968), second order. In v
// the density moves exactly along the characteristics, which are known, and is integrated over the cells that
// they come from, with a parabola in each cell, made non-negative: third order in the cell, no bound on h. In
// g Scharfetter–Gummel fluxes and an L-stable implicit method of second order in time; where that would
// make a negative value, implicit Euler takes the half step. The rate that g_in and a follow is the mean over
// the step, found by iteration. Mass is conserved to rounding and no value is negative.
type Solver struct {
	equation Equation
	options  Options
	v        transport
	g        diffusion
	p        []float64 // cell averages, row j at conductance g_j
	saved    []float64
	time     float64
	fired    float64
	mean     float64 // rate of the last step
	before   float64 // and of the one before
	trend    float64 // by how much the rate at the end of the last step is expected to differ from its mean
	length   float64 // of the last step
}

// defaults fills in what was left open.
func (e Equation) defaults(o Options) Options {
	if o.CellsV == 0 {
		o.CellsV = 256
	}
	if o.CellsG == 0 {
		o.CellsG = 128
	}
	if o.Step == 0 {
		o.Step = e.DefaultStep()
	}
	return o
}

// DefaultStep returns a thirtieth of the shorter of σ_E and the time of the membrane, 1/(g_L + g_0).
func (e Equation) DefaultStep() float64 {
	g, _ := e.Input(0)
	return 1. / 30 * math.Min(e.Tau, 1/(e.Leak+g))
}

// Validate returns neuron.Faults or nil.
func (o Options) Validate() error {
	var fs neuron.Faults
	fs.Add(o.CellsV == 0 || o.CellsV >= 16 && o.CellsV <= 4096, "meanfield.cells_v", o.CellsV, "a number of cells from 16 to 4096")
	fs.Add(o.CellsG == 0 || o.CellsG >= 16 && o.CellsG <= 4096, "meanfield.cells_g", o.CellsG, "a number of cells from 16 to 4096")
	fs.Add(o.Step >= 0 && !math.IsInf(o.Step, 1), "meanfield.step", o.Step, "a finite step ≥ 0 (0: chosen)")
	return fs.Err()
}

// NewSolver returns the solution at time 0. highest is a bound of the conductances that matter, 0 for one that
// follows from the law, the start and the rate of the law at its conductance. Errors are neuron.Faults.
func (e Equation) NewSolver(start Start, highest float64, o Options) (*Solver, error) {
	var fs neuron.Faults
	for _, err := range []error{e.Validate(), start.Validate(e.Conductance), o.Validate()} {
		if list, ok := err.(neuron.Faults); ok {
			fs = append(fs, list...)
		}
	}
	fs.Add(highest >= 0 && !math.IsInf(highest, 1), "meanfield.highest_g", highest, "a conductance > 0 (0: chosen)")
	if err := fs.Err(); err != nil {
		return nil, err
	}
	return e.solver(start, highest, e.defaults(o))
}

// solver is NewSolver for what is valid, without options left open; the input may be negative.
func (e Equation) solver(start Start, highest float64, o Options) (*Solver, error) {
	if highest == 0 {
		highest = e.highest(start)
	}
	lowest := e.lowest(start)
	var short neuron.Faults
	short.Add(highest > lowest, "meanfield.highest_g", highest, fmt.Sprintf("a conductance above %v, where the grid begins", lowest))
	if err := short.Err(); err != nil {
		return nil, err
	}
	s := &Solver{equation: e, options: o}
	s.v = newTransport(e.Conductance, o.CellsV, o.CellsG, lowest, highest)
	s.g = newDiffusion(e.Conductance, o.CellsV, o.CellsG, lowest, highest)
	s.p, s.saved = make([]float64, o.CellsV*o.CellsG), make([]float64, o.CellsV*o.CellsG)
	s.fill(start)
	s.mean = s.v.flux(s.p) * s.g.width
	s.before = s.mean
	return s, nil
}

// highest returns a conductance beyond which next to nothing is: eight standard deviations above the
// inputs at rest, at the start and at the rate that the mean conductance makes; with excitation c/σ_E more, what one spike
// of everybody at once adds.
func (e Equation) highest(start Start) float64 {
	top := start.MeanG + 8*start.SpreadG
	rate := 0.0
	for range 20 { // the coupled rate, if it settles
		g, a := e.Input(rate)
		top = math.Max(top, g+8*math.Sqrt(a))
		next := e.ConstantRate(g)
		if next > 1e6*e.Leak {
			break
		}
		rate = next
	}
	return math.Max(top+math.Max(0, e.C)/e.Tau, 1.5*e.Rheobase())
}

// lowest returns a conductance below which next to nothing is: 0, or eight standard deviations below the start and the
// least input.
func (e Equation) lowest(start Start) float64 {
	if e.C < 0 {
		return 0
	}
	g, a := e.Input(0)
	least := math.Min(g-8*math.Sqrt(a), start.MeanG-8*start.SpreadG)
	if e.A1 > 0 { // the noise grows with the rate
		least = 0
	}
	return math.Max(0, least)
}

// fill sets the density to a start.
func (s *Solver) fill(start Start) {
	normal := func(g float64) float64 { return 0.5 * math.Erfc(-(g-start.MeanG)/(start.SpreadG*math.Sqrt2)) }
	total := normal(s.g.edge(s.options.CellsG)) - normal(s.g.edge(0))
	n := s.options.CellsV
	dv := s.v.width
	for j := range s.options.CellsG {
		share := (normal(s.g.edge(j+1)) - normal(s.g.edge(j))) / total / s.g.width
		for i := range n {
			lo, hi := float64(i)*dv, float64(i+1)*dv
			part := math.Max(0, math.Min(hi, start.ToV)-math.Max(lo, start.FromV)) / (start.ToV - start.FromV)
			s.p[j*n+i] = share * part / dv
		}
	}
}

// Advance integrates to exactly the time until, in equal steps of at most Options.Step: after a much shorter one the flux
// at V_F would be that of a split moment. It returns the context's error when that ends, an error of OnStep, or one when the
// rate is not a number.
func (s *Solver) Advance(ctx context.Context, until float64) error {
	from := s.time
	steps := math.Ceil((until - from) / s.options.Step * (1 - 1e-9))
	for k := 1.0; s.time < until; k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		next := until
		if k < steps {
			next = from + (until-from)*k/steps
		}
		if err := s.step(next - s.time); err != nil {
			return err
		}
		s.time = next
		if s.options.OnStep != nil {
			if err := s.options.OnStep(s.State()); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	rounds = 8     // iterations of the rate of a step
	agreed = 1e-10 // relative change at which it is found

	mostAtTop = 1e-6 // part of the neurons in the last row of cells in g
)

// step advances by h: the rate of the step is guessed and improved until input and output agree.
func (s *Solver) step(h float64) error {
	coupled := s.equation.C != 0 || s.equation.A1 != 0
	guess := math.Max(0, 2*s.mean-s.before)
	copy(s.saved, s.p)
	for round := range rounds {
		s.g.advance(s.p, guess, h/2)
		fired := s.v.advance(s.p, h)
		s.g.advance(s.p, guess, h/2)
		rate := fired / h
		if math.IsNaN(rate) || math.IsInf(rate, 0) {
			return fmt.Errorf("conductance: the rate has no finite value at t = %v", s.time)
		}
		if !coupled || math.Abs(rate-guess) <= agreed*(1+rate) || round == rounds-1 {
			s.before, s.mean = s.mean, rate
			s.fired += fired
			s.trend = (s.mean - s.before) * h / (h + s.length)
			s.length = h
			return s.round()
		}
		guess = rate
		copy(s.p, s.saved)
	}
	return nil
}

// round takes the rounding of a step out of the mass. It stops where conductances reach the end of the grid.
func (s *Solver) round() error {
	mass := 0.0
	for _, x := range s.p {
		mass += x
	}
	mass *= s.v.width * s.g.width
	if !(math.Abs(mass-1) < 1e-11) {
		return fmt.Errorf("conductance: the mass is %v at t = %v", mass, s.time)
	}
	top := 0.0
	for _, x := range s.p[len(s.p)-s.options.CellsV:] {
		top += x
	}
	if top *= s.v.width * s.g.width; top > mostAtTop {
		return fmt.Errorf("conductance: at t = %v a part %.1e of the neurons is at the end of the grid, g = %.4g: the rate grows beyond all bounds, or the grid is too short",
			s.time+s.length, top, s.g.edge(s.options.CellsG))
	}
	for i := range s.p {
		s.p[i] /= mass
	}
	return nil
}

// State returns the present state.
func (s *Solver) State() State {
	st := State{Time: s.time, Rate: math.Max(0, s.mean+s.trend), Fired: s.fired}
	n, cell := s.options.CellsV, s.v.width*s.g.width
	var v, vv, g, gg float64
	for j := range s.options.CellsG {
		gj := s.g.center(j)
		row := 0.0
		for i, p := range s.p[j*n : (j+1)*n] {
			vi := (float64(i) + 0.5) * s.v.width
			row += p
			v += p * vi
			vv += p * (vi*vi + s.v.width*s.v.width/12)
		}
		st.Mass += row
		g += row * gj
		gg += row * (gj*gj + s.g.width*s.g.width/12)
	}
	st.Mass *= cell
	v, vv, g, gg = v*cell/st.Mass, vv*cell/st.Mass, g*cell/st.Mass, gg*cell/st.Mass
	st.MeanV, st.VarianceV, st.MeanG, st.VarianceG = v, vv-v*v, g, gg-g*g
	st.Current = s.v.current(s.p) * s.g.width
	return st
}

// Density is p as cell averages on a grid of equal cells: Values[j·len(V)+i] is the mean over
// V[i] < v < V[i+1], G[j] < g < G[j+1].
type Density struct{ V, G, Values []float64 }

// Density copies the density into d, growing its slices as needed.
func (s *Solver) Density(d *Density) {
	d.V, d.G = d.V[:0], d.G[:0]
	for i := range s.options.CellsV + 1 {
		d.V = append(d.V, float64(i)*s.v.width)
	}
	for j := range s.options.CellsG + 1 {
		d.G = append(d.G, s.g.edge(j))
	}
	d.Values = append(d.Values[:0], s.p...)
}

// Marginals returns the densities of v and of g as cell averages.
func (d *Density) Marginals() (v, g []float64) {
	n := len(d.V) - 1
	v, g = make([]float64, n), make([]float64, len(d.G)-1)
	for j := range g {
		for i := range v {
			p := d.Values[j*n+i]
			v[i] += p * (d.G[j+1] - d.G[j])
			g[j] += p * (d.V[i+1] - d.V[i])
		}
	}
	return v, g
}
