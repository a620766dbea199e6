package membrane

import "math"

// Sampled is a Hybrid with a fast scheme for a current that is given by samples, as fits need it thousands of times. current[k] is held from
// k·dt to (k+1)·dt, the neuron starts at rest without current (the exponential one at V = E_L), and what happens within a step is resolved: a spike has its own
// time, and the neuron goes on from there.
type Sampled interface {
	Hybrid
	// Respond appends the times of the spikes up to len(current)·dt to spikes and returns it; the potential at k·dt is written to
	// potential[k] unless potential is nil. A neuron that would fire more often than there are samples falls silent then.
	Respond(current []float64, dt float64, spikes, potential []float64) []float64
}

// Respond is exact: between spikes V relaxes to E_L + R I, and the passage of V_th is solved for.
func (l *LIF) Respond(current []float64, dt float64, spikes, potential []float64) []float64 {
	decay, most := math.Exp(-dt/l.Tau), len(spikes)+len(current)
	v, free := l.Leak, 0.0
	for k, i := range current {
		if potential != nil {
			potential[k] = v
		}
		level, now := l.Leak+l.Resistance*i, float64(k)*dt
		if next := level + (v-level)*decay; free <= now && next < l.Threshold {
			v = next
			continue
		}
		v, free, spikes = l.within(v, level, now, now+dt, free, spikes, most)
	}
	return spikes
}

// within follows a step during which the neuron fires or is refractory.
func (l *LIF) within(v, level, now, end, free float64, spikes []float64, most int) (float64, float64, []float64) {
	for free < end {
		now = math.Max(now, free)
		at := math.Inf(1)
		if level > l.Threshold && len(spikes) < most {
			at = now + l.Tau*math.Log((level-v)/(level-l.Threshold))
		}
		if at > end {
			return math.Min(level+(v-level)*math.Exp(-(end-now)/l.Tau), l.Threshold), free, spikes
		}
		spikes, now = append(spikes, at), at
		v, free = l.Return, at+l.Pause
	}
	return v, free, spikes
}

// Respond is exact but for a threshold that is passed and passed back within one step, which it overlooks.
func (m *MAT) Respond(current []float64, dt float64, spikes, potential []float64) []float64 {
	decay := [3]float64{math.Exp(-dt / m.Tau), math.Exp(-dt / m.Tau1), math.Exp(-dt / m.Tau2)}
	most := len(spikes) + len(current)
	y, free := [3]float64{m.Leak, 0, 0}, 0.0
	for k, i := range current {
		if potential != nil {
			potential[k] = y[0]
		}
		level, now := m.Leak+m.Resistance*i, float64(k)*dt
		next := [3]float64{level + (y[0]-level)*decay[0], y[1] * decay[1], y[2] * decay[2]}
		if free <= now && next[0]-next[1]-next[2] < m.Threshold {
			y = next
			continue
		}
		y, free, spikes = m.within(y, level, now, now+dt, free, spikes, most)
	}
	return spikes
}

// within follows a step during which the neuron fires or is refractory.
func (m *MAT) within(y [3]float64, level, now, end, free float64, spikes []float64, most int) ([3]float64, float64, []float64) {
	for now < end {
		from := y
		after := func(h float64) [3]float64 {
			return [3]float64{level + (from[0]-level)*math.Exp(-h/m.Tau), from[1] * math.Exp(-h/m.Tau1), from[2] * math.Exp(-h/m.Tau2)}
		}
		excess := func(h float64) float64 {
			z := after(h)
			return z[0] - z[1] - z[2] - m.Threshold
		}
		if now < free {
			h := math.Min(free, end) - now
			y, now = after(h), now+h
			continue
		}
		h := 0.0
		switch {
		case len(spikes) == most, excess(0) < 0 && excess(end-now) < 0:
			return after(end - now), free, spikes
		case excess(0) < 0:
			h = root(excess, 0, end-now)
		}
		y, now = after(h), now+h
		spikes, free = append(spikes, now), now+m.Pause
		y[1], y[2] = y[1]+m.Step1, y[2]+m.Step2
	}
	return y, free, spikes
}
