package mfield

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// expansion is the mean value form of r on a box: r(x) ∈ r ± doubt + R(x − middle).
type expansion struct {
	middle, half, r, doubt []float64
	slopes                 [][]interval // R
}

func (s circuitBalance) expand(box []interval) (e expansion, ok bool) {
	size := len(box)
	e = expansion{make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size), make([][]interval, size)}
	point := make([]interval, size)
	for p, x := range box {
		e.half[p] = (x.hi - x.lo) / 2
		e.middle[p] = x.lo + e.half[p]
		point[p] = interval{e.middle[p], e.middle[p]}
	}
	for p := range box {
		x := s.logRates(p, point)
		e.r[p], e.doubt[p] = e.middle[p]-(x.lo+x.hi)/2, leastWidth*(1+math.Abs(e.middle[p]))
		e.slopes[p] = s.slopes(p, box)
		for _, x := range e.slopes[p] {
			if !finite(x.lo) || !finite(x.hi) {
				return e, false
			}
		}
	}
	return e, true
}

// along returns y·R.
func (e expansion) along(y func(p int) float64) []interval {
	sum := make([]interval, len(e.r))
	for p, row := range e.slopes {
		for k, x := range row {
			sum[k] = sum[k].plus(interval{y(p), y(p)}.times(x))
		}
	}
	return sum
}

// newton cuts a box down to what Krawczyk's operator leaves,
//
//	m − Y r(m) + (1 − Y R)(box − m),   m the middle, R bounds of the Jacobian, Y the inverse of their middle,
//
// which has every root of the box. The box is regular when ‖1 − Y R‖ < 1: then it has at most one. Where Y is large, next to
// folds, a box is also empty when y·r has no zero for one of the left singular vectors y of the middle.
func (s circuitBalance) newton(box []interval) (regular, empty bool) {
	e, ok := s.expand(box)
	if !ok {
		return false, false
	}
	middle := mat.NewDense(len(box), len(box), nil)
	for p, row := range e.slopes {
		for k, x := range row {
			middle.Set(p, k, (x.lo+x.hi)/2)
		}
	}
	if e.without(middle) {
		return false, true
	}
	var inverse mat.Dense
	if err := inverse.Inverse(middle); err != nil {
		return false, false
	}
	return e.cut(box, &inverse)
}

// without reports whether y·r has no zero for one of the left singular vectors y of a matrix.
func (e expansion) without(middle *mat.Dense) bool {
	var svd mat.SVD
	if !svd.Factorize(middle, mat.SVDFull) {
		return false
	}
	var u mat.Dense
	svd.UTo(&u)
	for i := range e.r {
		y := func(p int) float64 { return u.At(p, i) }
		value, reach := 0.0, 0.0
		for k, x := range e.along(y) {
			value += y(k) * e.r[k]
			reach += math.Abs(y(k))*e.doubt[k] + math.Max(-x.lo, x.hi)*e.half[k]
		}
		if math.Abs(value) > reach {
			return true
		}
	}
	return false
}

// cut applies the operator to a box.
func (e expansion) cut(box []interval, inverse *mat.Dense) (regular, empty bool) {
	regular = true
	for p := range box {
		y := func(k int) float64 { return inverse.At(p, k) }
		center, radius, norm := e.middle[p], 0.0, 0.0
		for k, x := range e.along(y) {
			if k == p {
				x = x.plus(interval{-1, -1})
			}
			most := math.Max(-x.lo, x.hi) + 1e-12
			norm += most
			center -= y(k) * e.r[k]
			radius += math.Abs(y(k))*e.doubt[k] + most*e.half[k]
		}
		regular = regular && norm < 0.9
		box[p] = interval{math.Max(box[p].lo, center-radius), math.Min(box[p].hi, center+radius)}
		if box[p].lo > box[p].hi {
			return regular, true
		}
	}
	return regular, false
}

// horizon returns bounds of ln N_p of all roots. With rest > 0, N < 1/rest. Else, for a1 = 0 and m = μ/leak − V_F > 0,
//
//	m < gap·N/leak < m + gap/2 + (gap²/4 + a)/(m + gap/2)
//
// and for m ≤ 0, N is at most that at m = 0. So for the set A of populations with m > 0, (gap − b)_{AA} N_A is bounded; its
// inverse bounds N_A, for every A.
func (s circuitBalance) horizon() ([]float64, error) {
	size := len(s.parts)
	most, quiet, slack := make([]float64, size), make([]float64, size), make([]float64, size)
	open := []int{} // populations to be bounded together
	for p, q := range s.parts {
		switch {
		case q.rest > 0:
			most[p] = s.leak[p] / q.rest
			quiet[p] = most[p]
		case q.a1 > 0:
			most[p] = 1e9
			quiet[p] = most[p]
		default:
			passage := q.passage(0, q.gap/math.Sqrt(q.a0))
			quiet[p] = s.leak[p] * math.Exp(-q.logInterval(passage))
			most[p] = quiet[p]
			slack[p] = q.gap/2 + (q.gap*q.gap/4+q.a0)*2/q.gap + math.Abs(q.lift)
			open = append(open, p)
		}
	}
	for set := 1; set < 1<<len(open); set++ {
		if err := s.bound(set, open, quiet, slack, most); err != nil {
			return nil, err
		}
	}
	logs := make([]float64, size)
	for p := range logs {
		logs[p] = math.Log(most[p]) + 1e-9
	}
	return logs, nil
}

// bound raises most to what roots can have when exactly the populations of a set (bits over open) have their
// fixed point above V_F.
func (s circuitBalance) bound(set int, open []int, quiet, slack, most []float64) error {
	var members []int
	loud := map[int]bool{}
	for k, p := range open {
		if set>>k&1 == 1 {
			members = append(members, p)
			loud[p] = true
		}
	}
	matrix := mat.NewDense(len(members), len(members), nil)
	right := make([]float64, len(members))
	for i, p := range members {
		right[i] = slack[p]
		for k, b := range s.b[p] {
			if !loud[k] {
				right[i] += math.Abs(b) * quiet[k]
			}
		}
		for j, k := range members {
			x := -s.b[p][k]
			if p == k {
				x += s.parts[p].gap / s.leak[p]
			}
			matrix.Set(i, j, x)
		}
	}
	var inverse mat.Dense
	if err := inverse.Inverse(matrix); err != nil {
		return errUncertified
	}
	for i, p := range members {
		sum := 0.0
		for j := range members {
			sum += math.Abs(inverse.At(i, j)) * right[j]
		}
		most[p] = math.Max(most[p], sum)
	}
	return nil
}
