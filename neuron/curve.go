package neuron

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// CurveLaw names a family of monotone functions of the input x.
type CurveLaw int

const (
	// ConstantCurve is base.
	ConstantCurve CurveLaw = iota
	// AffineCurve is base + amplitude·x.
	AffineCurve
	// ExponentialCurve is base + amplitude·e^{−x/scale}.
	ExponentialCurve
	// HillCurve is base + amplitude·x^power/(scale^power + x^power), for x ≥ 0.
	HillCurve
	// LogarithmicCurve is base + amplitude·ln(scale/x), for x ≥ 0.
	LogarithmicCurve
)

var curveNames = []string{"constant", "affine", "exponential", "hill", "logarithmic"}

// String returns the name of the law in scenario files.
func (c CurveLaw) String() string {
	if c < 0 || int(c) >= len(curveNames) {
		return fmt.Sprintf("curve %d", int(c))
	}
	return curveNames[c]
}

// ParseCurveLaw is the inverse of String; its error is Faults on the field law.
func ParseCurveLaw(name string) (CurveLaw, error) {
	k, err := parse(curveNames, "law", name)
	return CurveLaw(k), err
}

// parse returns the place of a name in a list, Faults on the field when it is not there.
func parse(names []string, field, name string) (int, error) {
	if k := slices.Index(names, name); k >= 0 {
		return k, nil
	}
	return 0, Faults{{Field: field, Value: name, Accepted: "one of " + strings.Join(names, ", ")}}
}

// Curve is a monotone function of the input, of a named family. The zero value is 0.
type Curve struct {
	Law             CurveLaw
	Base, Amplitude float64
	Scale           float64 // > 0; not used by constant and affine
	Power           float64 // ≥ 1, of hill
}

// String returns the formula.
func (c Curve) String() string {
	switch c.Law {
	case AffineCurve:
		return fmt.Sprintf("%g + %g·x", c.Base, c.Amplitude)
	case ExponentialCurve:
		return fmt.Sprintf("%g + %g·exp(−x/%g)", c.Base, c.Amplitude, c.Scale)
	case HillCurve:
		return fmt.Sprintf("%g + %g·x^%g/(%g^%g + x^%g)", c.Base, c.Amplitude, c.Power, c.Scale, c.Power, c.Power)
	case LogarithmicCurve:
		return fmt.Sprintf("%g + %g·ln(%g/x)", c.Base, c.Amplitude, c.Scale)
	}
	return fmt.Sprintf("%g", c.Base)
}

// At returns the value at x, its limit where x is ±Inf or the pole of the logarithm; NaN for x < 0 with hill
// and logarithmic.
func (c Curve) At(x float64) float64 {
	if c.Amplitude == 0 {
		return c.Base
	}
	switch c.Law {
	case AffineCurve:
		return c.Base + c.Amplitude*x
	case ExponentialCurve:
		return c.Base + c.Amplitude*math.Exp(-x/c.Scale)
	case HillCurve:
		if x < 0 {
			return math.NaN()
		}
		return c.Base + c.Amplitude*(1-1/(1+math.Pow(x/c.Scale, c.Power)))
	case LogarithmicCurve:
		return c.Base + c.Amplitude*math.Log(c.Scale/x)
	}
	return c.Base
}

// Slope returns the derivative at x.
func (c Curve) Slope(x float64) float64 {
	if c.Amplitude == 0 {
		return 0
	}
	switch c.Law {
	case AffineCurve:
		return c.Amplitude
	case ExponentialCurve:
		return -c.Amplitude / c.Scale * math.Exp(-x/c.Scale)
	case HillCurve:
		y := math.Pow(x/c.Scale, c.Power-1)
		z := 1 + y*x/c.Scale
		return c.Amplitude * c.Power / c.Scale * (y / z) / z
	case LogarithmicCurve:
		return -c.Amplitude / x
	}
	return 0
}

// Inverse returns the x at which the value is y, NaN when there is none or more than one.
func (c Curve) Inverse(y float64) float64 {
	z := (y - c.Base) / c.Amplitude
	switch {
	case c.Amplitude == 0:
	case c.Law == AffineCurve:
		return z
	case c.Law == ExponentialCurve:
		return -c.Scale * math.Log(z)
	case c.Law == HillCurve:
		return c.Scale * math.Pow(z/(1-z), 1/c.Power)
	case c.Law == LogarithmicCurve:
		return c.Scale * math.Exp(-z)
	}
	return math.NaN()
}

// Limits returns the least and the largest value for low ≤ x ≤ high; ends may be infinite.
func (c Curve) Limits(low, high float64) (least, largest float64) {
	a, b := c.At(low), c.At(high)
	return math.Min(a, b), math.Max(a, b)
}

// Validate returns Faults, or nil.
func (c Curve) Validate() error {
	var fs Faults
	known := c.Law >= 0 && int(c.Law) < len(curveNames)
	fs.Add(known, "law", c.Law, "one of "+strings.Join(curveNames, ", "))
	fs.Add(finite(c.Base), "base", c.Base, "a finite number")
	fs.Add(finite(c.Amplitude), "amplitude", c.Amplitude, "a finite number")
	if c.Law == ConstantCurve {
		fs.Add(c.Amplitude == 0 || !finite(c.Amplitude), "amplitude", c.Amplitude, "0 with law constant")
	}
	if c.Law >= ExponentialCurve && known {
		fs.Add(finite(c.Scale) && c.Scale > 0, "scale", c.Scale, "a finite number > 0")
	}
	if c.Law == HillCurve {
		fs.Add(finite(c.Power) && c.Power >= 1, "power", c.Power, "a finite number ≥ 1")
	}
	return fs.Err()
}
