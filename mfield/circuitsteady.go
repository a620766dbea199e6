package mfield

import (
	"cmp"
	"math"
	"slices"

	"lapicque/neuron"
)

// SteadyStates returns every steady state of the circuit, ascending in the rate of the first population: the roots
// of N_p·T_p = 1 for all p, T_p the mean interval of a neuron of population p (see NNLIF.SteadyStates) at the drift
// I_p + Σ_q b[p][q] N_q. Their number is certain up to rounding, found by bisection with bounds in all rates together
// (circuitBalance.enclosed); where a population without a refractory state and a random threshold has a1 > 0, among rates up to 10⁹. The
// rule for a jump plays no part. Errors are neuron.Faults, or say that the count could not be certified.
func (c Circuit) SteadyStates() ([]SteadyCircuit, error) {
	if err := c.CheckSteady(); err != nil {
		return nil, err
	}
	roots, err := newCircuitBalance(c).enclosed()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(roots, slices.Compare)
	states := make([]SteadyCircuit, len(roots))
	for k, root := range roots {
		states[k] = c.steady(root)
	}
	return states, nil
}

// CheckSteady returns neuron.Faults when a parameter is out of range or there can be no steady state, because a current
// depends on time; the rule for a jump plays no part. Every population needs a leak.
func (c Circuit) CheckSteady() error {
	fs := c.checkParts()
	for _, one := range c.Populations {
		field := "populations." + one.Name + ".neuron."
		fs.Add(one.Law.Leak > 0, field+"leak", one.Law.Leak, "a leak > 0 for steady states of a circuit")
		fs.Add(one.Law.Input().Constant(), field+"current", one.Law.Current, "a constant current: another one leaves no steady state")
	}
	return fs.Err()
}

// steady describes the steady state with these logarithms of the rates.
func (c Circuit) steady(logs []float64) SteadyCircuit {
	rates := make([]float64, len(logs))
	for p, log := range logs {
		rates[p] = rateOf(log)
	}
	var st SteadyCircuit
	for p, one := range c.Populations {
		n := c.environment(p, rates)
		st.Populations = append(st.Populations, SteadyPopulation{rates[p], n.Mean(), n.Variance(), rates[p] * one.Law.Refractory.Mean()})
		if rates[p] > 0 {
			st.Residual = math.Max(st.Residual, math.Abs(math.Log(rates[p])-n.LogRate()))
		}
	}
	unstable, list := c.spectrum(rates, 1)
	st.Unstable, st.Stable = unstable, unstable == 0
	if st.Known = len(list) > 0; st.Known {
		st.Eigenvalue = list[0]
	}
	return st
}

// environment returns one neuron of population p in a circuit with constant rates.
func (c Circuit) environment(p int, rates []float64) neuron.Stationary {
	law := c.Populations[p].Law
	drift := law.Input().At(0)
	for q, rate := range rates {
		drift += c.B[p][q] * rate
	}
	return law.Stationary(drift, law.Diffusion(rates[p]))
}

// circuitBalance is the system r_p(u) = u_p + ln T_p = 0 in u = ln N.
type circuitBalance struct {
	parts []balance   // b plays no part
	leak  []float64   // their units
	b     [][]float64 // b[p][q]/leak[p]
}

func newCircuitBalance(c Circuit) circuitBalance {
	var s circuitBalance
	for p, one := range c.Populations {
		s.parts = append(s.parts, newBalance(NNLIF{Law: one.Law}))
		s.leak = append(s.leak, one.Law.Leak)
		row := slices.Clone(c.B[p])
		for q := range row {
			row[q] /= one.Law.Leak
		}
		s.b = append(s.b, row)
	}
	return s
}

// ranges returns the ranges of rates, and of √a, top and Δ of population p, over a box.
func (s circuitBalance) ranges(p int, box []interval) (scale, top, gap interval) {
	q := s.parts[p]
	own := interval{math.Exp(box[p].lo), math.Exp(box[p].hi)}
	scale = interval{math.Sqrt(q.a0 + q.a1*own.lo/s.leak[p]), math.Sqrt(q.a0 + q.a1*own.hi/s.leak[p])}
	height := interval{q.lift, q.lift}
	for k, b := range s.b[p] {
		height = height.plus(interval{-b, -b}.times(interval{math.Exp(box[k].lo), math.Exp(box[k].hi)}))
	}
	inverse := interval{1 / scale.hi, 1 / scale.lo}
	return scale, height.times(inverse), interval{q.gap, q.gap}.times(inverse)
}

// logRates returns the range of −ln T_p over a box, to which a root confines u_p.
func (s circuitBalance) logRates(p int, box []interval) interval {
	q := s.parts[p]
	_, top, gap := s.ranges(p, box)
	unit := math.Log(s.leak[p])
	return interval{unit - q.logInterval(q.passage(top.hi, gap.hi)), unit - q.logInterval(q.passage(top.lo, gap.lo))}
}

