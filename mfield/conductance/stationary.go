package conductance

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Steady is a steady state: the solver stands in it.
type Steady struct {
	State
	Residual float64 // ∬|p(t + lap) − p(t)|, one lap being the time between two spikes at the mean conductance
	Solver   *Solver
}

const (
	depth     = 12   // laps that Anderson's method combines
	mostLaps  = 400  // before it gives up
	resting   = 50   // laps below the rheobase after which a rate that stays is enough: where all gather at rest in a cell of v, laps may not settle
	stillness = 1e-9 // of a steady state, in ∬|p(t + lap) − p(t)|
)

// At returns the steady density of neurons whose input is that of a population firing at a given rate: the fixed
// point of the mean over a lap of the solver, by Anderson's method (1965), started from the density of the flow at each
// conductance. The mean takes the phases of neurons away, which the lap itself leaves almost as they are where there is
// little noise. Errors are neuron.Faults, the context's, or one that says that it did not settle.
func (e Equation) At(ctx context.Context, rate float64, o Options) (*Steady, error) {
	for _, err := range []error{e.Validate(), o.Validate()} {
		if err != nil {
			return nil, err
		}
	}
	open := e
	open.G0, open.A0 = e.Input(rate)
	open.C, open.A1 = 0, 0
	s, err := open.solver(Start{0, e.Threshold, math.Max(0, open.G0), math.Sqrt(open.A0)}, 0, open.defaults(o))
	if err != nil {
		return nil, err
	}
	s.flow()
	lap, driven := math.Max(5*e.Tau, 1/e.Leak), false // below the rheobase laps settle by themselves: the leak takes phases away
	if n := e.ConstantRate(open.G0); n > 0 {
		lap, driven = 1/n, true
	}
	mix, mean := newAnderson(len(s.p)), make([]float64, len(s.p))
	for k := range mostLaps {
		copy(mix.x, s.p)
		before := s.mean
		if err := s.lap(ctx, lap, mean); err != nil {
			return nil, err
		}
		moved := 0.0
		for i, x := range mix.x {
			moved += math.Abs(s.p[i] - x)
		}
		if moved *= s.v.width * s.g.width; moved < stillness || !driven && k >= resting && math.Abs(s.mean-before) <= stillness*(1+before) {
			s.time, s.fired = 0, 0
			return &Steady{s.State(), moved, s}, nil
		}
		if !driven {
			continue
		}
		copy(s.p, mean)
		mix.next(s.p)
		if err := s.scaled(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("conductance: no steady density at rate %v after %d laps", rate, mostLaps)
}

// lap advances by a time and stores the mean of the density over its steps in mean.
func (s *Solver) lap(ctx context.Context, length float64, mean []float64) error {
	from, steps := s.time, math.Ceil(length/s.options.Step)
	clear(mean)
	for k := 1.0; k <= steps; k++ {
		if err := s.Advance(ctx, from+length*k/steps); err != nil {
			return err
		}
		for i, p := range s.p {
			mean[i] += p / steps
		}
	}
	return nil
}

// flow sets every row to the density of the flow at its conductance, 1/J, or to its rest where it has one.
func (s *Solver) flow() {
	n := s.options.CellsV
	for j := range s.options.CellsG {
		row := s.p[j*n : (j+1)*n]
		mass, g := 0.0, s.g.center(j)
		for _, x := range row {
			mass += x
		}
		sum := 0.0
		for i := range row {
			speed := s.equation.Velocity((float64(i)+0.5)*s.v.width, g)
			row[i] = 1 / math.Max(math.Abs(speed), 0.02*s.equation.Leak*s.equation.Threshold)
			sum += row[i]
		}
		for i := range row {
			row[i] *= mass / sum
		}
	}
}

// scaled makes a combination of densities one: no value negative, mass 1.
func (s *Solver) scaled() error {
	mass := 0.0
	for i, x := range s.p {
		s.p[i] = math.Max(0, x)
		mass += s.p[i]
	}
	mass *= s.v.width * s.g.width
	if !(mass > 0.1) {
		return fmt.Errorf("conductance: a combination of densities has mass %v", mass)
	}
	for i := range s.p {
		s.p[i] /= mass
	}
	return nil
}

// anderson combines the last arguments and images of a map to the next argument.
type anderson struct {
	x        []float64 // the last argument
	images   [][]float64
	residues [][]float64
}

func newAnderson(n int) *anderson { return &anderson{x: make([]float64, n)} }

// next replaces the image of x by the combination of images whose combined residue is least.
func (a *anderson) next(image []float64) {
	residue := make([]float64, len(image))
	for i, f := range image {
		residue[i] = f - a.x[i]
	}
	a.images, a.residues = append(a.images, append([]float64(nil), image...)), append(a.residues, residue)
	if len(a.images) > depth {
		a.images, a.residues = a.images[1:], a.residues[1:]
	}
	m := len(a.images) - 1
	if m == 0 {
		return
	}
	// Least squares in the differences to the last, by the normal equations with a little damping.
	gram, right := mat.NewSymDense(m, nil), mat.NewVecDense(m, nil)
	diff := func(k, i int) float64 { return residue[i] - a.residues[k][i] }
	for k := range m {
		for l := k; l < m; l++ {
			sum := 0.0
			for i := range residue {
				sum += diff(k, i) * diff(l, i)
			}
			gram.SetSym(k, l, sum)
		}
		sum := 0.0
		for i, r := range residue {
			sum += diff(k, i) * r
		}
		right.SetVec(k, sum)
	}
	for k := range m {
		gram.SetSym(k, k, gram.At(k, k)*(1+1e-10))
	}
	var c mat.VecDense
	var chol mat.Cholesky
	if !chol.Factorize(gram) || chol.SolveVecTo(&c, right) != nil {
		a.images, a.residues = a.images[m:], a.residues[m:]
		return
	}
	for k := range m {
		w := c.AtVec(k)
		for i := range image {
			image[i] -= w * (a.images[m][i] - a.images[k][i])
		}
	}
}

// scan is the number of rates at which a coarse look for steady states is taken.
const scan = 24

// SteadyStates returns the steady states of the coupled equation, ascending in rate: the zeros of N(input of rate r) − r,
// looked for on a coarse grid at 24 rates up to highest (0: four times the rate at the input without feedback), so that
// two that lie closer may be missed, and refined on the grid asked for by false positions. With inhibition alone there is one, below the
// rate without feedback.
func (e Equation) SteadyStates(ctx context.Context, highest float64, o Options) ([]*Steady, error) {
	if e.C == 0 && e.A1 == 0 {
		one, err := e.At(ctx, 0, o)
		if err != nil {
			return nil, err
		}
		return []*Steady{one}, nil
	}
	if highest == 0 {
		highest = 4 * (e.ConstantRate(e.G0+4*math.Sqrt(e.A0)) + e.Leak)
	}
	fine := e.defaults(o)
	coarse := Options{CellsV: 48, CellsG: 48, Step: 4 * fine.Step}
	excess := func(rate float64, o Options) (float64, *Steady, error) {
		s, err := e.At(ctx, rate, o)
		if err != nil {
			return 0, nil, err
		}
		return s.Rate - rate, s, nil
	}
	var out []*Steady
	last, _, err := excess(0, coarse)
	if err != nil {
		return nil, err
	}
	falling := e.C <= 0 && e.A1 == 0 // excess: one zero, below the rate without feedback
	if falling {
		highest = math.Min(highest, 1.001*last)
	}
	for k := 1; k <= scan; k++ {
		lo, hi := highest*float64(k-1)/scan, highest*float64(k)/scan
		next, _, err := excess(hi, coarse)
		if err != nil {
			return nil, err
		}
		if last*next <= 0 && last != next {
			s, err := refine(bracket{lo, hi, last, next}, excess, o)
			if err != nil {
				return nil, err
			}
			if out = append(out, s); falling {
				break
			}
		}
		last = next
	}
	return out, nil
}

// bracket is two rates between which an excess has a zero, with its values there.
type bracket struct{ lo, hi, atLo, atHi float64 }

// refine finds a zero of excess by false positions, the value at an end that stays being halved (Illinois), every eighth by bisection.
func refine(b bracket, excess func(float64, Options) (float64, *Steady, error), o Options) (*Steady, error) {
	const most = 60
	stays := 0 // 1: the upper end was kept last, −1: the lower
	for k := 1; k <= most; k++ {
		rate := b.lo + (b.hi-b.lo)*b.atLo/(b.atLo-b.atHi)
		if k%8 == 0 || !(rate > b.lo && rate < b.hi) {
			rate = b.lo + (b.hi-b.lo)/2
		}
		f, s, err := excess(rate, o)
		if err != nil {
			return nil, err
		}
		if math.Abs(f) <= 1e-8*(1+rate) {
			return s, nil
		}
		if (f > 0) == (b.atLo > 0) {
			if b.lo, b.atLo = rate, f; stays == 1 {
				b.atHi /= 2
			}
			stays = 1
			continue
		}
		if b.hi, b.atHi = rate, f; stays == -1 {
			b.atLo /= 2
		}
		stays = -1
	}
	return nil, fmt.Errorf("conductance: no steady state between the rates %v and %v on this grid, though on a coarser one there is", b.lo, b.hi)
}
