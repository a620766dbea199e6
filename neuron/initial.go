package neuron

import (
	"math"
	"sort"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// Initial is the law of the potentials at time 0, carried by v ≤ V_F (mass
// exactly at V_F fires at once). The network samples it, the mean field integrates it: both
// see the same object.
type Initial interface {
	// Sample fills dst with independent draws.
	Sample(dst []float64, src rand.Source)
	// CDF returns P(V ≤ v).
	CDF(v float64) float64
	// Density returns the density of the part without atoms; at a jump of the
	// density the value of either side.
	Density(v float64) float64
	// Atoms returns the point masses, ascending; the caller must not change them.
	Atoms() []Atom
	// Breaks returns, ascending, the points outside of which nothing is (the
	// first and the last; for unbounded tails, where what is cut off is below
	// 1e−16) and between them the jumps and kinks of the density, atoms included.
	Breaks() []float64
}

// Atom is a point mass.
type Atom struct{ Potential, Mass float64 }

// TruncatedGaussian is the normal law with Mean and Variance > 0 conditioned on V < Upper.
type TruncatedGaussian struct{ Mean, Variance, Upper float64 }

func (g TruncatedGaussian) normal() distuv.Normal {
	return distuv.Normal{Mu: g.Mean, Sigma: math.Sqrt(g.Variance)}
}

// Sample draws by rejection while the acceptance is large, else by inversion.
func (g TruncatedGaussian) Sample(dst []float64, src rand.Source) {
	normal := g.normal()
	normal.Src = src
	accepted := normal.CDF(g.Upper)
	uniform := distuv.Uniform{Min: 0, Max: accepted, Src: src}
	for i := range dst {
		if accepted < 0.5 {
			for dst[i] = math.Inf(1); !(dst[i] < g.Upper); {
				dst[i] = normal.Quantile(uniform.Rand())
			}
			continue
		}
		for dst[i] = normal.Rand(); dst[i] >= g.Upper; {
			dst[i] = normal.Rand()
		}
	}
}

// CDF returns Φ((v−m)/s)/Φ((V_F−m)/s).
func (g TruncatedGaussian) CDF(v float64) float64 {
	if v >= g.Upper {
		return 1
	}
	n := g.normal()
	return n.CDF(v) / n.CDF(g.Upper)
}

// Density returns the conditioned density; it does not vanish at Upper.
func (g TruncatedGaussian) Density(v float64) float64 {
	if v > g.Upper {
		return 0
	}
	n := g.normal()
	return n.Prob(v) / n.CDF(g.Upper)
}

// Atoms returns none.
func (g TruncatedGaussian) Atoms() []Atom { return nil }

// Breaks returns mean ± 8.5 standard deviations, cut at Upper.
func (g TruncatedGaussian) Breaks() []float64 {
	s := 8.5 * math.Sqrt(g.Variance)
	lo, hi := g.Mean-s, math.Min(g.Mean+s, g.Upper)
	if lo >= hi { // the mean is far above the threshold: an exponential-like layer below it
		lo = g.Upper - 40*g.Variance/(g.Mean-g.Upper)
	}
	return []float64{lo, hi}
}

// Validate refuses a law that is not one.
func (g TruncatedGaussian) Validate() error {
	var fs Faults
	fs.Add(finite(g.Mean), "mean", g.Mean, "a finite number")
	fs.Add(finite(g.Variance) && g.Variance > 0, "variance", g.Variance, "a finite number > 0 (law: point has variance 0)")
	if len(fs) == 0 {
		fs.Add(g.normal().CDF(g.Upper) > 1e-280, "mean", g.Mean, "a Gaussian with mass below V_F")
	}
	return fs.Err()
}

// Point is all mass at one potential.
type Point struct{ Potential float64 }

// Sample fills dst with the potential.
func (p Point) Sample(dst []float64, _ rand.Source) {
	for i := range dst {
		dst[i] = p.Potential
	}
}

// CDF is the step function.
func (p Point) CDF(v float64) float64 {
	if v < p.Potential {
		return 0
	}
	return 1
}

// Density returns 0: there is none.
func (p Point) Density(float64) float64 { return 0 }

// Atoms returns the point.
func (p Point) Atoms() []Atom { return []Atom{{p.Potential, 1}} }

// Breaks returns the point.
func (p Point) Breaks() []float64 { return []float64{p.Potential} }

// Uniform is the uniform law on (From, To).
type Uniform struct{ From, To float64 }

// Sample draws independent values.
func (u Uniform) Sample(dst []float64, src rand.Source) {
	law := distuv.Uniform{Min: u.From, Max: u.To, Src: src}
	for i := range dst {
		dst[i] = law.Rand()
	}
}

// CDF returns (v − From)/(To − From) clipped to [0, 1].
func (u Uniform) CDF(v float64) float64 {
	return math.Max(0, math.Min(1, (v-u.From)/(u.To-u.From)))
}

// Density returns 1/(To − From) inside.
func (u Uniform) Density(v float64) float64 {
	if v < u.From || v > u.To {
		return 0
	}
	return 1 / (u.To - u.From)
}

// Atoms returns none.
func (u Uniform) Atoms() []Atom { return nil }

// Breaks returns the two ends.
func (u Uniform) Breaks() []float64 { return []float64{u.From, u.To} }

// Empirical is the law of a sample of potentials: as a mean-field datum its
// atoms, as a network's start draws with replacement.
type Empirical struct{ sorted []float64 }

// NewEmpirical returns the empirical law of values, which it copies. It panics
// without values.
func NewEmpirical(values []float64) Empirical {
	if len(values) == 0 {
		panic("neuron: an empirical law needs values")
	}
	s := append([]float64(nil), values...)
	sort.Float64s(s)
	return Empirical{s}
}

// Sample draws with replacement.
func (e Empirical) Sample(dst []float64, src rand.Source) {
	r := rand.New(src)
	for i := range dst {
		dst[i] = e.sorted[r.Intn(len(e.sorted))]
	}
}

// CDF returns the fraction of values ≤ v.
func (e Empirical) CDF(v float64) float64 {
	k := sort.Search(len(e.sorted), func(i int) bool { return e.sorted[i] > v })
	return float64(k) / float64(len(e.sorted))
}

// Density returns 0.
func (e Empirical) Density(float64) float64 { return 0 }

// Atoms returns one atom for each distinct value.
func (e Empirical) Atoms() []Atom {
	var atoms []Atom
	w := 1 / float64(len(e.sorted))
	for _, v := range e.sorted {
		if n := len(atoms); n > 0 && atoms[n-1].Potential == v {
			atoms[n-1].Mass += w
			continue
		}
		atoms = append(atoms, Atom{v, w})
	}
	return atoms
}

// Breaks returns the smallest and the largest value.
func (e Empirical) Breaks() []float64 { return []float64{e.sorted[0], e.sorted[len(e.sorted)-1]} }

// Tabulated is a law given by a continuous density between its ends, held as a
// table of the distribution function; the steady law of the network is one.
type Tabulated struct {
	density func(float64) float64
	breaks  []float64
	v, cdf  []float64
}

// NewTabulated tabulates density, smooth between consecutive breaks (ascending,
// at least two), with panels points in each piece. The density is normalised.
func NewTabulated(density func(float64) float64, breaks []float64, panels int) *Tabulated {
	if len(breaks) < 2 || panels < 1 {
		panic("neuron: a tabulated law needs two breaks and a panel")
	}
	t := &Tabulated{breaks: append([]float64(nil), breaks...), v: []float64{breaks[0]}, cdf: []float64{0}}
	for k := 1; k < len(breaks); k++ {
		h := (breaks[k] - breaks[k-1]) / float64(panels)
		for j := 0; j < panels; j++ {
			lo := breaks[k-1] + float64(j)*h
			c, d := lo+h/2, h/2*math.Sqrt(0.6) // three-point Gauss–Legendre
			m := h * (5*density(c-d) + 8*density(c) + 5*density(c+d)) / 18
			t.v = append(t.v, breaks[k-1]+float64(j+1)*h)
			t.cdf = append(t.cdf, t.cdf[len(t.cdf)-1]+m)
		}
	}
	total := t.cdf[len(t.cdf)-1]
	for i := range t.cdf {
		t.cdf[i] /= total
	}
	t.density = func(v float64) float64 { return density(v) / total }
	return t
}

// Sample inverts the table, linearly inside a panel.
func (t *Tabulated) Sample(dst []float64, src rand.Source) {
	r := rand.New(src)
	for i := range dst {
		u := r.Float64()
		k := sort.SearchFloat64s(t.cdf, u)
		k = min(max(k, 1), len(t.v)-1)
		w := 0.5
		if p := t.cdf[k] - t.cdf[k-1]; p > 0 {
			w = (u - t.cdf[k-1]) / p
		}
		dst[i] = t.v[k-1] + w*(t.v[k]-t.v[k-1])
	}
}

// CDF interpolates the table by the cubic that has the density as its slope.
func (t *Tabulated) CDF(v float64) float64 {
	k := sort.SearchFloat64s(t.v, v)
	if k == 0 {
		return 0
	}
	if k == len(t.v) {
		return 1
	}
	h := t.v[k] - t.v[k-1]
	x := (v - t.v[k-1]) / h
	d0, d1 := h*t.density(t.v[k-1]), h*t.density(t.v[k])
	c0, c1 := t.cdf[k-1], t.cdf[k]
	return c0 + x*(d0+x*((3*(c1-c0)-2*d0-d1)+x*(d0+d1-2*(c1-c0))))
}

// Density returns the normalised density, 0 outside the breaks.
func (t *Tabulated) Density(v float64) float64 {
	if v < t.breaks[0] || v > t.breaks[len(t.breaks)-1] {
		return 0
	}
	return t.density(v)
}

// Atoms returns none.
func (t *Tabulated) Atoms() []Atom { return nil }

// Breaks returns the breaks given.
func (t *Tabulated) Breaks() []float64 { return t.breaks }
