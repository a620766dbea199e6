package compare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Jump is the first macroscopic cascade of a replica. Found false: there was none in the time that was watched.
type Jump struct {
	Found      bool
	Time, Size float64
}

// Jumps holds the blow-ups of replicas against that of the mean field.
type Jumps struct {
	Replicas int `json:"replicas"`
	Found    int `json:"found"` // replicas with a jump
	// Fraction of the networks that jump in the time watched, with Wilson's interval (1927).
	Fraction Estimate `json:"fraction"`
	// TimeErrors and SizeErrors are the signed errors of the replicas with a jump, values for FitBias; their sizes, values for
	// FitScaling.
	TimeErrors []float64 `json:"-"`
	SizeErrors []float64 `json:"-"`
	// Time and Size are the means of these errors: of the networks that jump. With Fraction below 1 they are not the errors of all networks: those
	// that jump late are missing. Nil with fewer than two jumps.
	Time *Estimate `json:"time,omitempty"`
	Size *Estimate `json:"size,omitempty"`
}

// CompareJumps compares first jumps with the blow-up of the mean field at a time with a size. A replica without a jump counts in Fraction and
// in nothing else. It panics without replicas.
func CompareJumps(replicas []Jump, time, size float64, seed uint64) Jumps {
	if len(replicas) == 0 {
		panic("compare: jumps need a replica")
	}
	j := Jumps{Replicas: len(replicas)}
	for _, r := range replicas {
		if r.Found {
			j.TimeErrors, j.SizeErrors = append(j.TimeErrors, r.Time-time), append(j.SizeErrors, r.Size-size)
		}
	}
	j.Found = len(j.TimeErrors)
	j.Fraction = FractionEstimate(j.Found, j.Replicas)
	if j.Found >= 2 {
		t, s := MeanEstimate(j.TimeErrors, seed), MeanEstimate(j.SizeErrors, seed)
		j.Time, j.Size = &t, &s
	}
	return j
}

// FractionEstimate returns k/n with the interval of Wilson (1927, J. Am. Stat. Assoc. 22:209).
func FractionEstimate(k, n int) Estimate {
	z := distuv.UnitNormal.Quantile(0.975)
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return Estimate{p, math.Sqrt(p * (1 - p) / m), Interval{math.Max(0, centre-half), math.Min(1, centre+half)}}
}
