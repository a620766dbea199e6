package compare

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// ScalingOptions says how the errors of a study are fitted.
type ScalingOptions struct {
	Fitted bool    // fit the bias too; else it is Bias
	Bias   float64 // the known bias: 0, or what time step and grid leave
	Draws  int     // of the bootstrap; 0: 1000
	Seed   uint64  // of these draws
}

func (o ScalingOptions) draws() int {
	if o.Draws > 0 {
		return o.Draws
	}
	return bootstrapDraws
}

// Scaling is a fit of errors to bias + C·N^−γ.
type Scaling struct {
	Determined bool     `json:"determined"` // false: the errors fix no such law, and only Text is filled
	Gamma      Estimate `json:"gamma"`
	C          Estimate `json:"c"`    // its interval is that of log C
	Bias       Estimate `json:"bias"` // SE 0 and an empty interval where it was given
	// ChiSquare is the weighted sum of squares of the means about the fit, each in its own standard error, Freedom
	// the levels less the parameters and P how often chance exceeds it: Welch's law for few replicas in the form of Johansen
	// (1980, Biometrika 67:85), exact to second order in 1/replicas. Without freedom P is 1.
	ChiSquare float64 `json:"chi_square"`
	Freedom   int     `json:"freedom"`
	P         float64 `json:"p"`
	// Floor is the bias of the fit that has it free, nil below four levels or where it is not determined.
	Floor *Estimate `json:"floor,omitempty"`
	// Saturated: the interval of Floor, less the known bias, lies above 0: more neurons alone do not bring the error to the known bias.
	Saturated bool   `json:"saturated"`
	Text      string `json:"text"`
}

// At returns bias + C·N^−γ.
func (s Scaling) At(n float64) float64 { return s.Bias.Value + s.C.Value*math.Pow(n, -s.Gamma.Value) }

// FitScaling fits error ≈ bias + C·N^−γ to the means of replicated errors at several N, by weighted least squares. The weights are
// the inverse variances of the means; the variances are taken from a power law in N fitted to those of the levels, so that the
// weights of skewed errors do not follow their means. Intervals come from the studentised bootstrap over replicas, with standard errors from
// each level's own scatter. It panics on levels of fewer than two values, fewer than two different N, or three where the bias is fitted.
//
// With K levels spread evenly in log N over D decades and R replicas of relative scatter c at each, the half-width of γ without a fitted bias is about
// 1.96·c/(√(R·K)·0.665·D·√((K + 1)/(K − 1))): at K = 7, D = 3 and c = 0.43, that of W1, R = 22 give 0.03. With a fitted bias it is 2.4 times that.
func FitScaling(levels []Level, o ScalingOptions) Scaling {
	s := fitScaling(levels, o)
	if s.Determined {
		s.floor(levels, o)
		s.Text = s.words(levels)
	}
	return s
}

// fitScaling leaves Floor and Text out.
func fitScaling(levels []Level, o ScalingOptions) Scaling {
	c := newCurve(levels, o)
	estimates, ok := bootstrap(levels, c.fit, o.draws(), o.Seed)
	if !ok {
		return Scaling{Text: "The errors fix no power of N: they scatter as much as they vary."}
	}
	s := Scaling{Determined: true, Gamma: estimates[0], C: c.constant(estimates[1]), Bias: Estimate{Value: o.Bias}}
	if o.Fitted {
		s.Bias = estimates[2]
	}
	s.ChiSquare, s.Freedom, s.P = c.goodness(levels)
	return s
}

// floor fits the bias where that was not done.
func (s *Scaling) floor(levels []Level, o ScalingOptions) {
	switch {
	case len(levels) < 4:
		return
	case o.Fitted:
		bias := s.Bias
		s.Floor = &bias
	default:
		known := o.Bias
		o.Fitted, o.Bias = true, 0
		estimates, ok := bootstrap(levels, newCurve(levels, o).fit, o.draws(), o.Seed)
		if !ok {
			return
		}
		s.Floor, o.Bias = &estimates[2], known
	}
	s.Saturated = s.Floor.Interval.Low > o.Bias
}

