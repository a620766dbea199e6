package membrane

import "math"

// With x = v + 62.5 the potential obeys x′ = αx² + k, k = I − u − 16.25, whose solution is x(h) = (x + kT)/(1 − αxT), T = tan(ωh)/ω,
// ω² = αk, and tanh for k < 0.
const (
	quadraticCurvature = 0.04  // α
	quadraticVertex    = -62.5 // where v′ is least
	quadraticLeast     = -16.25
)

// quadraticPath is a path of Izhikevich's neuron under a sampled current.
type quadraticPath struct {
	*Izhikevich
	x, u   float64
	spikes []float64
	most   int
}

// Respond composes two exact flows by Strang's splitting (1968): u relaxes for half a step, v follows its Riccati equation for one, u relaxes for
// the other half. A step that meets v_peak is made again with the length at which it does. Spike times are of second
// order in dt. Without a state of rest at I = 0 the neuron starts as after a spike.
func (z *Izhikevich) Respond(current []float64, dt float64, spikes, potential []float64) []float64 {
	p := quadraticPath{Izhikevich: z, spikes: spikes, most: len(spikes) + len(current)}
	p.start()
	decay := math.Exp(-z.Rate * dt / 2)
	for k, i := range current {
		if potential != nil {
			potential[k] = p.x + quadraticVertex
		}
		u := p.relaxed(p.u, p.x, decay)
		if x, fires := p.rise(i-u+quadraticLeast, dt); !fires {
			p.x, p.u = x, p.relaxed(u, x, decay)
			continue
		}
		p.within(i, float64(k)*dt, float64(k+1)*dt)
	}
	return p.spikes
}

func (p *quadraticPath) start() {
	v := p.Return
	if d := (5-p.Coupling)*(5-p.Coupling) - 4*quadraticCurvature*140; d >= 0 {
		v = (p.Coupling - 5 - math.Sqrt(d)) / (2 * quadraticCurvature)
	}
	p.x, p.u = v-quadraticVertex, p.Coupling*v
}

func (p *quadraticPath) relaxed(u, x, decay float64) float64 {
	level := p.Coupling * (x + quadraticVertex)
	return level + (u-level)*decay
}

// rise returns x after a time h, unless it meets the peak.
func (p *quadraticPath) rise(k, h float64) (x float64, fires bool) {
	z := quadraticCurvature * k * h * h
	root := math.Sqrt(math.Abs(z))
	cos, sin := 1.0, h // both over the cosine where that has no root
	switch {
	case root < 0.1:
		sin *= 1 + z*(1./3+z*(2./15+z*(17./315+z*62./2835)))
	case z < 0:
		sin *= math.Tanh(root) / root
	default:
		sin, cos = math.Sincos(root)
		sin *= h / root
	}
	x, peak := p.x*cos+k*sin, p.Peak-quadraticVertex
	below := cos - quadraticCurvature*p.x*sin
	if below > 0 && x < peak*below && !(z > 0 && root >= math.Pi) {
		return x / below, false
	}
	return p.x, len(p.spikes) < p.most
}

// arrival returns the time in which x meets the peak, +Inf when it never does.
func (p *quadraticPath) arrival(k float64) float64 {
	peak := p.Peak - quadraticVertex
	gap, speed := peak-p.x, k+quadraticCurvature*p.x*peak
	omega := math.Sqrt(quadraticCurvature * math.Abs(k))
	switch {
	case gap <= 0:
		return 0
	case k > 0:
		return math.Atan2(omega*gap, speed) / omega
	case speed <= 0 || omega*gap >= speed:
		return math.Inf(1)
	case k == 0:
		return gap / speed
	}
	return math.Atanh(omega*gap/speed) / omega
}

// within follows a step during which the neuron fires.
func (p *quadraticPath) within(i, now, end float64) {
	for now < end {
		h := end - now
		decay := math.Exp(-p.Rate * h / 2)
		u := p.relaxed(p.u, p.x, decay)
		x, fires := p.rise(i-u+quadraticLeast, h)
		if !fires {
			p.x, p.u = x, p.relaxed(u, x, decay)
			return
		}
		for range 3 {
			h = math.Min(p.arrival(i-u+quadraticLeast), end-now)
			decay = math.Exp(-p.Rate * h / 2)
			u = p.relaxed(p.u, p.x, decay)
		}
		now += h
		p.spikes = append(p.spikes, now)
		p.u = p.relaxed(u, p.Peak-quadraticVertex, decay) + p.Step
		p.x = p.Return - quadraticVertex
	}
}
