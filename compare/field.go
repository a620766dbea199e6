package compare

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// FieldSample is a field of many sites in replicas of a network against its mean field.
type FieldSample struct {
	// Differences holds, for each replica, its field less the mean field at every site: at least one replica, all of a length.
	Differences [][]float64
	// Numerical is how far the mean field may be off at a site by its own numerical errors.
	Numerical float64
	// Scale is the size of a field that matters: with chance beyond a quarter of it there is not enough data.
	Scale float64
}

// FieldDistances are means over the sites of the replicas' mean difference D: L1 of |D|, L2 the root of that of D², Sup the
// largest |D|.
type FieldDistances struct {
	L1  float64 `json:"l1"`
	L2  float64 `json:"l2"`
	Sup float64 `json:"sup"`
}

// FieldAssessment is the answer of AssessField.
//
// Null is what each distance exceeds once in 1000 if the replicas scatter about the mean field: that of L2 is exact for
// Gaussian fields whose covariance has ν equal eigenvalues, (L2)² being F-distributed with ν and ν(R − 1) degrees of
// freedom, R the replicas and ν = (tr C)²/tr C² from the scatter (Satterthwaite 1946; Box 1954); that of L1
// is in the same ratio to its mean; that of Sup a bound, by the site that scatters most. Peak is the largest
// |D|/standard error of a site, and PeakAllowed what it exceeds at most once in 1000: Student's quantile at 1/1000 divided by the number
// of sites (Bonferroni), whatever the sites share.
type FieldAssessment struct {
	FieldDistances
	Null              FieldDistances
	Mean              Deviation // of the mean over the sites; Value is left 0
	Peak, PeakAllowed float64
	Freedom           float64 // ν
	Verdict           Verdict
	Text              string
}

const once = 1e-3 // how often chance alone is to exceed a level

// AssessField compares replicas of a field with the mean field. With one replica nothing is known of chance, and there is not
// enough data. It panics without replicas.
func AssessField(s FieldSample) FieldAssessment {
	replicas, sites := len(s.Differences), len(s.Differences[0])
	mean, variances := averaged(s.Differences)
	a := FieldAssessment{}
	averages := make([]float64, replicas)
	for r, d := range s.Differences {
		averages[r] = floats.Sum(d) / float64(sites)
	}
	a.Mean.Error, _ = Moments(averages)
	a.Mean.SE = StandardError(averages)
	squares := 0.0
	for _, d := range mean {
		a.L1 += math.Abs(d) / float64(sites)
		squares += d * d / float64(sites)
		a.Sup = math.Max(a.Sup, math.Abs(d))
	}
	a.L2 = math.Sqrt(squares)
	if replicas < 2 {
		a.Mean.SE, a.Mean.Allowed = math.NaN(), math.NaN()
		a.Null, a.Peak, a.PeakAllowed = FieldDistances{math.NaN(), math.NaN(), math.NaN()}, math.NaN(), math.NaN()
		a.Verdict, a.Text = NotEnoughData, "Not enough data: one replica does not tell what chance does; particles.replicas from 8 on do."
		return a
	}
	a.levels(s, mean, variances)
	a.judge(s.Scale, replicas, sites)
	return a
}

// averaged returns the mean over the replicas and the variance of that mean at each site.
func averaged(differences [][]float64) (mean, variances []float64) {
	n := float64(len(differences))
	mean, variances = make([]float64, len(differences[0])), make([]float64, len(differences[0]))
	for _, d := range differences {
		floats.AddScaled(mean, 1/n, d)
	}
	for _, d := range differences {
		for i, x := range d {
			variances[i] += (x - mean[i]) * (x - mean[i]) / (n * math.Max(1, n-1))
		}
	}
	return mean, variances
}

