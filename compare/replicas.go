package compare

import (
	"math"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

const (
	minReplicas = 10 // fewer say too little about their own scatter
	maxGroups   = 64 // more replicas than this are taken together
)

// scatter is the law of the mean of R independent Gaussian processes with the
// covariance estimated from their own scatter, S. Paths are Gaussian with
// covariance S. What S does not know is put right by two moments of the squared
// norm of a path, estimated without bias: see adjust.
type scatter struct {
	rows         [][]float64 // S = Σ row·rowᵀ
	paths, cells spread
	r            *rand.Rand
	src          rand.Source
}

// newScatter takes the distribution functions of the replicas at the grid's
// points and their weights, of sum 1.
func newScatter(g grid, rows [][]float64, weights []float64, src rand.Source) scatter {
	rows, weights = grouped(rows, weights)
	s := scatter{rows: residuals(rows, weights), r: rand.New(src), src: src}
	paths, cells := make([][]float64, len(rows)), make([][]float64, len(rows))
	for i, row := range s.rows {
		for k := 1; k < len(g.x); k++ {
			paths[i] = append(paths[i], row[k]*math.Sqrt(g.x[k]-g.x[k-1]))
		}
		for k := 1; k < len(g.bins); k++ {
			a, b := g.bins[k-1], g.bins[k]
			cells[i] = append(cells[i], (row[b]-row[a])/math.Sqrt(g.x[b]-g.x[a]))
		}
	}
	s.paths, s.cells = newSpread(paths), newSpread(cells)
	return s
}

func (s scatter) draw(dst []float64) {
	clear(dst)
	for _, row := range s.rows {
		a := s.r.NormFloat64()
		for k, f := range row {
			dst[k] += a * f
		}
	}
}

// adjust makes two corrections. S has at most R − 1 modes where the true
// covariance may share its variance among many, so squared norms of paths scatter
// too much about their mean: for the distances of histograms, which have many
// modes, the scatter is reduced to the estimated one. And the total variance of S
// is itself uncertain: every distance is multiplied by √(ν/χ²_ν), as Student's law
// does for one number.
func (s scatter) adjust(w1, ks, l1, l2 []float64) {
	s.cells.concentrate(l1)
	s.cells.concentrate(l2)
	for _, list := range [][]float64{w1, ks} {
		s.paths.studentise(list, s.src)
	}
	for _, list := range [][]float64{l1, l2} {
		s.cells.studentise(list, s.src)
	}
}

// residuals returns w_r(F_r − ΣwF)/√(1 − Σw²), the sum of whose squares estimates
// the covariance of the weighted mean without bias.
func residuals(rows [][]float64, weights []float64) [][]float64 {
	mean := make([]float64, len(rows[0]))
	squares := 0.0
	for r, row := range rows {
		squares += weights[r] * weights[r]
		for k, f := range row {
			mean[k] += weights[r] * f
		}
	}
	out := make([][]float64, len(rows))
	for r, row := range rows {
		out[r] = make([]float64, len(row))
		for k, f := range row {
			out[r][k] = weights[r] * (f - mean[k]) / math.Sqrt(1-squares)
		}
	}
	return out
}

// grouped averages rows together until at most maxGroups are left.
func grouped(rows [][]float64, weights []float64) ([][]float64, []float64) {
	if len(rows) <= maxGroups {
		return rows, weights
	}
	sums, total := make([][]float64, maxGroups), make([]float64, maxGroups)
	for g := range sums {
		sums[g] = make([]float64, len(rows[0]))
	}
	for i, row := range rows {
		g := i % maxGroups
		total[g] += weights[i]
		for k, f := range row {
			sums[g][k] += weights[i] * f
		}
	}
	for g := range sums {
		for k := range sums[g] {
			sums[g][k] /= total[g]
		}
	}
	return sums, total
}

// spread describes the eigenvalues of a covariance C of which the squares of
// n + 1 rows sum to an estimate S.
type spread struct {
	freedom float64 // degrees of freedom in which tr S estimates tr C: n·(tr C)²/tr C² (Satterthwaite 1946)
	shrink  float64 // √(tr C²/tr S²) ≤ 1
}

// newSpread estimates tr C² without bias from tr S² and (tr S)², by the moments
// of the Wishart law.
func newSpread(rows [][]float64) spread {
	n := float64(len(rows) - 1)
	trace, square := 0.0, 0.0 // tr S, tr S²
	for i, a := range rows {
		for j, b := range rows[:i+1] {
			product := floats.Dot(a, b)
			if i == j {
				trace += product
				square += product * product
			} else {
				square += 2 * product * product
			}
		}
	}
	const many = 1e6
	true2 := n * n / ((n - 1) * (n + 2)) * (square - trace*trace/n)
	true2 = math.Min(math.Max(true2, trace*trace/many), trace*trace)
	if trace == 0 { // replicas without any scatter
		return spread{n, 1}
	}
	return spread{n * trace * trace / true2, math.Min(1, math.Sqrt(true2/square))}
}

// concentrate shrinks the squares of the draws towards their mean.
func (s spread) concentrate(draws []float64) {
	mean := floats.Dot(draws, draws) / float64(len(draws))
	for i, d := range draws {
		draws[i] = math.Sqrt(math.Max(0, mean+(d*d-mean)*s.shrink))
	}
}

// studentise multiplies each draw by √(ν/χ²_ν).
func (s spread) studentise(draws []float64, src rand.Source) {
	chi := distuv.ChiSquared{K: s.freedom, Src: src}
	for i := range draws {
		draws[i] *= math.Sqrt(s.freedom / chi.Rand())
	}
}