// slopes returns bounds of ∂r_p/∂u_k over a box, for all k.
func (s circuitBalance) slopes(p int, box []interval) []interval {
	q := s.parts[p]
	scale, top, gap := s.ranges(p, box)
	low, high := q.passage(top.lo, gap.lo), q.passage(top.hi, gap.hi)
	log := high.Log
	fade, rest := math.Exp(low.Log-log), q.rest*math.Exp(-log)
	inverse := interval{1 / (high.Mean + rest), 1 / (low.Mean*fade + rest)}
	slope := interval{low.Slope * fade, high.Slope}.times(inverse)
	row := make([]interval, len(box))
	for k, b := range s.b[p] {
		n := interval{math.Exp(box[k].lo), math.Exp(box[k].hi)}
		row[k] = slope.times(interval{-b, -b}.times(n).times(interval{1 / scale.hi, 1 / scale.lo}))
	}
	row[p] = row[p].plus(interval{1, 1})
	if q.a1 > 0 { // top and Δ shrink with √a: d ln √a/du = −α
		alpha := interval{(q.a0/(scale.lo*scale.lo) - 1) / 2, (q.a0/(scale.hi*scale.hi) - 1) / 2}
		alpha.lo, alpha.hi = alpha.hi, alpha.lo
		phi := interval{millsAt(top.lo-gap.hi, log), millsAt(top.hi-gap.lo, log)}.times(inverse)
		row[p] = row[p].plus(alpha.times(slope.times(top).plus(phi.times(gap))))
	}
	return row
}

// start returns a box with all roots in it.
func (s circuitBalance) start() ([]interval, error) {
	most, err := s.horizon()
	if err != nil {
		return nil, err
	}
	box := make([]interval, len(most))
	for p := range box {
		box[p] = interval{math.Inf(-1), most[p]}
	}
	for p := range box {
		box[p].lo = math.Max(s.logRates(p, box).lo, -math.MaxFloat64)
	}
	return box, nil
}

// leastWidth bounds the rounding of r, relative to 1 + |ln N|.
const leastWidth = 1e-13

// enclosed returns all roots: a box is cut down to what logRates leave and, where the slopes are regular, to what
// the interval Newton method in the form of Krawczyk (1969) leaves, which is empty without a root and small around the only one;
// other boxes are halved.
func (s circuitBalance) enclosed() (roots [][]float64, err error) {
	box, err := s.start()
	if err != nil {
		return nil, err
	}
	boxes := [][]interval{box}
	for count := 0; len(boxes) > 0; count++ {
		if count > 200_000 {
			return nil, errUncertified
		}
		box := boxes[len(boxes)-1]
		boxes = boxes[:len(boxes)-1]
		shrunk, empty := s.confine(box)
		if empty {
			continue
		}
		before := size(box)
		regular, empty := s.newton(box)
		switch {
		case empty:
		case narrow(box) && regular:
			if root, found := s.polish(box); found {
				roots = addRoot(roots, root)
			}
		case narrow(box) || regular && !shrunk && size(box) > 0.99*before:
			return nil, errUncertified
		case regular || shrunk:
			boxes = append(boxes, box)
		default:
			low, high := s.halve(box)
			boxes = append(boxes, low, high)
		}
	}
	return roots, nil
}

// narrow reports whether a box is so small that only rounding keeps it from being a point.
func narrow(box []interval) bool {
	for _, x := range box {
		if x.hi-x.lo > 1e-9*(1+math.Abs(x.lo)) {
			return false
		}
	}
	return true
}

// size returns the sum of the sides of a box.
func size(box []interval) (sum float64) {
	for _, x := range box {
		sum += x.hi - x.lo
	}
	return sum
}

// polish returns the root in a narrow regular box, unless there is none.
func (s circuitBalance) polish(box []interval) (root []interval, found bool) {
	for range 3 {
		if _, empty := s.newton(box); empty {
			return nil, false
		}
	}
	return box, true
}

// addRoot appends the middle of a box unless the root is known from a neighbouring box.
func addRoot(roots [][]float64, box []interval) [][]float64 {
	at := make([]float64, len(box))
	for p, x := range box {
		at[p] = (x.lo + x.hi) / 2
	}
	same := func(x, y float64) int {
		if math.Abs(x-y) < 1e-10*(1+math.Abs(x)) {
			return 0
		}
		return cmp.Compare(x, y)
	}
	for _, root := range roots {
		if slices.CompareFunc(root, at, same) == 0 {
			return roots
		}
	}
	return append(roots, at)
}

// confine cuts a box down to logRates.
func (s circuitBalance) confine(box []interval) (shrunk, empty bool) {
	for p := range box {
		x := s.logRates(p, box)
		width := box[p].hi - box[p].lo
		margin := leastWidth * (1 + math.Abs(box[p].lo))
		box[p].lo, box[p].hi = math.Max(box[p].lo, x.lo-margin), math.Min(box[p].hi, x.hi+margin)
		if box[p].lo > box[p].hi {
			return false, true
		}
		shrunk = shrunk || box[p].hi-box[p].lo < 0.7*width && width > 100*margin
	}
	return shrunk, false
}

// halve cuts a box in two across the population whose range of rates moves the others most.
func (s circuitBalance) halve(box []interval) (low, high []interval) {
	widest, most := 0, -1.0
	for p, x := range box {
		reach := 0.0
		for k := range box {
			reach += math.Abs(s.b[k][p]) / math.Sqrt(s.parts[k].a0)
		}
		reach += s.parts[p].a1 / s.parts[p].a0
		if size := reach * (math.Exp(x.hi) - math.Exp(x.lo)); size > most {
			widest, most = p, size
		}
	}
	x := box[widest]
	mid := x.lo + (x.hi-x.lo)/2
	if x.hi-x.lo > 2 { // in the rate, where the lower part hardly counts
		mid = x.hi - math.Ln2
	}
	low, high = slices.Clone(box), slices.Clone(box)
	low[widest].hi, high[widest].lo = mid, mid
	return low, high
}