// levels fills what chance alone does.
func (a *FieldAssessment) levels(s FieldSample, mean, variances []float64) {
	freedom := float64(len(s.Differences) - 1)
	student := distuv.StudentsT{Sigma: 1, Nu: freedom}
	sites := float64(len(mean))
	a.Freedom = degrees(s.Differences, mean)
	first, second := 0.0, 0.0 // mean over the sites of the standard error and of its square
	a.PeakAllowed = student.Quantile(1 - once/(2*sites))
	for i, v := range variances {
		v += s.Numerical * s.Numerical
		se := math.Sqrt(v)
		first, second = first+se/sites, second+v/sites
		a.Peak = math.Max(a.Peak, ratio(math.Abs(mean[i]), se))
		a.Null.Sup = math.Max(a.Null.Sup, a.PeakAllowed*se)
	}
	beyond := math.Sqrt(distuv.F{D1: a.Freedom, D2: a.Freedom * freedom}.Quantile(1 - once))
	a.Null.L2 = math.Sqrt(second) * beyond
	a.Null.L1 = first * math.Sqrt(2/math.Pi) * beyond
	a.Mean.Allowed = student.Quantile(1-once/2)*a.Mean.SE + s.Numerical
}

// ratio returns x/y, 0 where both are.
func ratio(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return x / y
}

// degrees estimates ν = (tr C)²/tr C² of the covariance C of a replica without bias in either trace: for the Gram matrix W of R
// centred Gaussian fields, f = R − 1, E tr W² = (f² + f) tr C² + f (tr C)² and E (tr W)² = f² (tr C)² + 2f tr C².
// What is above 1 is taken f/(f + 2) times, as the estimate itself scatters; at least 1, which is on the safe side, and with
// two replicas 1.
func degrees(differences [][]float64, mean []float64) float64 {
	const most = 1e4 // beyond which the F law hardly changes
	f := float64(len(differences) - 1)
	rows := make([][]float64, len(differences))
	for r, d := range differences {
		rows[r] = floats.SubTo(make([]float64, len(d)), d, mean)
	}
	trace, square := 0.0, 0.0
	for r, a := range rows {
		for q, b := range rows {
			g := floats.Dot(a, b)
			if square += g * g; r == q {
				trace += g
			}
		}
	}
	second := (square - trace*trace/f) / (f*f + f - 2)
	first := (trace*trace - 2*f*second) / (f * f)
	nu := first / second
	if second <= 0 { // so many that the scatter does not tell
		nu = most
	}
	if !(f >= 2 && nu >= 1) {
		return 1
	}
	return 1 + (math.Min(nu, math.Min(most, float64(len(mean))))-1)*f/(f+2)
}

// judge fills the verdict.
func (a *FieldAssessment) judge(scale float64, replicas, sites int) {
	var beyond []string
	for _, x := range []struct {
		name          string
		size, allowed float64
	}{{"mean over the sites", math.Abs(a.Mean.Error), a.Mean.Allowed}, {"L2", a.L2, a.Null.L2}, {"largest deviation in standard errors", a.Peak, a.PeakAllowed}} {
		if !(x.size <= x.allowed) {
			beyond = append(beyond, fmt.Sprintf("%s %.3g > %.3g", x.name, x.size, x.allowed))
		}
	}
	basis := fmt.Sprintf("Levels that chance exceeds once in 1000, from the scatter of %d replicas", replicas)
	if sites > 1 {
		basis += fmt.Sprintf(" at %d sites with about %.3g independent modes", sites, a.Freedom)
	}
	switch {
	case len(beyond) > 0:
		a.Verdict, a.Text = Disagrees, "Disagrees: beyond chance: "+strings.Join(beyond, "; ")+". "+basis+"."
	case a.Null.L2 > coarsest*scale:
		a.Verdict, a.Text = NotEnoughData, fmt.Sprintf("Not enough data: chance alone reaches L2 = %.3g, more than a quarter of %.3g, by which the field varies. ", a.Null.L2, scale)+basis+"."
	default:
		a.Verdict, a.Text = Agrees, fmt.Sprintf("Agrees: mean %.2g ≤ %.2g, L2 %.2g ≤ %.2g, largest deviation %.2g ≤ %.2g standard errors. ",
			math.Abs(a.Mean.Error), a.Mean.Allowed, a.L2, a.Null.L2, a.Peak, a.PeakAllowed)+basis+"."
	}
}
