package neuralfield

import (
	"fmt"
	"math"

	"lapicque/neuron"
)

// Footprint is a kernel w(r) of connections by distance, in one or two dimensions.
type Footprint interface {
	// At returns w at distance r ≥ 0 in dims dimensions.
	At(r float64, dims int) float64
	// Transform returns ŵ(k) = ∫ w(|x|) e^{−ik·x} dx over all of space.
	Transform(k float64, dims int) float64
	Validate() error
}

// Decaying is w(r) ∝ e^{−r/λ} with ∫w = Weight.
type Decaying struct{ Weight, Width float64 }

// At returns w(r): Weight/(2λ) e^{−r/λ} on the line, Weight/(2πλ²) e^{−r/λ} in the plane.
func (f Decaying) At(r float64, dims int) float64 {
	return f.Weight / decayingNorm(f.Width, dims) * math.Exp(-r/f.Width)
}

func decayingNorm(width float64, dims int) float64 {
	if dims == 2 {
		return 2 * math.Pi * width * width
	}
	return 2 * width
}

// Transform returns Weight/(1 + λ²k²), in the plane to the power 3/2.
func (f Decaying) Transform(k float64, dims int) float64 {
	y := 1 + f.Width*f.Width*k*k
	if dims == 2 {
		y *= math.Sqrt(y)
	}
	return f.Weight / y
}

// Validate returns Faults or nil.
func (f Decaying) Validate() error { return checkFootprint(f.Weight, f.Width) }

// Bell is the Gaussian kernel with ∫w = Weight and standard deviation Width along each axis.
type Bell struct{ Weight, Width float64 }

// At returns w(r).
func (f Bell) At(r float64, dims int) float64 {
	x := r / f.Width
	return f.Weight * math.Exp(-x*x/2) / math.Pow(math.Sqrt(2*math.Pi)*f.Width, float64(dims))
}

// Transform returns Weight·e^{−λ²k²/2}.
func (f Bell) Transform(k float64, _ int) float64 {
	y := f.Width * k
	return f.Weight * math.Exp(-y*y/2)
}

// Validate returns Faults or nil.
func (f Bell) Validate() error { return checkFootprint(f.Weight, f.Width) }

// MexicanHat is a Gaussian kernel less a wider one: excitation near, inhibition around.
type MexicanHat struct{ Near, Around Bell }

// At returns w(r).
func (f MexicanHat) At(r float64, dims int) float64 { return f.Near.At(r, dims) - f.Around.At(r, dims) }

// Transform returns ŵ(k).
func (f MexicanHat) Transform(k float64, dims int) float64 {
	return f.Near.Transform(k, dims) - f.Around.Transform(k, dims)
}

// Validate returns Faults or nil.
func (f MexicanHat) Validate() error {
	var fs neuron.Faults
	fs.Under("near", f.Near.Validate())
	fs.Under("around", f.Around.Validate())
	return fs.Err()
}

// WizardHat is w(r) = Height·(1 − r/λ) e^{−r/λ}; on the line ∫w = 0.
type WizardHat struct{ Height, Width float64 }

// At returns w(r).
func (f WizardHat) At(r float64, _ int) float64 {
	x := r / f.Width
	return f.Height * (1 - x) * math.Exp(-x)
}

// Transform returns, with κ = λk, 4λκ²/(1+κ²)² on the line and 2πλ²(2κ²−1)/(1+κ²)^{5/2} in the
// plane, times Height.
func (f WizardHat) Transform(k float64, dims int) float64 {
	x := f.Width * k
	y := 1 + x*x
	if dims == 2 {
		return f.Height * 2 * math.Pi * f.Width * f.Width * (2*x*x - 1) / (y * y * math.Sqrt(y))
	}
	return f.Height * 4 * f.Width * x * x / (y * y)
}

// Validate returns Faults or nil.
func (f WizardHat) Validate() error {
	var fs neuron.Faults
	fs.Add(finite(f.Height), "height", f.Height, "a finite number")
	fs.Add(finite(f.Width) && f.Width > 0, "width", f.Width, "a finite length > 0")
	return fs.Err()
}

func checkFootprint(weight, width float64) error {
	var fs neuron.Faults
	fs.Add(finite(weight), "weight", weight, "a finite number")
	fs.Add(finite(width) && width > 0, "width", width, "a finite length > 0")
	return fs.Err()
}

// FootprintTable is a kernel on the line given at the distances 0, Spacing, 2·Spacing, …, straight in
// between and 0 beyond.
type FootprintTable struct {
	Values  []float64
	Spacing float64
}

// At returns w(r).
func (f FootprintTable) At(r float64, _ int) float64 {
	x := r / f.Spacing
	k := int(x)
	if k+1 >= len(f.Values) {
		if k < len(f.Values) && x == float64(k) {
			return f.Values[k]
		}
		return 0
	}
	return f.Values[k] + (x-float64(k))*(f.Values[k+1]-f.Values[k])
}

// Transform returns the sum of the values as weights at their points, the discrete kernel's
// own transform: Spacing·Σ w_j cos(k r_j), both sides.
func (f FootprintTable) Transform(k float64, _ int) float64 {
	sum := 0.0
	for j, w := range f.Values {
		term := 2 * w * math.Cos(k*f.Spacing*float64(j))
		if j == 0 {
			term = w
		}
		sum += term
	}
	return f.Spacing * sum
}

// Validate returns Faults or nil.
func (f FootprintTable) Validate() error {
	var fs neuron.Faults
	fs.Add(finite(f.Spacing) && f.Spacing > 0, "spacing", f.Spacing, "a finite length > 0")
	fs.Add(len(f.Values) > 0, "values", len(f.Values), "at least one value")
	for k, w := range f.Values {
		if !finite(w) {
			fs.Add(false, "values", w, fmt.Sprintf("finite numbers (entry %d is not)", k+1))
			break
		}
	}
	return fs.Err()
}

func finite(x float64) bool { return x-x == 0 }
