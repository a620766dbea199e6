package neuralfield

import "math"

// Fastest returns the wave number in (0, limit] whose waves grow fastest on a homogeneous state,
// and their growth rate. limit 0 means the largest wave number of the domain's sites.
func (f Field) Fastest(values []float64, limit float64) (k, growth float64) {
	if limit == 0 {
		limit = math.Pi / f.Domain.Spacing()
	}
	rate := func(k float64) float64 { return real(f.Growth(values, k)[0]) }
	const looks = 2000
	best := math.Inf(-1)
	for i := 1; i <= looks; i++ {
		if at := limit * float64(i) / looks; rate(at) > best {
			best, k = rate(at), at
		}
	}
	lo, hi := math.Max(0, k-limit/looks), math.Min(limit, k+limit/looks)
	golden := (math.Sqrt(5) - 1) / 2
	for range 100 { // golden section
		a, b := hi-golden*(hi-lo), lo+golden*(hi-lo)
		if rate(a) > rate(b) {
			hi = b
		} else {
			lo = a
		}
	}
	k = (lo + hi) / 2
	return k, rate(k)
}

// Turing is a threshold of patterns: at Value of a parameter waves of wave number Wave begin to grow
// on a homogeneous state that is stable against homogeneous disturbances.
type Turing struct {
	Value  float64
	Wave   float64 // k_c
	Values []float64
}

// TuringPoint returns the threshold between two values of a parameter, of which family makes fields; state
// chooses among the homogeneous states (its index). Below it no wave grows, above it one does; false when the
// growth has the same sign at both ends or a state is missing.
func TuringPoint(family func(value float64) Field, from, to float64, state int) (t Turing, found bool) {
	look := func(value float64) (k, growth float64, values []float64, ok bool) {
		f := family(value)
		states, err := f.HomogeneousStates()
		if err != nil || state >= len(states) {
			return 0, 0, nil, false
		}
		k, growth = f.Fastest(states[state].Values, 0)
		return k, growth, states[state].Values, true
	}
	_, low, _, ok := look(from)
	_, high, _, sure := look(to)
	if !ok || !sure || low*high > 0 {
		return t, false
	}
	for range 60 {
		mid := from + (to-from)/2
		k, growth, values, ok := look(mid)
		if !ok {
			return t, false
		}
		t = Turing{mid, k, values}
		if (growth > 0) == (high > 0) {
			to = mid
		} else {
			from = mid
		}
		if math.Abs(to-from) <= 1e-14*(1+math.Abs(mid)) {
			break
		}
	}
	return t, true
}