func (s Scaling) words(levels []Level) string {
	text := fmt.Sprintf("error ≈ %.3g·N^−γ, γ = %.3f in [%.3f, %.3f]", s.C.Value, s.Gamma.Value, s.Gamma.Interval.Low, s.Gamma.Interval.High)
	if s.Bias.Value != 0 {
		text = fmt.Sprintf("error ≈ %.3g + %.3g·N^−γ, γ = %.3f in [%.3f, %.3f]", s.Bias.Value, s.C.Value, s.Gamma.Value, s.Gamma.Interval.Low, s.Gamma.Interval.High)
	}
	if s.Freedom > 0 {
		text += fmt.Sprintf("; χ² = %.3g with %d degrees of freedom, P = %.2g", s.ChiSquare, s.Freedom, s.P)
	}
	if s.Saturated {
		last := levels[len(levels)-1]
		text += fmt.Sprintf("; it does not fall to the known bias: a floor of %.3g in [%.3g, %.3g] remains, against an error of %.3g at N = %d",
			s.Floor.Value, s.Floor.Interval.Low, s.Floor.Interval.High, s.At(float64(last.N)), last.N)
	}
	return text + "."
}

// curve is the law sign·e^{c − γ(x − centre)} + bias of x = log N, as an estimator of (γ, log |C|, bias).
type curve struct {
	x      []float64 // log N − centre
	counts []float64 // replicas
	centre float64
	sign   float64
	bias   float64
	fitted bool
	best   []float64 // γ, c and, if fitted, the bias: where a search begins
}

func newCurve(levels []Level, o ScalingOptions) *curve {
	c := &curve{bias: o.Bias, fitted: o.Fitted, sign: 1}
	if o.Fitted {
		c.bias = 0
	}
	different := map[int]bool{}
	for _, l := range levels {
		if l.N < 1 || len(l.Values) < 2 {
			panic("compare: a level needs N ≥ 1 and two values")
		}
		different[l.N] = true
		c.x, c.counts = append(c.x, math.Log(float64(l.N))), append(c.counts, float64(len(l.Values)))
	}
	if need := 2 + map[bool]int{true: 1}[o.Fitted]; len(different) < need {
		panic("compare: too few different N for this fit")
	}
	c.centre = floats.Sum(c.x) / float64(len(c.x))
	floats.AddConst(-c.centre, c.x)
	means, variances, _ := summaries(levels)
	c.begin(means, c.weights(means, variances))
	return c
}

// weights returns the inverse of the variances of the means, smoothed: log s² of the levels, made unbiased for normal values, on a line in log N.
func (c *curve) weights(means, variances []float64) []float64 {
	return smooth(c.x, c.counts, means, variances)
}

// smooth returns weights from variances of means of so many values at x, the variances of the values being exponential in x.
func smooth(x, counts, means, variances []float64) []float64 {
	w := make([]float64, len(x))
	if floats.Min(variances) <= 0 { // without scatter: equal relative errors
		for k, m := range means {
			w[k] = 1 / math.Max(m*m, 1e-300)
		}
		return w
	}
	logs, freedoms := make([]float64, len(x)), make([]float64, len(x))
	for k, v := range variances {
		half := (counts[k] - 1) / 2
		freedoms[k], logs[k] = half, math.Log(v*counts[k])-mathext.Digamma(half)+math.Log(half)
	}
	design := [][]float64{ones(len(x)), x}
	if len(x) < 3 {
		for k, v := range variances {
			w[k] = 1 / v
		}
		return w
	}
	rows, ok := pseudoinverse(design, freedoms)
	if !ok {
		return ones(len(x))
	}
	level, slope := floats.Dot(rows[0], logs), floats.Dot(rows[1], logs)
	for k := range w {
		w[k] = counts[k] * math.Exp(-level-slope*x[k])
	}
	return w
}

