package neuralfield

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/network"
	"lapicque/network/kernel"
	"lapicque/neuron"
	"lapicque/neuron/neuralfield"
)

// Config fixes a network; all fields but Workers fix its trajectory.
//
// The units at a site share an activity A_p(x), to which each spike adds 1/M and which decays at rate 1. They fire,
// with the form Rate, each at the rate (1 − rA)₊ σ(Σ w ∗ A + s); with the form Potential at the rate σ(N), where
// N = Σ w ∗ A + o is the potential and o what is left of its start and of the stimulus, o′ = −o + s. As M → ∞
// the field of the equation is A, or N.
type Config struct {
	Law     neuralfield.Law
	Units   int         // M ≥ 1, of each population at each site
	Initial [][]float64 // field at time 0, one for each population
	Dt      float64     // step
	Seed    uint64
	Replica uint64
	Workers int // goroutines; 0 means all cores
}

// mostSpikes bounds the spikes of a site in a step, so that they are counted exactly.
const mostSpikes = 1e15

// Validate returns neuron.Faults that name every field out of range, or nil.
func (c Config) Validate() error {
	var fs neuron.Faults
	if list, ok := c.Law.Validate().(neuron.Faults); ok {
		fs = append(fs, list...)
	}
	fs.Add(c.Units >= 1 && c.Units <= math.MaxInt32, "particles.N", c.Units, "a number of units a site ≥ 1")
	fs.Add(c.Dt > 0 && c.Dt <= 1, "particles.dt", c.Dt, "a step > 0 and at most 1, the time of decay")
	fs.Add(c.Workers >= 0, "workers", c.Workers, "a number ≥ 0 (0: all cores)")
	for _, p := range c.Law.Populations {
		if p.Gain != nil {
			lo, hi := p.Gain.Range()
			fs.Add(!(hi*float64(c.Units)*c.Dt > mostSpikes), "populations."+p.Name+".gain", hi, fmt.Sprintf("a gain for which the units of a site fire at most %g times in a step", mostSpikes))
			fs.Add(neuralfield.Fires(p.Gain), "populations."+p.Name+".gain", lo, "a gain that is nowhere negative: units fire at this rate")
		}
	}
	fs.Add(len(c.Initial) == len(c.Law.Populations), "initial", len(c.Initial), "one field for each population")
	for _, one := range c.Initial {
		fs.Add(len(one) == c.Law.Domain.Total(), "initial", len(one), "a value for each site")
		if k := slices.IndexFunc(one, func(x float64) bool { return x-x != 0 }); k >= 0 {
			fs.Add(false, "initial", one[k], "finite values")
		}
	}
	return fs.Err()
}

// Network is spiking units at a time. Make one with New. It is not safe for concurrent use.
//
// A step is: decay over half of it, jumps over all of it, decay over the other half (Strang 1968). The jumps are
// drawn by the weak trapezoidal rule (Anderson and Koyama 2012), Poisson counts over half the step at the rates of
// its start and over the other half at twice the rates in between less those of the start. Its weak order is 2.
type Network struct {
	config   Config
	law      neuralfield.Law
	weights  *neuralfield.Convolution
	profiles [][]float64
	key      kernel.Key

	trace, rest [][]float64 // A and o
	field       [][]float64 // workspace of rates: what the gain sees
	rates, late [][]float64 // in spikes per unit and time
	counts      [][]int64   // of the step

	grid   network.Grid
	passes int64
	spikes int64
}

// New returns the network at time 0, or neuron.Faults.
func New(c Config) (*Network, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	n := &Network{config: c, grid: network.Grid{Dt: c.Dt}, law: c.Law, weights: neuralfield.NewConvolution(c.Law), profiles: c.Law.Profiles(), key: kernel.NewKey(c.Seed, c.Replica)}
	count, total := len(c.Law.Populations), c.Law.Domain.Total()
	for _, s := range []*[][]float64{&n.trace, &n.rest, &n.field, &n.rates, &n.late} {
		*s = make([][]float64, count)
		for p := range *s {
			(*s)[p] = make([]float64, total)
		}
	}
	n.counts = make([][]int64, count)
	for p := range n.counts {
		n.counts[p] = make([]int64, total)
		start := n.trace
		if c.Law.Form == neuralfield.Potential {
			start = n.rest
		}
		copy(start[p], c.Initial[p])
	}
	return n, nil
}

// Time returns the current time.
func (n *Network) Time() float64 { return n.grid.Time() }

// Populations returns the number of populations.
func (n *Network) Populations() int { return len(n.trace) }

// Spikes returns the number of spikes so far.
func (n *Network) Spikes() int64 { return n.spikes }

