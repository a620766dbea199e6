package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// linearTicks labels about so many round values: steps of 1, 2 or 5 times a
// power of ten.
type linearTicks struct{ about int }

// Ticks returns the ticks from min to max.
func (l linearTicks) Ticks(lo, hi float64) []plot.Tick {
	step := roundStep((hi - lo) / float64(l.about))
	digits := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	var ticks []plot.Tick
	first := math.Ceil(lo/step - 1e-9)
	for k := 0.0; first+k <= hi/step+1e-9 && k < 100; k++ {
		v := (first + k) * step
		ticks = append(ticks, plot.Tick{Value: v, Label: number(v, digits)})
	}
	return ticks
}

// roundStep returns the smallest of 1, 2, 5 times a power of ten that is ≥ raw.
func roundStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, f := range []float64{1, 2, 5} {
		if f*power >= raw*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}

// number writes v with a true minus sign; numbers far from 1 as a power of ten.
func number(v float64, digits int) string {
	if v == 0 || math.Abs(v) < 0.5*math.Pow(10, -float64(digits)) {
		return "0"
	}
	if a := math.Abs(v); a >= 1e5 || a < 1e-3 {
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
		if len(mantissa) > 5 {
			mantissa, exponent, _ = strings.Cut(strconv.FormatFloat(v, 'e', 2, 64), "e")
		}
		e, _ := strconv.Atoi(exponent)
		return minus(fmt.Sprintf("%s·10^{%d}", mantissa, e))
	}
	return minus(strconv.FormatFloat(v, 'f', digits, 64))
}

func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

// short writes v with at most four significant digits.
func short(v float64) string {
	return minus(strconv.FormatFloat(v, 'g', 4, 64))
}

// logTicks labels the decades of an axis that carries log10 of its values, and
// 2 and 5 between them where there are few.
type logTicks struct{}

// Ticks returns the ticks from 10^lo to 10^hi.
func (logTicks) Ticks(lo, hi float64) []plot.Tick {
	every := max(1, int(math.Ceil((hi-lo)/7)))
	var ticks []plot.Tick
	for e := int(math.Floor(lo)); e <= int(math.Ceil(hi)); e++ {
		for m := 1; m <= 9; m++ {
			t := plot.Tick{Value: float64(e) + math.Log10(float64(m))}
			switch {
			case m == 1 && e%every == 0, hi-lo < 2.2 && (m == 2 || m == 5), hi-lo < 0.8 && m != 7 && m != 9:
				t.Label = decade(m, e)
			}
			if t.Value >= lo-1e-9 && t.Value <= hi+1e-9 && (t.Label != "" || every == 1) {
				ticks = append(ticks, t)
			}
		}
	}
	return ticks
}

func decade(m, e int) string {
	if e >= -3 && e <= 3 {
		return strconv.FormatFloat(float64(m)*math.Pow(10, float64(e)), 'f', max(0, -e), 64)
	}
	if m == 1 {
		return minus(fmt.Sprintf("10^{%d}", e))
	}
	return minus(fmt.Sprintf("%d·10^{%d}", m, e))
}
