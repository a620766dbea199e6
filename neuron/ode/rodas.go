package ode

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Rodas5P is the Rosenbrock–Wanner method of Steinebach (2023, BIT Numer. Math. 63:27): eight stages, order 5,
// L-stable and stiffly accurate, dense output of order 4. With W = I/(hγ) − ∂f/∂y each stage solves
//
//	W u_i = f(t + c_i h, y + Σ a_ij u_j) + Σ C_ij u_j/h + h d_i ∂f/∂t.
const gamma = 0.21193756319429014

const rodasStages = 8

// The last three rows of a are those before them with one more stage at weight 1; u_7 is the difference to the embedded formula of order 4.
var (
	rodasA = [6][5]float64{
		{},
		{3},
		{2.849394379747939, 0.45842242204463923},
		{-6.954028509809101, 2.489845061869568, -10.358996098473584},
		{2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641},
		{-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946},
	}
	rodasC = [rodasStages][rodasStages - 1]float64{
		{},
		{-14.155112264123755},
		{-17.97296035885952, -2.859693295451294},
		{147.12150275711716, -1.41221402718213, 71.68940251302358},
		{165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306},
		{24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471},
		{30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623, -28.087943162872662},
		{37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002, -54.66780262877968, -9.48861652309627},
	}
	rodasNodes = [rodasStages]float64{0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1, 1, 1}
	rodasTime  = [rodasStages]float64{0.21193756319429014, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734, 2.325825639765069}
	rodasDense = [3][rodasStages]float64{
		{
			25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204,
			0.524948541321073, 1.1241088310450404, 0.4272876194431874, -0.17202221070155493,
		},
		{
			-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796,
			20.176138334709044, 15.98066361424651, -6.789040303419874, -6.710236069923372,
		},
		{
			11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643,
			-52.072871366152654, -59.78993625266729, -0.15582684282751913, 4.883087185713722,
		},
	}
)

type rodas struct {
	jacobian func(t float64, y, j []float64)
	j        []float64 // at the time and state from which the step starts
	w        blas64.General
	pivots   []int
	u        [rodasStages]blas64.General // one column each
	drift    []float64                   // ∂f/∂t
	point    []float64
}

func newRodas(jacobian func(t float64, y, j []float64), n int) *rodas {
	square := func() []float64 { return make([]float64, n*n) }
	r := &rodas{
		jacobian: jacobian, j: square(), w: blas64.General{Rows: n, Cols: n, Stride: n, Data: square()},
		pivots: make([]int, n), drift: make([]float64, n), point: make([]float64, n),
	}
	for i := range r.u {
		r.u[i] = blas64.General{Rows: n, Cols: 1, Stride: 1, Data: make([]float64, n)}
	}
	return r
}

func (*rodas) shape() shape {
	return shape{slopes: 2, end: 1, shrink: 1. / 5, grow: -0.7 / 5, memory: 0.4 / 5}
}

func (r *rodas) attempt(s *Solver, h float64) float64 {
	n := len(s.y)
	r.linearise(s, h)
	for i, j := range r.j {
		r.w.Data[i] = -j
	}
	for i := range n {
		r.w.Data[i*(n+1)] += 1 / (h * gamma)
	}
	if !lapack64.Getrf(r.w, r.pivots) {
		return math.Inf(1)
	}
	for i := range rodasStages {
		r.stage(s, i, h)
	}
	axpy(s.trial, 1, r.u[rodasStages-1].Data)
	return s.size(r.u[rodasStages-1].Data)
}

// stage solves for u_i.
func (r *rodas) stage(s *Solver, i int, h float64) {
	u := r.u[i].Data
	switch {
	case i == 0:
		copy(s.trial, s.y)
		copy(u, s.k[0])
	case i < len(rodasA):
		copy(s.trial, s.y)
		for j, a := range rodasA[i][:i] {
			axpy(s.trial, a, r.u[j].Data)
		}
		s.f(s.time+rodasNodes[i]*h, s.trial, u)
	default:
		axpy(s.trial, 1, r.u[i-1].Data)
		s.f(s.time+rodasNodes[i]*h, s.trial, u)
	}
	for j, c := range rodasC[i][:i] {
		axpy(u, c/h, r.u[j].Data)
	}
	axpy(u, h*rodasTime[i], r.drift)
	lapack64.Getrs(blas.NoTrans, r.w, r.u[i], r.pivots)
}

// linearise computes ∂f/∂y and ∂f/∂t at the present state.
func (r *rodas) linearise(s *Solver, h float64) {
	n, f := len(s.y), s.k[0]
	small := 1e-7 * h
	small = s.time + small - s.time
	if small == 0 {
		small = math.Nextafter(s.time, math.Inf(1)) - s.time
	}
	s.f(s.time+small, s.y, r.drift)
	for i := range n {
		r.drift[i] = (r.drift[i] - f[i]) / small
	}
	if r.jacobian != nil {
		r.jacobian(s.time, s.y, r.j)
		return
	}
	for j, y := range s.y {
		move := 1.5e-8 * math.Max(math.Abs(y), 1e-3)
		s.y[j] = y + move
		move = s.y[j] - y
		s.f(s.time, s.y, r.point)
		s.y[j] = y
		for i := range n {
			r.j[i*n+j] = (r.point[i] - f[i]) / move
		}
	}
}

func (r *rodas) dense(s *Solver, x, _ float64, dst []float64) {
	for i := range dst {
		bend := 0.0
		for m := 2; m >= 0; m-- {
			sum := 0.0
			for j, c := range &rodasDense[m] {
				sum += c * r.u[j].Data[i]
			}
			bend = bend*x + sum
		}
		dst[i] = (1-x)*s.old[i] + x*(s.y[i]+(1-x)*bend)
	}
}