// Field writes the field of population p into dst, grown if needed: activities, or potentials with that form.
func (n *Network) Field(p int, dst []float64) []float64 {
	if cap(dst) < len(n.trace[p]) {
		dst = make([]float64, len(n.trace[p]))
	}
	dst = dst[:len(n.trace[p])]
	if n.law.Form == neuralfield.Rate {
		copy(dst, n.trace[p])
		return dst
	}
	for q := range n.trace {
		n.weights.Load(q, n.trace[q])
	}
	n.weights.Collect(dst, p)
	for i, o := range n.rest[p] {
		dst[i] += o
	}
	return dst
}

// Frame is what an observer sees of a step, valid only during the call. Counts are spikes by population and site.
type Frame struct {
	Start, End float64
	Counts     [][]int64
}

// Observer sees the network after each step; an error stops the run.
type Observer interface {
	Observe(*Frame) error
}

// Run advances to the time until, exactly, and shows each step to the observers. It returns the context's
// error when cancelled, or an observer's.
func (n *Network) Run(ctx context.Context, until float64, observers ...Observer) error {
	return n.grid.March(ctx, until, func(t, h float64) error {
		n.step(t, h)
		f := Frame{Start: t, End: t + h, Counts: n.counts}
		for _, o := range observers {
			if err := o.Observe(&f); err != nil {
				return err
			}
		}
		return nil
	})
}

// step advances over h from t.
func (n *Network) step(t, h float64) {
	for p := range n.counts {
		clear(n.counts[p])
	}
	n.decay(t, h/2)
	n.rate(n.rates, t+h/2)
	n.jump(n.rates, h/2)
	n.rate(n.late, t+h/2)
	for p := range n.late {
		for i, early := range n.rates[p] {
			n.late[p][i] = math.Max(0, 2*n.late[p][i]-early)
		}
	}
	n.jump(n.late, h/2)
	n.decay(t+h/2, h/2)
}

// decay takes what decays and what the stimulus adds over h from t.
func (n *Network) decay(t, h float64) {
	factor := math.Exp(-h)
	for p, population := range n.law.Populations {
		relax(n.trace[p], h, population)
		if n.law.Form == neuralfield.Rate {
			continue
		}
		drive := 0.0
		if population.Stimulus != nil {
			drive = population.Stimulus.Filtered(1, t, h)
		}
		for i := range n.rest[p] {
			n.rest[p][i] = factor*n.rest[p][i] + drive*n.profiles[p][i]
		}
	}
}

// relax solves A′ = −A − (1 − rA) b over h.
func relax(trace []float64, h float64, p neuralfield.Population) {
	b := neuralfield.Background(p.Gain)
	slope := 1 - p.Absence*b
	factor := math.Exp(-slope * h)
	fall := b * h
	if slope != 0 {
		fall = -b * math.Expm1(-slope*h) / slope
	}
	for i := range trace {
		trace[i] = factor*trace[i] - fall
	}
}

// rate writes the firing rates of a unit at each site.
func (n *Network) rate(dst [][]float64, t float64) {
	for q := range n.trace {
		n.weights.Load(q, n.trace[q])
	}
	for p, population := range n.law.Populations {
		input, background := n.field[p], neuralfield.Background(population.Gain)
		n.weights.Collect(input, p)
		if n.law.Form == neuralfield.Potential {
			for i, o := range n.rest[p] {
				input[i] += o
			}
			n.law.Domain.Rates(dst[p], population.Gain, input)
			floats.AddConst(background, dst[p])
			continue
		}
		drive := population.Drive(t)
		for i := range input {
			free := math.Max(0, 1-population.Absence*n.trace[p][i])
			dst[p][i] = free * (population.Gain.At(input[i]+drive*n.profiles[p][i]) + background)
		}
	}
}

// jump draws the spikes of a time h at given rates.
func (n *Network) jump(rates [][]float64, h float64) {
	key := n.key.Step(n.passes)
	n.passes++
	total, workers := n.law.Domain.Total(), n.config.Workers
	if total < 4*workers {
		workers = 1
	}
	part := make([]int64, workers)
	network.Each(workers, total, func(w, i int) {
		for p := range rates {
			k := n.draw(key.Stream(uint32(p*total+i)), rates[p][i]*h)
			n.counts[p][i] += k
			n.trace[p][i] += float64(k) / float64(n.config.Units)
			part[w] += k
		}
	})
	for _, k := range part {
		n.spikes += k
	}
}

// draw returns the spikes of the units of a site that each fire mean times in expectation.
func (n *Network) draw(stream kernel.Stream, mean float64) int64 {
	lambda := mean * float64(n.config.Units)
	if !(lambda > 0) {
		return 0
	}
	return int64(distuv.Poisson{Lambda: lambda, Src: &stream}.Rand())
}
