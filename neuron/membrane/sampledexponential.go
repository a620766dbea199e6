package membrane

import "math"

// flow is the exact solution of the linear part of the adaptive exponential neuron after some time, u = V − E_L and w:
// (u, w) ← M (u, w) + I p.
type flow struct{ uu, uw, wu, ww, pu, pw float64 }

// linear returns the flow over a time h by the power series of its exponential, on a fraction of h that is doubled up.
func (a *AdaptiveExponential) linear(h float64) flow {
	leak, coupling, rate := a.Conductance/a.Capacitance, a.Coupling/a.Tau, 1/a.Tau
	doublings := 0
	for size := h * (leak + math.Abs(coupling) + rate + 1/a.Capacitance); size > 0.25; size /= 2 {
		doublings++
		h /= 2
	}
	f := flow{uu: 1, ww: 1}
	uu, uw, wu, ww := 1.0, 0.0, 0.0, 1.0
	for k := 1.0; k <= 12; k++ {
		f.pu, f.pw = f.pu+h/k*uu/a.Capacitance, f.pw+h/k*wu/a.Capacitance
		uu, uw, wu, ww = h/k*(-leak*uu-wu/a.Capacitance), h/k*(-leak*uw-ww/a.Capacitance), h/k*(coupling*uu-rate*wu), h/k*(coupling*uw-rate*ww)
		f.uu, f.uw, f.wu, f.ww = f.uu+uu, f.uw+uw, f.wu+wu, f.ww+ww
	}
	for range doublings {
		f.pu, f.pw = f.after(f.pu, f.pw, 1)
		f.uu, f.uw, f.wu, f.ww = f.uu*f.uu+f.uw*f.wu, (f.uu+f.ww)*f.uw, (f.uu+f.ww)*f.wu, f.ww*f.ww+f.uw*f.wu
	}
	return f
}

// after returns u and w after the flow.
func (f *flow) after(u, w, current float64) (float64, float64) {
	return f.uu*u + f.uw*w + f.pu*current, f.wu*u + f.ww*w + f.pw*current
}

// exponentialPath is a path of the adaptive exponential neuron under a sampled current.
type exponentialPath struct {
	*AdaptiveExponential
	gap, top, cut float64 // V_T − E_L, height at which a spike is cut − E_L, e^{−(top − gap)/Δ_T}
	tau           float64 // C/g_L
	u, w, free    float64
	spikes        []float64
	most          int
}

// Respond composes two exact flows by Strang's splitting (1968): half a step of the linear equations, one step of
// V′ = (g_L Δ_T/C) e^{(V − V_T)/Δ_T}, which carries V to infinity in the time (C/g_L) e^{−(V − V_T)/Δ_T}, half a step of the linear ones. The
// step in which that time runs out is made again with the length that is left. Spike times are of second order in dt.
func (a *AdaptiveExponential) Respond(current []float64, dt float64, spikes, potential []float64) []float64 {
	p := exponentialPath{AdaptiveExponential: a, gap: a.Threshold - a.Leak, top: a.top() - a.Leak, tau: a.Conductance, spikes: spikes}
	p.tau, p.cut, p.most = a.Capacitance/a.Conductance, math.Exp(-(p.top-p.gap)/a.Softness), len(spikes)+len(current)
	half := a.linear(dt / 2)
	for k, i := range current {
		if potential != nil {
			potential[k] = p.u + a.Leak
		}
		now := float64(k) * dt
		if p.free <= now {
			u, w := half.after(p.u, p.w, i)
			if rise, drift, fires := p.upswing(u, dt); !fires {
				p.u, p.w = half.after(u+rise, w+drift, i)
				continue
			}
		}
		p.within(i, now, now+dt)
	}
	return p.spikes
}

// upswing returns by how much the exponential lifts u and, with it, w in a time h, unless u reaches the top. The linear halves see u at the two
// ends of the step; w gets the difference to the mean of u, which keeps the order where u runs to infinity.
func (p *exponentialPath) upswing(u, h float64) (rise, drift float64, fires bool) {
	e := math.Exp((u - p.gap) / p.Softness)
	x := h * e / p.tau
	switch {
	case x >= 1-e*p.cut:
		if len(p.spikes) < p.most {
			return 0, 0, true
		}
		x = math.Min(x, 1-p.cut)
	case x < 0.01:
		return p.Softness * x * (1 + x*(1./2+x*(1./3+x*(1./4+x/5)))), 0, false
	}
	log := math.Log1p(-x)
	return -p.Softness * log, p.Coupling * h / p.Tau * p.Softness * (1 + (1/x-0.5)*log), false
}

// within follows a step during which the neuron fires or is refractory.
func (p *exponentialPath) within(i, now, end float64) {
	for now < end {
		if now < p.free {
			h := math.Min(p.free, end) - now
			p.relax(p.u, h)
			now += h
			continue
		}
		h := end - now
		half := p.linear(h / 2)
		u, w := half.after(p.u, p.w, i)
		rise, drift, fires := p.upswing(u, h)
		if !fires {
			p.u, p.w = half.after(u+rise, w+drift, i)
			return
		}
		now += p.fire(u, i)
		p.spikes, p.free = append(p.spikes, now), now+p.Pause
	}
}

// fire ends in a spike and returns the time to it, u being a first guess of where the exponential takes over. During the upswing the mean potential is
// Δ_T above where it began.
func (p *exponentialPath) fire(u, current float64) float64 {
	h := p.left(u)
	for range 2 {
		half := p.linear(h / 2)
		u, _ = half.after(p.u, p.w, current)
		h = p.left(u)
	}
	p.relax(u+p.Softness, h)
	p.u, p.w = p.Return-p.Leak, p.w+p.Step
	return h
}

// left returns the time in which the exponential carries u to the top.
func (p *exponentialPath) left(u float64) float64 {
	return math.Max(0, p.tau*(math.Exp(-(u-p.gap)/p.Softness)-p.cut))
}

// relax lets w run for a time h with u held.
func (p *exponentialPath) relax(u, h float64) {
	level := p.Coupling * u
	p.w = level + (p.w-level)*math.Exp(-h/p.Tau)
}