func ones(n int) []float64 {
	v := make([]float64, n)
	floats.AddConst(1, v)
	return v
}

// pseudoinverse returns the rows of (XᵀWX)⁻¹XᵀW for a design given by its columns; false where it is singular. Row i is the part
// of column i that is orthogonal to the others, weighted and scaled (Gram and Schmidt).
func pseudoinverse(columns [][]float64, weights []float64) ([][]float64, bool) {
	rows, basis := make([][]float64, len(columns)), make([][]float64, 0, len(columns))
	for i, own := range columns {
		basis = basis[:0]
		for j, other := range columns {
			if j != i {
				basis = append(basis, orthogonal(other, basis, weights))
			}
		}
		rows[i] = orthogonal(own, basis, weights)
		length := product(rows[i], own, weights)
		if whole := square(own, weights); !(length > 1e-14*whole) || math.IsInf(whole, 1) {
			return nil, false
		}
		for k, w := range weights {
			rows[i][k] *= w / length
		}
	}
	return rows, true
}

// orthogonal returns a vector less its parts along orthogonal ones.
func orthogonal(v []float64, basis [][]float64, weights []float64) []float64 {
	out := slices.Clone(v)
	for _, b := range basis {
		floats.AddScaled(out, -product(out, b, weights)/square(b, weights), b)
	}
	return out
}

func product(a, b, weights []float64) float64 {
	sum := 0.0
	for k, w := range weights {
		sum += w * a[k] * b[k]
	}
	return sum
}

// begin finds where searches begin: the best of linear fits at given γ.
func (c *curve) begin(means, weights []float64) {
	least := math.Inf(1)
	for step := range 101 {
		gamma := -1 + 0.05*float64(step)
		power := make([]float64, len(c.x))
		for k, x := range c.x {
			power[k] = math.Exp(-gamma * x)
		}
		columns, rest := [][]float64{power}, make([]float64, len(means))
		if c.fitted {
			columns = append(columns, ones(len(c.x)))
		}
		copy(rest, means)
		floats.AddConst(-c.bias, rest)
		rows, ok := pseudoinverse(columns, weights)
		if !ok {
			continue
		}
		amplitude, bias := floats.Dot(rows[0], rest), c.bias
		floats.AddScaled(rest, -amplitude, power)
		if c.fitted {
			bias = floats.Dot(rows[1], means)
			floats.AddConst(-bias, rest)
		}
		if sum := square(rest, weights); sum < least && amplitude != 0 {
			least, c.sign = sum, math.Copysign(1, amplitude)
			c.best = []float64{gamma, math.Log(math.Abs(amplitude)), bias}
		}
	}
}

// square returns Σ w·r².
func square(rest, weights []float64) float64 {
	sum := 0.0
	for k, r := range rest {
		sum += weights[k] * r * r
	}
	return sum
}

// columns returns the derivatives of the law by its parameters and its values.
func (c *curve) columns(at []float64) (columns [][]float64, values []float64) {
	byGamma, byC, values := make([]float64, len(c.x)), make([]float64, len(c.x)), make([]float64, len(c.x))
	for k, x := range c.x {
		power := c.sign * math.Exp(at[1]-at[0]*x)
		byGamma[k], byC[k], values[k] = -x*power, power, power+at[2]
	}
	columns = [][]float64{byGamma, byC}
	if c.fitted {
		columns = append(columns, ones(len(c.x)))
	}
	return columns, values
}

