package neuron

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// near fails unless got is within a relative tolerance of want.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s = %.17g, want %.17g (relative error %.2g > %.2g)", what, got, want, got/want-1, tolerance)
	}
}

func standard() LIF { return LIF{Threshold: 2, Reset: 1, A0: 1, Leak: 1} }

// simpson integrates f over (a, b) with n panels.
func simpson(f func(float64) float64, a, b float64, n int) float64 {
	h := (b - a) / float64(2*n)
	sum := f(a) + f(b)
	for k := 1; k < 2*n; k++ {
		sum += f(a+float64(k)*h) * float64(2+2*(k%2))
	}
	return sum * h / 3
}

func TestErfcx(t *testing.T) {
	// Second method: erfcx(x) = 2/√π ∫₀^∞ e^{−t² − 2xt} dt.
	for _, x := range []float64{-5, -2, -0.5, 0, 0.3, 1, 3, 9, 24.9, 25.1, 40, 200} {
		reach := math.Min(12, 40/math.Max(1, x))
		if x < 0 {
			reach = 12 - x
		}
		want := 2 / math.SqrtPi * simpson(func(u float64) float64 { return math.Exp(-u*u - 2*x*u) }, 0, reach, 20000)
		near(t, "erfcx", Erfcx(x), want, 1e-12)
	}
	near(t, "erfcx(1)", Erfcx(1), 0.427583576155807, 1e-14)
	if got := Erfcx(1e9); math.Abs(got*1e9*math.SqrtPi-1) > 1e-15 {
		t.Errorf("erfcx(1e9) = %g", got)
	}
}

// passage computes ln J by the other integral, ∫₀^∞ e^{−s²/2}(e^{s·top} − e^{s(top−gap)})/s ds.
func passage(top, gap float64) float64 {
	ref := math.Max(top, 0) * math.Max(top, 0) / 2
	f := func(s float64) float64 {
		if s == 0 {
			return gap * math.Exp(-ref)
		}
		return math.Exp(-s*s/2+s*top-ref) * -math.Expm1(-s*gap) / s
	}
	return ref + math.Log(simpson(f, 0, math.Max(top, 0)+12, 40000))
}

func TestMeanPassage(t *testing.T) {
	for _, c := range [][2]float64{{2, 1}, {0, 1}, {-3, 0.5}, {20, 10}, {30, 0.1}, {5, 12}, {-9, 4}, {0.1, 1e-6}} {
		p := MeanPassage(c[0], c[1])
		want := passage(c[0], c[1])
		if math.Abs(p.LogMean()-want) > 1e-11 {
			t.Errorf("ln J(%v) = %.15g, want %.15g", c, p.LogMean(), want)
		}
		const h = 1e-4
		up, down := MeanPassage(c[0]+h, c[1]), MeanPassage(c[0]-h, c[1])
		scale := func(q Passage, v float64) float64 { return v * math.Exp(q.Log-p.Log) }
		near(t, "∂J/∂top", p.Slope, (scale(up, up.Mean)-scale(down, down.Mean))/(2*h), 2e-6)
		near(t, "∂Q/∂top", p.DeficitSlope, (scale(up, up.Deficit)-scale(down, down.Deficit))/(2*h), 2e-6)
		if p.Log == 0 {
			near(t, "Q", p.Deficit, c[1]+c[0]*p.Mean, 1e-13*(1+c[1]/p.Deficit))
		}
	}
	near(t, "a = 0.01, μ = 0", standard().Stationary(0, 0.01).LogRate(), -passage(20, 10), 1e-13)
}

func TestStationaryValues(t *testing.T) {
	s := standard().Stationary(0, 1)
	near(t, "rate", s.Rate(), 0.119975965239105, 2e-14)
	near(t, "CV²", s.CV()*s.CV(), 1.43126, 5e-6)
	near(t, "mean", s.Mean(), -0.1199759652391, 1e-12)
	near(t, "variance", s.Variance(), 0.8056418199063, 1e-12)
	for v, p := range map[float64]float64{-1: 0.2571623747037, 0: 0.4239890771978, 0.5: 0.3741690473567, 1: 0.2571623747037, 1.5: 0.09395502246794} {
		near(t, "density", s.Density(v), p, 1e-12)
	}
	near(t, "rate, I = 1.5·0.19…", standard().Stationary(1.5*0.1923640125684794, 1).Rate(), 0.1923640125684794, 1e-14)
}

