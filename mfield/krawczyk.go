package mfield

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// newton cuts a box down to what Krawczyk's operator leaves,
//
//	m − Y r(m) + (1 − Y R)(box − m),   m the middle, R bounds of the Jacobian, Y the inverse of their middle.
//
// It is regular when ‖1 − Y R‖ < 1: then the box has at most one root, and when the operator leaves nothing, none.
func (s circuitBalance) newton(box []interval) (regular, empty bool) {
	size := len(box)
	rows := make([][]interval, size)
	middle := mat.NewDense(size, size, nil)
	for p := range box {
		rows[p] = s.slopes(p, box)
		for k, x := range rows[p] {
			middle.Set(p, k, (x.lo+x.hi)/2)
			if !finite(x.lo) || !finite(x.hi) {
				return false, false
			}
		}
	}
	var inverse mat.Dense
	if err := inverse.Inverse(middle); err != nil {
		return false, false
	}
	left := make([][]float64, size) // bounds of |1 − Y R|: as Y is the inverse of the middle, |Y| times half the widths
	for p := range left {
		left[p] = make([]float64, size)
		sum := 0.0
		for k := range size {
			for j := range size {
				left[p][k] += math.Abs(inverse.At(p, j)) * (rows[j][k].hi - rows[j][k].lo) / 2
			}
			left[p][k] += 1e-12
			sum += left[p][k]
		}
		if !(sum < 0.9) {
			return false, false
		}
	}
	return true, s.cut(box, &inverse, left)
}

// cut applies the operator to a box; it reports whether nothing is left.
func (s circuitBalance) cut(box []interval, inverse *mat.Dense, left [][]float64) (empty bool) {
	size := len(box)
	m := make([]float64, size)
	point := make([]interval, size)
	for p, x := range box {
		m[p] = x.lo + (x.hi-x.lo)/2
		point[p] = interval{m[p], m[p]}
	}
	r, doubt := make([]float64, size), make([]float64, size)
	for p := range box {
		x := s.logRates(p, point)
		r[p], doubt[p] = m[p]-(x.lo+x.hi)/2, leastWidth*(1+math.Abs(m[p]))
	}
	next := make([]interval, size)
	for p := range box {
		center, radius := m[p], 0.0
		for k, x := range box {
			center -= inverse.At(p, k) * r[k]
			radius += math.Abs(inverse.At(p, k))*doubt[k] + left[p][k]*(x.hi-x.lo)/2
		}
		next[p] = interval{math.Max(box[p].lo, center-radius), math.Min(box[p].hi, center+radius)}
		if next[p].lo > next[p].hi {
			return true
		}
	}
	copy(box, next)
	return false
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
