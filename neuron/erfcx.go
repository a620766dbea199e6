package neuron

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// Erfcx returns the scaled complementary error function e^{x²} erfc(x), to a few
// units in the last place; it overflows to +Inf below −26.6.
func Erfcx(x float64) float64 {
	if x < 25 {
		square := x * x
		low := math.FMA(x, x, -square)
		return math.Exp(square) * (1 + low) * math.Erfc(x)
	}
	// x·√π·erfcx(x) = 1/(1 + y/(1 + 2y/(1 + 3y/…))), y = 1/(2x²)
	y, f := 1/(2*x*x), 1.0
	for k := 8; k >= 1; k-- {
		f = 1 + float64(k)*y/f
	}
	return 1 / (x * f * math.Sqrt(math.Pi))
}

// jet is the Mills ratio of the normal law
//
//	φ(z) = e^{z²/2} ∫_{−∞}^z e^{−u²/2} du = √(π/2) erfcx(−z/√2) = ∫₀^∞ e^{−s²/2 + sz} ds
//
// with its first two derivatives, each to be multiplied by e^log. All
// derivatives of φ are positive; φ′ = 1 + zφ and φ″ = φ + zφ′.
type jet struct{ value, first, second, log float64 }

func mills(z float64) jet {
	switch {
	case z > 0:
		e := math.Exp(-z * z / 2)
		p := math.Sqrt(math.Pi/2) * math.Erfc(-z/math.Sqrt2)
		d := e + z*p
		return jet{p, d, p + z*d, z * z / 2}
	case z > -4:
		p := math.Sqrt(math.Pi/2) * Erfcx(-z/math.Sqrt2)
		d := 1 + z*p
		return jet{p, d, p + z*d, 0}
	}
	// Far below, the ratios φ^{(k)}/φ^{(k−1)} = k/(−z + (k+1)/(−z + …)).
	f := -z
	for k := 60 + int(400/(z*z)); k > 3; k-- {
		f = float64(k)/f - z
	}
	f2 := 3/f - z
	f1 := 2/f2 - z
	p := 1 / (1/f1 - z)
	return jet{p, p / f1, p / f1 * 2 / f2, 0}
}

// nodes and weights of Gauss–Legendre quadrature on (0, 1).
var nodes, weights = func() (x, w []float64) {
	x, w = make([]float64, 16), make([]float64, 16)
	quad.Legendre{}.FixedLocations(x, w, 0, 1)
	return x, w
}()

// descend visits the points and weights of Gauss–Legendre quadrature over (bottom,
// top), in panels of width(z), z being the upper end of the panel, from the top down until done holds at
// a lower end.
func descend(top, bottom float64, width func(z float64) float64, visit func(z, weight float64), done func(z float64) bool) {
	for z := top; z > bottom; {
		h := width(z)
		if z-h < bottom || z-h == z {
			h = z - bottom
		}
		for k, x := range nodes {
			visit(z-h*x, h*weights[k])
		}
		if z -= h; done(z) {
			break
		}
	}
}
