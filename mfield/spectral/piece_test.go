package spectral

import (
	"math"
	"testing"

	"lapicque/neuron"
)

// pieced returns currents that jump and bend at times that no step would meet.
func pieced() map[string]neuron.Current {
	return map[string]neuron.Current{
		"steps":  neuron.NewSteps(0, neuron.Change{Time: 0.21, Current: 2}, neuron.Change{Time: 0.617, Current: -1}),
		"pulses": neuron.Pulses{Baseline: 0.5, Amplitude: 4, Width: 0.053, Period: 0.37, First: 0.1},
		"table":  neuron.NewTable([]float64{0.1, 0.33, 0.5, 0.77}, []float64{0, 2, -1, 1}),
	}
}

// TestToleranceIsKeptAcrossBreaks: the rate, a while after jumps and bends and between them, is as
// good as the tolerance.
func TestToleranceIsKeptAcrossBreaks(t *testing.T) {
	times := []float64{0.05, 0.15, 0.2, 0.25, 0.34, 0.4, 0.6, 0.65, 0.8, 1.2}
	for name, current := range pieced() {
		p := Problem{law(), 0.5, neuron.Subtractive, gauss(0, 0.25)}
		p.Law.Current = current
		_, want := run(t, p, 1e-10, times...)
		for _, rtol := range []float64{1e-4, 1e-6, 1e-8} {
			s, got := run(t, p, rtol, times...)
			worst, at := 0.0, 0.0
			for i := range times {
				if e := math.Abs(got[i]-want[i]) / (math.Abs(want[i]) + 1e-3); e > worst {
					worst, at = e, times[i]
				}
			}
			steps, rejected := s.Cost()
			t.Logf("%-6s rtol %.0e: %4d steps, %d rejected, error %.1e at t = %.3g", name, rtol, steps, rejected, worst, at)
			if worst > 10*rtol {
				t.Errorf("%s, rtol %.0e: error %.1e at t = %.3g", name, rtol, worst, at)
			}
		}
	}
}