// TestStationaryIdentities: mass 1, the flux through V_F, moments from the
// equation, for any parameters. Where moments from the equation cancel the tolerance grows.
func TestStationaryIdentities(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		l := LIF{
			Reset: rapid.Float64Range(-2, 2).Draw(r, "reset"),
			Leak:  rapid.Float64Range(0.3, 3).Draw(r, "leak"),
		}
		gap := rapid.Float64Range(0.2, 3).Draw(r, "gap")
		l.Threshold = l.Reset + gap
		drift := rapid.Float64Range(-6, 12).Draw(r, "drift")
		a := rapid.Float64Range(0.05, 3).Draw(r, "diffusion")
		s := l.Stationary(drift, a)
		foot := s.Mean() - 12*math.Sqrt(s.Variance()) - 3
		law := NewTabulated(s.Density, []float64{foot, l.Reset, l.Threshold}, 1500)
		mass := law.Density(l.Reset)
		mass = s.Density(l.Reset) / mass
		if math.Abs(mass-1) > 1e-6 {
			r.Errorf("mass %.12g", mass)
		}
		const h = 1e-6
		rate := a * s.Density(l.Threshold-h*gap) / (h * gap)
		if math.Abs(rate-s.Rate()) > 1e-3*s.Rate()+1e-200 {
			r.Errorf("flux %g, rate %g", rate, s.Rate())
		}
		mean := (drift - gap*s.Rate()) / l.Leak
		second := (drift*mean + a - s.Rate()*(l.Threshold*l.Threshold-l.Reset*l.Reset)/2) / l.Leak
		size := 1 + math.Abs(drift/l.Leak) + s.Rate()*gap/l.Leak
		if math.Abs(mean-s.Mean()) > 1e-12*size || math.Abs(second-mean*mean-s.Variance()) > 1e-11*size*size {
			r.Errorf("mean %g want %g, variance %g want %g", s.Mean(), mean, s.Variance(), second-mean*mean)
		}
	})
}

// TestCVFromTransform takes CV² from the second derivative of the transform of the
// interval at 0, by Cauchy's formula on a circle.
func TestCVFromTransform(t *testing.T) {
	for _, c := range [][2]float64{{0, 1}, {4, 1}, {-1, 0.5}, {3, 0.05}, {1.8, 0.3}} {
		s := standard().Stationary(c[0], c[1])
		radius := 0.2 * math.Min(1, s.Rate())
		var first, second complex128
		const n = 32
		for k := range n {
			turn := complexExp(2 * math.Pi * float64(k) / n)
			h, _ := s.Hitting(turn*complex(radius, 0), 1)
			first += h / turn / n
			second += h / turn / turn / n
		}
		m1, m2 := -real(first)/radius, 2*real(second)/(radius*radius)
		near(t, "mean interval", m1, 1/s.Rate(), 1e-10)
		near(t, "CV²", s.CV()*s.CV(), m2/(m1*m1)-1, 1e-9)
	}
}

func complexExp(angle float64) complex128 {
	sin, cos := math.Sincos(angle)
	return complex(cos, sin)
}

// TestDeterministicLimit: far above threshold the rate, the moments and CV tend
// to those of the noiseless neuron, with relative precision.
func TestDeterministicLimit(t *testing.T) {
	for _, c := range [][2]float64{{1000, 1}, {5, 1e-8}, {3, 1e-7}} {
		m := c[0]
		s := standard().Stationary(m, c[1])
		rate := 1 / math.Log((m-1)/(m-2))
		near(t, "rate", s.Rate(), rate, 10*c[1]/((m-2)*(m-2)))
		near(t, "mean", s.Mean(), m-rate, 2*c[1]/(m-2)+1e-12*m)
		near(t, "CV²", s.CV()*s.CV(), rate*rate*c[1]*(1/((m-2)*(m-2))-1/((m-1)*(m-1))), 20*c[1]/((m-2)*(m-2)))
	}
}

func TestPerfect(t *testing.T) {
	l := LIF{Threshold: 1, Reset: 0}
	s := l.Stationary(2, 0.5)
	near(t, "rate", s.Rate(), 2, 1e-15)
	near(t, "CV²", s.CV()*s.CV(), 0.5, 1e-15)
	near(t, "mean", s.Mean(), 0.25, 1e-15)
	// The limit of a small leak, first order in it.
	l.Leak = 1e-5
	w := l.Stationary(2, 0.5)
	near(t, "rate, small leak", w.Rate(), s.Rate(), 1e-4)
	near(t, "variance, small leak", w.Variance(), s.Variance(), 1e-4)
	for _, v := range []float64{-3, -0.5, 0.3, 0.9} {
		near(t, "density, small leak", w.Density(v), s.Density(v), 2e-4)
	}
	h0, d0 := s.Hitting(0.7+2i, -0.4)
	h1, d1 := w.Hitting(0.7+2i, -0.4)
	closer(t, "h, small leak", h1, h0, 1e-4)
	closer(t, "h′, small leak", d1, d0, 1e-4)
	if q := l.Stationary(-1, 0.5); q.Rate() < 0 {
		t.Error("negative rate")
	}
	l.Leak = 0
	if q := l.Stationary(-1, 0.5); q.Rate() != 0 || !math.IsInf(q.LogRate(), -1) || q.Density(0) != 0 {
		t.Error("a neuron that drifts away has no stationary law")
	}
}

func TestStationaryPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for a diffusion of 0")
		}
	}()
	standard().Stationary(0, 0)
}

func BenchmarkStationary(b *testing.B) {
	for b.Loop() {
		s := standard().Stationary(0.1, 1)
		_, _, _ = s.Rate(), s.Mean(), s.Variance()
	}
}

// TestPassageToADistantTop: from far below, J = √(2π) e^{top²/2}/top·(1 + 1/top² + …) and
// Q = √(2π) e^{top²/2}·(1 + 1/top² + …), the way from top − gap weighing nothing.
func TestPassageToADistantTop(t *testing.T) {
	for _, top := range []float64{1e3, 1e5, 3e7, 1e9, 7e13, 1e100} {
		p, want := MeanPassage(top, 1), math.Sqrt(2*math.Pi)*(1+1/top/top)
		near(t, "J·top", p.Mean*top, want, 1e-11)
		near(t, "Q", p.Deficit, want, 1e-11)
	}
}
