package mfield

import (
	"cmp"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"lapicque/neuron"
)

// dense is a second, simple discretisation of the equation with a1 = 0 and no delay: exponentially fitted cells, of second
// order, with the refractory fraction as one more unknown.
type dense struct {
	e          NNLIF
	cells      int
	low, h     float64
	reset      int // edge of V_R
	top        int // edge of V_F
	refractory bool
	steady     *mat.VecDense
	rate       float64
}

func newDense(e NNLIF, perUnit int) *dense {
	d := &dense{e: e, h: 1 / float64(perUnit), refractory: e.Law.Refractory.Law != neuron.NoRefractory}
	d.low = e.Law.Reset - 6
	d.reset = 6 * perUnit
	d.top = d.reset + int(math.Round(e.Law.Gap()*float64(perUnit)))
	d.cells = d.top
	if e.Law.Firing.Escapes() {
		d.cells += 3 * perUnit
	}
	return d
}

// operator returns the matrix of transport and sink at a drift, and the row that N is of the density.
func (d *dense) operator(drift float64) (m *mat.Dense, row *mat.VecDense) {
	m, row = mat.NewDense(d.cells, d.cells, nil), mat.NewVecDense(d.cells, nil)
	add := func(i, j int, x float64) { m.Set(i, j, m.At(i, j)+x) }
	bernoulli := func(x float64) float64 {
		if math.Abs(x) < 1e-6 {
			return 1 - x/2
		}
		return x / math.Expm1(x)
	}
	a := d.e.Law.A0
	for k := 1; k <= d.cells; k++ {
		p := (drift - d.low - float64(k)*d.h) * d.h / a
		left, right := a/d.h/d.h*bernoulli(-p), a/d.h/d.h*bernoulli(p)
		if k == d.cells {
			if !d.e.Law.Firing.Escapes() {
				left = 2 * a / d.h / d.h * bernoulli(-p/2)
				add(k-1, k-1, -left)
				row.SetVec(k-1, left*d.h)
			}
			break
		}
		add(k-1, k-1, -left)
		add(k, k-1, left)
		add(k-1, k, right)
		add(k, k, -right)
	}
	if d.e.Law.Firing.Escapes() {
		for k := d.top; k < d.cells; k++ {
			add(k, k, -1/d.e.Law.Firing.Epsilon)
			row.SetVec(k, d.h/d.e.Law.Firing.Epsilon)
		}
	}
	return m, row
}

// source is what the rate 1 puts into the cells beside V_R.
func (d *dense) source() *mat.VecDense {
	s := mat.NewVecDense(d.cells, nil)
	s.SetVec(d.reset-1, 0.5/d.h)
	s.SetVec(d.reset, 0.5/d.h)
	return s
}

// relax returns rate and density that are steady at a drift.
func (d *dense) relax(drift float64) (float64, *mat.VecDense) {
	m, _ := d.operator(drift)
	s := d.source()
	s.ScaleVec(-1, s)
	var n mat.VecDense
	if err := n.SolveVec(m, s); err != nil {
		panic(err)
	}
	rate := 1 / (mat.Sum(&n)*d.h + d.e.Law.Refractory.Mean())
	n.ScaleVec(rate, &n)
	return rate, &n
}

// settle finds the steady state near a rate, by secants.
func (d *dense) settle(rate float64) {
	f := func(r float64) float64 { x, _ := d.relax(d.e.B * r); return x - r }
	a, b := rate, rate*1.001
	fa, fb := f(a), f(b)
	for range 12 {
		if fa == fb {
			break
		}
		a, b, fa = b, b-fb*(b-a)/(fb-fa), fb
		fb = f(b)
	}
	d.rate, d.steady = d.relax(d.e.B * b)
}

// eigenvalues returns those with real part above −limit, but the one nearest 0 (mass), by descending real part. A fixed refractory time needs
// the transform φ of the very eigenvalue that is looked for.
func (d *dense) eigenvalues(limit, transform float64) (list []complex128) {
	const step = 1e-4
	m, row := d.operator(d.e.B * d.rate)
	up, rowUp := d.operator(d.e.B*d.rate + step)
	down, rowDown := d.operator(d.e.B*d.rate - step)
	up.Sub(up, down)
	rowUp.SubVec(rowUp, rowDown)
	gain := 1 - d.e.B*mat.Dot(rowUp, d.steady)/(2*step)
	row.ScaleVec(1/gain, row)
	var kick mat.VecDense
	kick.MulVec(up, d.steady)
	kick.ScaleVec(d.e.B/(2*step), &kick)
	size := d.cells
	if d.refractory && transform == 0 {
		size++
	}
	full := mat.NewDense(size, size, nil)
	full.Slice(0, d.cells, 0, d.cells).(*mat.Dense).Copy(m)
	source := d.source()
	for i := range d.cells {
		for j := range d.cells {
			x := kick.AtVec(i)
			if size == d.cells {
				x += source.AtVec(i) * cmp.Or(transform, 1)
			}
			full.Set(i, j, full.At(i, j)+x*row.AtVec(j))
		}
		if size > d.cells {
			full.Set(i, d.cells, source.AtVec(i)/d.e.Law.Refractory.Tau)
			full.Set(d.cells, i, row.AtVec(i))
		}
	}
	if size > d.cells {
		full.Set(d.cells, d.cells, -1/d.e.Law.Refractory.Tau)
	}
	var eigen mat.Eigen
	if !eigen.Factorize(full, mat.EigenNone) {
		panic("no eigenvalues")
	}
	for _, z := range eigen.Values(nil) {
		if real(z) > limit && (transform != 0 || cmplx.Abs(z) > 1e-7) {
			list = append(list, z)
		}
	}
	slices.SortFunc(list, byReal)
	return list
}

