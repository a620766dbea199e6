package ode

// The pair 5(4) of Dormand and Prince (1980, J. Comput. Appl. Math. 6:19) with the dense output of
// order 4 of Shampine (1986, Math. Comp. 46:135). The last stage is the first of the next step.
const stages = 7

var nodes = [stages]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1}

var weights = [stages][stages - 1]float64{
	{},
	{1. / 5},
	{3. / 40, 9. / 40},
	{44. / 45, -56. / 15, 32. / 9},
	{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
	{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
	{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
}

// embedded is the difference of the two formulas.
var embedded = [stages]float64{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40}

// bend completes the dense output: y(θ) is the cubic Hermite polynomial of the step plus
// h θ²(1−θ)² Σ bend_j k_j.
var bend = [stages]float64{
	-12715105075. / 11282082432, 0, 87487479700. / 32700410799, -10690763975. / 1880347072,
	701980252875. / 199316789632, -1453857185. / 822651844, 69997945. / 29380423,
}

type dormandPrince struct{}

func (dormandPrince) shape() shape {
	return shape{slopes: stages, end: stages - 1, last: true, shrink: 1. / 5, grow: -0.7 / 5, memory: 0.4 / 5}
}

func (dormandPrince) attempt(s *Solver, h float64) float64 {
	for j := 1; j < stages; j++ {
		copy(s.trial, s.y)
		for i, a := range weights[j][:j] {
			if a != 0 {
				axpy(s.trial, h*a, s.k[i])
			}
		}
		s.f(s.time+nodes[j]*h, s.trial, s.k[j])
	}
	clear(s.delta)
	for j, e := range embedded {
		if e != 0 {
			axpy(s.delta, h*e, s.k[j])
		}
	}
	return s.size(s.delta)
}

func (dormandPrince) dense(s *Solver, x, h float64, dst []float64) {
	left, right := x*(1-x)*(1-x)*h, -x*x*(1-x)*h
	rise := x * x * (3 - 2*x)
	for i := range dst {
		dst[i] = s.old[i] + rise*(s.y[i]-s.old[i]) + left*s.k[0][i] + right*s.k[stages-1][i]
	}
	top := h * x * x * (1 - x) * (1 - x)
	for j, d := range bend {
		if d != 0 {
			axpy(dst, top*d, s.k[j])
		}
	}
}
