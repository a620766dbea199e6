package membrane

import (
	"context"
	"math"

	"golang.org/x/exp/rand"

	"lapicque/neuron"
)

// NoisyPath is one path of dy = (f(y) + I g(y)) dt + σ e₁ dW: white noise of strength σ on the potential (unit of the potential over the
// square root of time). The scheme is SRA1 of Rößler (2010, SIAM J. Numer. Anal. 48:922) with constant steps,
//
//	H = y + ¾ h f(y) + (3/2) σ e₁ J,   y ← y + h (f(y)/3 + 2f(H)/3) + σ e₁ ΔW,   J = (1/h) ∫ (W(s) − W(t)) ds,
//
// of strong order 3/2, weak order 2 and, without noise, order 2. Steps end where the current jumps. Where a Hybrid fires within a step is drawn:
// between two values below the threshold from the Brownian bridge, and its time from the first passage of the bridge, the threshold being taken as still
// over the step; the rate of the leaky neuron then has order 2 too. The sides of a Switching model are those of the two stages, and the order is 1
// where it changes side. The same seed gives the same bits.
type NoisyPath struct {
	model       Model
	hybrid      Hybrid
	current     neuron.Current
	sigma, step float64
	random      *rand.Rand
	time        float64
	y, old      []float64
	stage, f, g []float64
	level       float64 // of spikes of models that are not Hybrid
	free        float64
	held        bool
}

// NewNoisyPath returns the path that starts from y, which is copied, with steps of at most step. It panics where the state has the wrong length, step ≤ 0 or sigma < 0.
func NewNoisyPath(m Model, current neuron.Current, y []float64, sigma, step float64, seed uint64) *NoisyPath {
	n := dimension(m, y)
	if !(step > 0) || !(sigma >= 0) {
		panic("membrane: a noisy path needs a step > 0 and a strength ≥ 0")
	}
	p := &NoisyPath{
		model: m, current: current, sigma: sigma, step: step, random: rand.New(rand.NewSource(seed)),
		y: make([]float64, n), old: make([]float64, n), stage: make([]float64, n), f: make([]float64, n), g: make([]float64, n),
		level: m.Card().Spike, free: math.Inf(-1),
	}
	p.hybrid, _ = m.(Hybrid)
	copy(p.y, y)
	return p
}

// Time returns the time that the path has come to.
func (p *NoisyPath) Time() float64 { return p.time }

// State returns the state at that time. The slice belongs to the path.
func (p *NoisyPath) State() []float64 { return p.y }

// Step makes one step, at most to the time limit, and returns the time of the spike in it, if there was one.
func (p *NoisyPath) Step(limit float64) (spike float64, fired bool) {
	piece := p.current.Piece(p.time)
	end := math.Min(p.time+p.step, math.Min(limit, piece.Until))
	if p.time < p.free {
		end = math.Min(end, p.free)
	}
	h := end - p.time
	root := math.Sqrt(h)
	u, v := p.random.NormFloat64(), p.random.NormFloat64()
	return p.move(piece, end, root*u, root/2*(u+v/math.Sqrt(3)))
}

// move makes the step to end with the increment of W and its mean over the step.
func (p *NoisyPath) move(piece neuron.Piece, end, rise, mean float64) (spike float64, fired bool) {
	start := p.time
	copy(p.old, p.y)
	excess := -1.0
	if p.hybrid != nil {
		excess = p.hybrid.Excess(p.y)
	}
	p.advance(piece, end, rise, mean)
	if p.hybrid == nil {
		if below := p.level - p.old[0]; below > 0 && p.y[0] >= p.level {
			return start + (end-start)*below/(p.y[0]-p.old[0]), true
		}
		return 0, false
	}
	if start < p.free {
		p.held = p.held && end < p.free
		return 0, false
	}
	part, crossed := p.passage(excess, p.hybrid.Excess(p.y), end-start)
	if !crossed {
		return 0, false
	}
	p.fire(start, part)
	return p.time, true
}

// advance makes one step of the scheme.
func (p *NoisyPath) advance(piece neuron.Piece, end, rise, mean float64) {
	h := end - p.time
	if p.held {
		rise, mean = 0, 0
	}
	p.slope(piece.At(p.time), p.y, p.f)
	for i := range p.y {
		p.stage[i] = p.y[i] + 0.75*h*p.f[i]
	}
	p.stage[0] += 1.5 * p.sigma * mean
	p.slope(piece.At(p.time+0.75*h), p.stage, p.g)
	for i := range p.y {
		p.y[i] += h * (p.f[i] + 2*p.g[i]) / 3
	}
	p.y[0] += p.sigma * rise
	p.time = end
}

func (p *NoisyPath) slope(current float64, y, dy []float64) {
	p.model.Slope(current, y, dy)
	if p.held {
		dy[0] = 0
	}
}

// passage draws whether and, as a fraction of the step, when a bridge of duration h between two values of the excess meets 0.
// The first passage of the bridge is at u/(1 + u) with u inverse Gaussian of mean |a/b| and shape a²/(σ²h), a before and b after.
func (p *NoisyPath) passage(a, b, h float64) (part float64, crossed bool) {
	variance := p.sigma * p.sigma * h
	switch {
	case a >= 0:
		return 0, true
	case variance == 0:
		return a / (a - b), b >= 0
	case b < 0 && p.random.Float64() >= math.Exp(-2*a*b/variance):
		return 0, false
	case b == 0:
		return 1, true
	}
	u := inverseGaussian(p.random, math.Abs(a/b), a*a/variance)
	return u / (1 + u), true
}

// inverseGaussian draws from the law of mean mu and shape lambda (Michael, Schucany and Haas 1976).
func inverseGaussian(random *rand.Rand, mu, lambda float64) float64 {
	z := random.NormFloat64()
	r := mu * z * z / (2 * lambda)
	x := mu / (1 + r + math.Sqrt(r*(r+2)))
	if random.Float64()*(mu+x) <= mu {
		return x
	}
	return mu * (mu / x)
}

// fire ends the step at a spike after part of it: with the potential on the threshold, other variables on the chord of the step,
// and then the reset.
func (p *NoisyPath) fire(start, part float64) {
	p.time = start + part*(p.time-start)
	for i, y := range p.old {
		p.y[i] = y + part*(p.y[i]-y)
	}
	if part > 0 {
		p.y[0] -= p.hybrid.Excess(p.y)
	}
	p.hybrid.Reset(p.y)
	duration, held := p.hybrid.Refractory()
	p.free, p.held = p.time+duration, held && duration > 0
}

// Advance makes steps to exactly the time until, and appends the times of spikes. The error is that of the context.
func (p *NoisyPath) Advance(ctx context.Context, until float64, spikes []float64) ([]float64, error) {
	for k := 0; p.time < until; k++ {
		if k%1024 == 0 && ctx.Err() != nil {
			return spikes, ctx.Err()
		}
		if at, fired := p.Step(until); fired {
			spikes = append(spikes, at)
		}
	}
	return spikes, nil
}
