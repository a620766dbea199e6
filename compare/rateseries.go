package compare

import "math"

// RateSeries is a rate by counts in windows of equal width.
type RateSeries struct {
	Counts   [][]float64 // spikes of each replica in each window
	Neurons  int         // of a replica, refractory ones too
	Width    float64     // of a window
	Expected []float64   // mean of the mean-field rate over each window
}

// RateErrors are norms of the error of a windowed rate over the time that the windows cover: L2 is √(∫e² dt), Sup the largest |e|.
type RateErrors struct {
	L2  float64 `json:"l2"`
	Sup float64 `json:"sup"`
}

// errors returns count/(neurons·width) − expected of replica r.
func (s RateSeries) errors(r int) []float64 {
	if len(s.Counts[r]) != len(s.Expected) || !(s.Width > 0) || s.Neurons < 1 {
		panic("compare: a rate series needs as many expected rates as counts, a width and neurons")
	}
	out := make([]float64, len(s.Expected))
	for k, n := range s.Counts[r] {
		out[k] = n/(float64(s.Neurons)*s.Width) - s.Expected[k]
	}
	return out
}

// Networks returns the errors of each replica: how far one network is from the limit. They hold what counting adds,
// √(N(t)/(neurons·width)) a window, fall like neurons^{−1/2} at a fixed width, and are not biased by the number of replicas.
func (s RateSeries) Networks() []RateErrors {
	out := make([]RateErrors, len(s.Counts))
	for r := range s.Counts {
		sum := 0.0
		for _, e := range s.errors(r) {
			sum += e * e * s.Width
			out[r].Sup = math.Max(out[r].Sup, math.Abs(e))
		}
		out[r].L2 = math.Sqrt(sum)
	}
	return out
}

// LawRateErrors are norms of the error of the mean rate at a finite number of neurons, without the part that chance adds.
type LawRateErrors struct {
	L2Squared LawEstimate `json:"l2_squared"` // unbiased; may be negative by chance
	Sup       LawEstimate `json:"sup"`        // as KS of LawDistances
}

// Law estimates the norms of the error of the mean rate. It panics on fewer than four replicas.
func (s RateSeries) Law() LawRateErrors {
	rows := make([][]float64, len(s.Counts))
	for r := range rows {
		rows[r] = s.errors(r)
	}
	rows = leave(rows)
	widths := make([]float64, len(s.Expected))
	for k := range widths {
		widths[k] = s.Width
	}
	guides := make([][]float64, len(rows)) // noise of neighbouring windows is independent
	for r, row := range rows {
		guides[r] = smoothed(row)
	}
	factor := firstOrder(rows, widths)
	return LawRateErrors{
		L2Squared: jackknifed(rows, func(rows [][]float64) float64 { return crossedSquare(rows, widths) }).scaled(factor),
		Sup:       supremum(rows, guides, factor),
	}
}
