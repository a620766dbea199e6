package ode

import "math"

// The pair 8(5,3) of Dormand and Prince with the dense output of order 7 and the error estimate of Hairer, Nørsett and Wanner
// (1993, Solving Ordinary Differential Equations I, II.5 and II.6; coefficients as in their code DOP853). Slopes 0 … 11 are the stages, 12 is f at
// the end of the step, 13 … 15 serve the dense output and are computed when it is asked for.
type dop853 struct {
	from, to float64      // the step for which the dense output is ready
	poly     [7][]float64 // its coefficients
}

func (*dop853) shape() shape {
	return shape{slopes: 16, end: 12, shrink: 1. / 8, grow: -0.7 / 8, memory: 0.4 / 8}
}

func (d *dop853) attempt(s *Solver, h float64) float64 {
	d.from, d.to = math.NaN(), math.NaN()
	for j := 1; j < 12; j++ {
		s.stage(s.y, j, s.time, h)
	}
	s.combine(s.y, 12, h)
	five, three := 0.0, 0.0
	for i := range s.trial {
		scale := s.options.Atol + s.options.Rtol*math.Max(math.Abs(s.y[i]), math.Abs(s.trial[i]))
		e5, e3 := 0.0, 0.0
		for j := range error5 {
			e5 += error5[j] * s.k[j][i]
			e3 += error3[j] * s.k[j][i]
		}
		five += (e5 / scale) * (e5 / scale)
		three += (e3 / scale) * (e3 / scale)
	}
	if five == 0 {
		return 0
	}
	return h * five / math.Sqrt((five+0.01*three)*math.Max(1, float64(len(s.trial))))
}

// stage computes the slope k[j] of the table from the state y.
func (s *Solver) stage(y []float64, j int, t, h float64) {
	s.combine(y, j, h)
	s.f(t+nodes853[j]*h, s.trial, s.k[j])
}

// combine makes trial the state y + h Σ a_i k_i of a row of the table, two terms at a time.
func (s *Solver) combine(y []float64, row int, h float64) {
	dst := s.trial
	y = y[:len(dst)]
	terms := terms853[row]
	for len(terms) >= 2 {
		a, b := h*terms[0].weight, h*terms[1].weight
		u, v := s.k[terms[0].slope][:len(dst)], s.k[terms[1].slope][:len(dst)]
		for i := range dst {
			dst[i] = y[i] + (a*u[i] + b*v[i])
		}
		y, terms = dst, terms[2:]
	}
	if len(terms) == 1 {
		a, u := h*terms[0].weight, s.k[terms[0].slope][:len(dst)]
		for i := range dst {
			dst[i] = y[i] + a*u[i]
		}
	}
}

// terms853 are the rows of the table without their zeros.
var terms853 = func() (rows [16][]term) {
	for j := range rows853 {
		for i, a := range rows853[j] {
			if a != 0 {
				rows[j] = append(rows[j], term{i, a})
			}
		}
	}
	return rows
}()

type term struct {
	slope  int
	weight float64
}

func (d *dop853) dense(s *Solver, x, h float64, dst []float64) {
	if d.from != s.before || d.to != s.time {
		d.prepare(s, h)
	}
	p := &d.poly
	for i := range dst {
		v := p[6][i] * x
		for m := 5; m >= 0; m-- {
			if v += p[m][i]; m%2 == 0 {
				v *= x
			} else {
				v *= 1 - x
			}
		}
		dst[i] = s.old[i] + v
	}
}

// prepare computes the three slopes that the dense output needs beyond those of the step, and its polynomial
// x(p₀ + (1−x)(p₁ + x(p₂ + (1−x)(p₃ + x(p₄ + (1−x)(p₅ + x p₆)))))).
func (d *dop853) prepare(s *Solver, h float64) {
	d.from, d.to = s.before, s.time
	for j := 13; j < 16; j++ {
		s.stage(s.old, j, s.before, h)
	}
	if d.poly[0] == nil {
		for m := range d.poly {
			d.poly[m] = make([]float64, len(s.y))
		}
	}
	for i := range s.y {
		rise := s.y[i] - s.old[i]
		left := h*s.k[0][i] - rise
		d.poly[0][i], d.poly[1][i], d.poly[2][i] = rise, left, rise-h*s.k[12][i]-left
		for m := range dense853 {
			sum := 0.0
			for j, c := range &dense853[m] {
				sum += c * s.k[j][i]
			}
			d.poly[3+m][i] = h * sum
		}
	}
}
