package compare

import (
	"math"

	"golang.org/x/exp/rand"
)

// Histogrammed is a law of the potential as a run keeps it: a density on cells, and of how many potentials it is the histogram.
type Histogrammed struct {
	Density
	Count float64 // potentials; +Inf for a mean field, which has no chance in it
}

// Contrast is the answer of NewContrast.
type Contrast struct {
	Distances        // between the two laws
	Null      *Nulls `json:"null,omitempty"` // what chance alone gives, nil between two mean fields
}

// NewContrast returns the distances between two laws. W1 and KS are those of the piecewise-constant densities, L1 and L2 those of the averages over
// the cells of a histogram: of a where it is one, else of b, else the cells of a; the other law is averaged over
// them (Rebin), which adds nothing where the cells are the same.
//
// The null law is that of two samples of one law, drawn independently: F_a − F_b is nearly a Brownian bridge divided by √n,
// 1/n = 1/n_a + 1/n_b (Doob 1949). It does not know what neurons of one network share. Potentials within a cell are not told apart,
// so W1 and KS come out a little smaller than under this law, never larger. seed fixes its draws.
func NewContrast(a, b Histogrammed, seed uint64) Contrast { return contrast(a, b, seed, 4000) }

func contrast(a, b Histogrammed, seed uint64, draws int) Contrast {
	bins := a.Edges
	if math.IsInf(a.Count, 1) && !math.IsInf(b.Count, 1) {
		bins = b.Edges
	}
	out := Contrast{Distances: Refinement(a.unit(), b.unit(), bins)}
	n := 1 / (1/a.Count + 1/b.Count)
	if math.IsInf(n, 1) {
		return out
	}
	if !(n > 0) {
		panic("compare: a histogram needs a number of potentials")
	}
	pooled := a
	if b.Count > a.Count {
		pooled = b
	}
	g := newGrid(pooled.cumulative(), bins)
	r := rand.New(rand.NewSource(seed))
	nulls := g.nulls(bridge{g.f, n, 1, r}, n, draws, r)
	out.Null = &nulls
	return out
}

// unit returns the density with mass 1.
func (h Histogrammed) unit() Density {
	mass := h.cumulative().mass
	values := make([]float64, len(h.Values))
	for i, v := range h.Values {
		values[i] = v / mass
	}
	return Density{h.Edges, values}
}
