package fit

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// evolution is CMA-ES, the evolution strategy with covariance matrix adaptation, with the weights and rates of Hansen (2016, arXiv 1604.00772,
// table 1, no negative weights): it maximises what it is told about places drawn from N(mean, σ²C). (optimize.CmaEsChol of gonum 0.17 draws its places
// with the factor of C alone, never with σ: whatever step size it starts from, it searches at that of C, and does not refine.)
type evolution struct {
	mean           []float64
	sigma          float64
	covariance     *mat.SymDense
	axes           *mat.Dense // eigenvectors of C, columns
	lengths        []float64  // roots of its eigenvalues
	toC, toSigma   []float64  // evolution paths
	weights        []float64
	mass           float64 // μ_eff
	c1, cmu        float64
	cc, cs, damped float64
	expected       float64 // mean length of a standard normal vector
	generation     int
	places         []place
}

// newEvolution starts at a place with a step size and so many places in a generation, at least 4.
func newEvolution(mean []float64, sigma float64, population int) *evolution {
	n := float64(len(mean))
	e := &evolution{mean: slices.Clone(mean), sigma: sigma, covariance: mat.NewSymDense(len(mean), nil), places: make([]place, population)}
	e.toC, e.toSigma = make([]float64, len(mean)), make([]float64, len(mean))
	for k := range population / 2 {
		e.weights = append(e.weights, math.Log(float64(population+1)/2)-math.Log(float64(k+1)))
	}
	floats.Scale(1/floats.Sum(e.weights), e.weights)
	e.mass = 1 / floats.Dot(e.weights, e.weights)
	e.cc = (4 + e.mass/n) / (n + 4 + 2*e.mass/n)
	e.cs = (e.mass + 2) / (n + e.mass + 5)
	e.c1 = 2 / ((n+1.3)*(n+1.3) + e.mass)
	e.cmu = math.Min(1-e.c1, 2*(e.mass-2+1/e.mass)/((n+2)*(n+2)+e.mass))
	e.damped = 1 + 2*math.Max(0, math.Sqrt((e.mass-1)/(n+1))-1) + e.cs
	e.expected = math.Sqrt(n) * (1 - 1/(4*n) + 1/(21*n*n))
	for k := range mean {
		e.covariance.SetSym(k, k, 1)
	}
	e.factor()
	return e
}

// factor decomposes C.
func (e *evolution) factor() {
	var eigen mat.EigenSym
	if !eigen.Factorize(e.covariance, true) {
		panic("fit: a covariance matrix without eigenvalues")
	}
	e.axes = new(mat.Dense)
	eigen.VectorsTo(e.axes)
	e.lengths = eigen.Values(e.lengths)
	for k, v := range e.lengths {
		e.lengths[k] = math.Sqrt(math.Max(v, 1e-20))
	}
}

// draw makes the places of a generation.
func (e *evolution) draw(random *rand.Rand) []place {
	n := len(e.mean)
	z, y := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	for k := range e.places {
		for i := range n {
			z.SetVec(i, e.lengths[i]*random.NormFloat64())
		}
		y.MulVec(e.axes, z)
		e.places[k].x = floats.AddScaledTo(make([]float64, n), e.mean, e.sigma, y.RawVector().Data)
	}
	return e.places
}

// learn moves on, once the places have their worth, which it sorts.
func (e *evolution) learn() {
	n := len(e.mean)
	e.generation++
	slices.SortStableFunc(e.places, func(a, b place) int { return cmp.Compare(b.worth, a.worth) })
	old := slices.Clone(e.mean)
	clear(e.mean)
	for k, w := range e.weights {
		floats.AddScaled(e.mean, w, e.places[k].x)
	}
	step := mat.NewVecDense(n, floats.SubTo(make([]float64, n), e.mean, old))
	step.ScaleVec(1/e.sigma, step)

	white := mat.NewVecDense(n, nil) // C^{−½} step
	white.MulVec(e.axes.T(), step)
	for i, l := range e.lengths {
		white.SetVec(i, white.AtVec(i)/l)
	}
	turned := mat.NewVecDense(n, nil)
	turned.MulVec(e.axes, white)
	floats.Scale(1-e.cs, e.toSigma)
	floats.AddScaled(e.toSigma, math.Sqrt(e.cs*(2-e.cs)*e.mass), turned.RawVector().Data)
	length := floats.Norm(e.toSigma, 2)
	stalled := length/math.Sqrt(1-math.Pow(1-e.cs, 2*float64(e.generation))) >= (1.4+2/float64(n+1))*e.expected

	floats.Scale(1-e.cc, e.toC)
	lost := e.cc * (2 - e.cc)
	if !stalled {
		floats.AddScaled(e.toC, math.Sqrt(lost*e.mass), step.RawVector().Data)
		lost = 0
	}
	e.covariance.ScaleSym(1-e.c1-e.cmu+e.c1*lost, e.covariance)
	e.covariance.SymRankOne(e.covariance, e.c1, mat.NewVecDense(n, e.toC))
	for k, w := range e.weights {
		y := floats.SubTo(make([]float64, n), e.places[k].x, old)
		e.covariance.SymRankOne(e.covariance, e.cmu*w/(e.sigma*e.sigma), mat.NewVecDense(n, y))
	}
	e.sigma *= math.Exp(math.Min(1, e.cs/e.damped*(length/e.expected-1)))
	e.factor()
}

// spread returns the longest axis of the law that places are drawn from.
func (e *evolution) spread() float64 { return e.sigma * slices.Max(e.lengths) }