// search is Gauss's and Newton's, with steps halved until the sum of squares falls.
func (c *curve) search(means, weights []float64) (at []float64, rows [][]float64, ok bool) {
	if c.best == nil {
		return nil, nil, false
	}
	at = []float64{c.best[0], c.best[1], c.best[2]}
	columns, values := c.columns(at)
	rest := floats.SubTo(values, means, values)
	sum := square(rest, weights)
	for range 60 {
		if rows, ok = pseudoinverse(columns, weights); !ok {
			return nil, nil, false
		}
		next, size := make([]float64, 3), 0.0
		factor := 1.0
		for range 12 {
			size = 0
			copy(next, at)
			for p, row := range rows {
				move := factor * floats.Dot(row, rest)
				next[p] += move
				if p < 2 {
					size = math.Max(size, math.Abs(move))
				}
			}
			columns, values = c.columns(next)
			try := floats.SubTo(values, means, values)
			if s := square(try, weights); s <= sum*(1+1e-12) {
				rest, sum = try, s
				break
			}
			factor /= 2
		}
		at = next
		if !(math.Abs(at[0]) < 10) {
			return nil, nil, false
		}
		if size < 1e-8 {
			return at, rows, true
		}
	}
	return nil, nil, false
}

// fit is an estimator.
func (c *curve) fit(means, variances []float64) (fit, bool) {
	at, rows, ok := c.search(means, c.weights(means, variances))
	if !ok {
		return fit{}, false
	}
	logC := make([]float64, len(c.x)) // the row of log |C| = c + γ·centre
	floats.AddScaledTo(logC, rows[1], c.centre, rows[0])
	at[1] += c.centre * at[0]
	all := [][]float64{rows[0], logC}
	if c.fitted {
		all = append(all, rows[2])
	}
	return fit{at[:len(all)], errorsOf(all, variances)}, true
}

// errorsOf returns √(Σ row²·variance) for each row.
func errorsOf(rows [][]float64, variances []float64) []float64 {
	out := make([]float64, len(rows))
	for p, row := range rows {
		for k, a := range row {
			out[p] += a * a * variances[k]
		}
		out[p] = math.Sqrt(out[p])
	}
	return out
}

// constant turns the estimate of log |C| into that of C.
func (c *curve) constant(log Estimate) Estimate {
	value := c.sign * math.Exp(log.Value)
	ends := Interval{c.sign * math.Exp(log.Interval.Low), c.sign * math.Exp(log.Interval.High)}
	if c.sign < 0 {
		ends.Low, ends.High = ends.High, ends.Low
	}
	return Estimate{value, math.Abs(value) * log.SE, ends}
}

// goodness tests the fit.
func (c *curve) goodness(levels []Level) (chi float64, freedom int, p float64) {
	means, variances, _ := summaries(levels)
	at, _, ok := c.search(means, c.weights(means, variances))
	if !ok {
		return 0, 0, 1
	}
	columns, values := c.columns(at)
	return goodness(columns, floats.SubTo(values, means, values), variances, c.counts)
}

// goodness returns the χ² of residuals after their own linear fit by the columns, its degrees of freedom and the probability of more.
func goodness(columns [][]float64, rest, variances, counts []float64) (chi float64, freedom int, p float64) {
	freedom = len(rest) - len(columns)
	if freedom < 1 || floats.Min(variances) <= 0 {
		return 0, max(freedom, 0), 1
	}
	weights := make([]float64, len(rest))
	for k, v := range variances {
		weights[k] = 1 / v
	}
	rows, ok := pseudoinverse(columns, weights)
	if !ok {
		return 0, freedom, 1
	}
	left, adjust := append([]float64(nil), rest...), 0.0
	for j, row := range rows {
		floats.AddScaled(left, -floats.Dot(row, rest), columns[j])
	}
	for k := range rest {
		free := 1.0
		for j, row := range rows {
			free -= row[k] * columns[j][k]
		}
		adjust += free * free / (counts[k] - 1)
	}
	chi = square(left, weights)
	f := float64(freedom)
	scaled := chi / (f + 2*adjust - 6*adjust/(f+2))
	return chi, freedom, 1 - distuv.F{D1: f, D2: f * (f + 2) / (3 * adjust)}.CDF(scaled)
}