// TestVariantSpectra holds the number of unstable eigenvalues and the leading one against a dense discretisation on two
// grids, extrapolated. LAPICQUE_LONG=1 takes more equations.
func TestVariantSpectra(t *testing.T) {
	const exponential = neuron.ExponentialRefractory
	list := []NNLIF{variant(2.2, exponential, 0.17, 0), variant(3, 0, 0, 0.1), variant(5, exponential, 1, 0.1)}
	if os.Getenv("LAPICQUE_LONG") != "" {
		list = append(list, variant(1.5, exponential, 0.025, 0), variant(2.2, exponential, 0.19, 0), variant(-5, exponential, 0.3, 0),
			variant(0.5, exponential, 20, 0), variant(-10, 0, 0, 0.5), variant(1, 0, 0, 30), variant(3, exponential, 0.2, 0.05))
	}
	for _, e := range list {
		states, err := e.SteadyStates()
		if err != nil || len(states) == 0 {
			t.Fatal(err)
		}
		for _, s := range states {
			if s.Rate < 5 { // else boundary layers are thinner than the cells
				holdAgainstDense(t, e, s)
			}
		}
	}
}

func holdAgainstDense(t *testing.T, e NNLIF, s Steady) {
	t.Helper()
	name := fmt.Sprintf("b = %v, %v, ε = %v, rate %.4g", e.B, e.Law.Refractory, e.Law.Firing.Epsilon, s.Rate)
	var leading [2]complex128
	var unstable int
	for k, perUnit := range []int{12, 24} {
		d := newDense(e, perUnit)
		d.settle(s.Rate)
		list := d.eigenvalues(-50, 0)
		leading[k], unstable = complex(real(list[0]), math.Abs(imag(list[0]))), 0
		for _, z := range list {
			if real(z) > 0 {
				unstable++
			}
		}
	}
	want := (4*leading[1] - leading[0]) / 3
	off := cmplx.Abs(want - s.Eigenvalue)
	t.Logf("%s: %v, dense %v, extrapolated %v (off by %.1e), unstable %d", name, s.Eigenvalue, leading[1], want, off, s.Unstable)
	if unstable != s.Unstable || !s.Known || off > 0.2*cmplx.Abs(leading[1]-leading[0])+1e-6 {
		t.Errorf("%s: leading eigenvalue %v, dense %v and %v, unstable %d, dense %d", name, s.Eigenvalue, leading[0], leading[1], s.Unstable, unstable)
	}
}

// TestFixedRefractorySpectrum: with the transform φ(λ) of the time at a real eigenvalue λ in place of what returns, λ is an eigenvalue
// of the dense discretisation.
func TestFixedRefractorySpectrum(t *testing.T) {
	e := variant(2.2, neuron.FixedRefractory, 0.17, 0)
	states, err := e.SteadyStates()
	if err != nil || len(states) != 3 {
		t.Fatal(states, err)
	}
	for _, s := range states[:2] {
		var found [2]float64
		for k, perUnit := range []int{12, 24} {
			d := newDense(e, perUnit)
			d.settle(s.Rate)
			found[k] = math.Inf(1)
			for _, z := range d.eigenvalues(-10, real(e.Law.Refractory.Transform(s.Eigenvalue))) {
				if math.Abs(real(z-s.Eigenvalue)) < math.Abs(found[k]-real(s.Eigenvalue)) && imag(z) == 0 {
					found[k] = real(z)
				}
			}
		}
		want := (4*found[1] - found[0]) / 3
		t.Logf("rate %.6g: eigenvalue %v, dense %v, extrapolated %v", s.Rate, s.Eigenvalue, found[1], want)
		if imag(s.Eigenvalue) != 0 || !(math.Abs(want-real(s.Eigenvalue)) < 0.2*math.Abs(found[1]-found[0])+1e-6) {
			t.Errorf("rate %.6g: eigenvalue %v, dense %v and %v", s.Rate, s.Eigenvalue, found[0], found[1])
		}
	}
}
