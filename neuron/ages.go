package neuron

import (
	"math"

	"golang.org/x/exp/rand"
)

// Exponential is the law of density rate·e^{−rate·(v − from)} on v ≥ from: a law of ages.
type Exponential struct{ From, Rate float64 }

// Sample draws by inversion.
func (e Exponential) Sample(dst []float64, src rand.Source) {
	r := rand.New(src)
	for i := range dst {
		dst[i] = e.From - math.Log1p(-r.Float64())/e.Rate
	}
}

// CDF returns 1 − e^{−rate·(v − from)}.
func (e Exponential) CDF(v float64) float64 { return -math.Expm1(-e.Rate * math.Max(0, v-e.From)) }

// Density returns rate·e^{−rate·(v − from)}.
func (e Exponential) Density(v float64) float64 {
	if v < e.From {
		return 0
	}
	return e.Rate * math.Exp(-e.Rate*(v-e.From))
}

// Atoms returns none.
func (e Exponential) Atoms() []Atom { return nil }

// Breaks returns from and the point beyond which a part e^{−42} is.
func (e Exponential) Breaks() []float64 { return []float64{e.From, e.From + 42/e.Rate} }

// Validate refuses a law that is not one.
func (e Exponential) Validate() error {
	var fs Faults
	fs.Add(finite(e.From), "from", e.From, "a finite number")
	fs.Add(finite(e.Rate) && e.Rate > 0, "rate", e.Rate, "a finite number > 0")
	return fs.Err()
}
