package compare

import (
	"math"
	"slices"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/stat/distuv"
)

// Snapshot is what a comparison at one time is made from. Assess changes none of
// the slices and keeps none.
type Snapshot struct {
	// MeanField is the density of the non-refractory neurons in the mean field.
	MeanField Density
	// Mean and Variance are the mean field's moments of the same neurons,
	// normalised. They are asked for because those of cell averages are wrong by
	// the width of a cell squared.
	Mean, Variance float64

	// Samples holds, for each replica, the potentials of its non-refractory neurons.
	Samples [][]float64
	// Bins are the ascending edges of the histogram that L1 and L2 compare.
	Bins []float64

	// Window counts the spikes about this time; the zero value: no rate is compared.
	Window Window
	// Refractory counts who has no potential; the zero value: nobody is refractory.
	Refractory Occupancy

	// Plane is the other coordinate of neurons whose state has two; nil: only this one is compared.
	Plane *Plane

	// Amplification ≥ 1 widens the counting law for what neurons of one network
	// share: 1/|1 − bK(0)| where the linear response K is known. Below 1: not used.
	Amplification float64
	// Amplifying says that the neurons excite each other by a factor that is not
	// known (no stable steady state, a current in time): the counting law then
	// cannot tell a disagreement from what they share.
	Amplifying bool
	// Step, Grid and FiniteN are upper estimates of what the network's time step,
	// the mean field's grid and the finite number of neurons add to each
	// difference; nil where it is not known.
	Step, Grid, FiniteN *Budget
	// Seed fixes the draws of the null laws.
	Seed uint64
}

// Window is a count of spikes.
type Window struct {
	Spikes  []float64 // spikes in the window, one entry for each replica
	Neurons int       // neurons of a replica, refractory ones too
	Width   float64   // length of the window
	Rate    float64   // mean of the mean-field rate over the same window
}

// Occupancy is a count of neurons in a state.
type Occupancy struct {
	Counts   []float64 // neurons in it, one entry for each replica
	Neurons  int       // neurons of a replica
	Fraction float64   // in the mean field
}

// Budget bounds what one cause adds to each difference.
type Budget struct {
	Distances
	Mean, Variance, Rate, Refractory float64
	Joint                            JointDistances
}

// Assessment is the answer of Assess.
type Assessment struct {
	Replicas   int `json:"replicas"`
	Potentials int `json:"potentials"` // values in all replicas together
	Law        Law `json:"law"`        // what null laws and Allowed come from

	Distances       // of the pooled replicas from the mean field
	Null      Nulls `json:"null"`

	Mean     Deviation  `json:"mean"`
	Variance Deviation  `json:"variance"`
	Rate     *Deviation `json:"rate,omitempty"` // nil without a window

	Refractory *Deviation `json:"refractory,omitempty"` // nil without counts; of the fraction

	Joint *JointAssessment `json:"joint,omitempty"` // nil without a plane

	Verdict Verdict `json:"verdict"`
	Text    string  `json:"text"` // the verdict in words and numbers
}

// Deviation is a network's average over its replicas minus the mean field's value.
type Deviation struct {
	Value float64 `json:"value"` // the network's own
	Error float64 `json:"error"` // Value − mean field
	// SE is the standard error of Value: s/√R over R ≥ 2 replicas, else of the
	// counting law.
	SE float64 `json:"se"`
	// Allowed is what |Error| exceeds once in 1000 by chance alone, under Law:
	// under Replicated Student's quantile times SE, under Counting the normal one
	// times the standard error of counting, which is not SE when there are replicas.
	Allowed float64 `json:"allowed"`
}

// Assess compares a network, in one or more replicas, with its mean field at one
// time.
//
// Distances are those of the pooled replicas (every neuron weighs the same). With
// 10 replicas or more the null laws come from the scatter of the replicas; with
// fewer from the counting law, which Law and Text then say. It panics on an empty
// snapshot and on values that are no numbers.
func Assess(s Snapshot) Assessment { return assess(s, 4000) }

func assess(s Snapshot, draws int) Assessment {
	c := s.MeanField.cumulative()
	pool := slices.Concat(s.Samples...)
	slices.Sort(pool)
	a := Assessment{Replicas: len(s.Samples), Potentials: len(pool), Law: s.law()}
	a.W1, a.KS = sweep(pool, c)
	histogram, expected := Histogram(pool, s.Bins), Rebin(s.MeanField, s.Bins)
	for i := range expected {
		expected[i] /= c.mass
	}
	a.L1, a.L2 = L1(s.Bins, histogram, expected), L2(s.Bins, histogram, expected)

	a.Null = s.nulls(c, len(pool), draws)
	a.Mean, a.Variance = s.moments(pool)
	a.Rate, a.Refractory, a.Joint = s.rate(), s.refractory(), s.joint(draws)
	a.Verdict, a.Text = judge(s, a)
	return a
}

// law chooses the null law by the number of replicas.
func (s Snapshot) law() Law {
	if len(s.Samples) >= minReplicas {
		return Replicated
	}
	return Counting
}

// widening returns the factor on the counting law.
func (s Snapshot) widening() float64 {
	if s.Amplification > 1 && !math.IsInf(s.Amplification, 1) {
		return s.Amplification
	}
	return 1
}

// nulls draws the null laws of the distances of a pool of n potentials.
func (s Snapshot) nulls(c cumulative, n, draws int) Nulls {
	g := newGrid(c, s.Bins)
	src := rand.NewSource(s.Seed)
	r := rand.New(src)
	if s.law() == Counting {
		return g.nulls(bridge{g.f, float64(n), s.widening(), r}, float64(n), draws, r)
	}
	rows, weights := make([][]float64, len(s.Samples)), make([]float64, len(s.Samples))
	for i, sample := range s.Samples {
		rows[i], weights[i] = g.empirical(sample), float64(len(sample))/float64(n)
	}
	return g.nulls(newScatter(g, rows, weights, src), float64(n), draws, r)
}

// moments compares mean and variance. A replica's variance is taken about the mean
// of all replicas, so that the average estimates the variance of the law of one
// neuron, what its replica shares included.
func (s Snapshot) moments(pool []float64) (mean, variance Deviation) {
	n := float64(len(pool))
	centre, m2, m4 := central(pool)
	means, variances := make([]float64, len(s.Samples)), make([]float64, len(s.Samples))
	for r, sample := range s.Samples {
		own, about, _ := central(sample)
		means[r] = own
		variances[r] = (about + (own-centre)*(own-centre)) * n / math.Max(n-1, 1)
	}
	mean = s.deviation(means, s.Mean, math.Sqrt(s.Variance/n), 0)
	// few values have no fourth moment worth the name: a normal law's is the least
	variance = s.deviation(variances, s.Variance, math.Sqrt(math.Max(m4-m2*m2, 2*s.Variance*s.Variance)/n), 0)
	return mean, variance
}

// rate compares the rate of the window. The counting law allows the quantiles of
// a Poisson count; the skewness of few spikes (Cornish and Fisher 1938) is allowed
// under both laws.
func (s Snapshot) rate() *Deviation {
	w := s.Window
	if w.Width == 0 || len(w.Spikes) == 0 {
		return nil
	}
	if len(w.Spikes) != len(s.Samples) {
		panic("compare: a window needs one count of spikes for each replica")
	}
	size := float64(w.Neurons) * w.Width
	rates := make([]float64, len(w.Spikes))
	for r, spikes := range w.Spikes {
		rates[r] = spikes / size
	}
	all := size * float64(len(rates))
	z := quantile(math.Inf(1))
	d := s.deviation(rates, w.Rate, math.Sqrt(math.Max(w.Rate*all, 1))/all, (z*z+2)/6/all)
	return &d
}

// refractory compares the fraction in the refractory state. The counting law is that of a
// binomial count, no narrower than of one neuron, with the skewness of few.
func (s Snapshot) refractory() *Deviation {
	o := s.Refractory
	if len(o.Counts) == 0 {
		return nil
	}
	if len(o.Counts) != len(s.Samples) {
		panic("compare: an occupancy needs one count for each replica")
	}
	fractions := make([]float64, len(o.Counts))
	for r, n := range o.Counts {
		fractions[r] = n / float64(o.Neurons)
	}
	all := float64(o.Neurons) * float64(len(fractions))
	z := quantile(math.Inf(1))
	d := s.deviation(fractions, o.Fraction, math.Sqrt(math.Max(o.Fraction*(1-o.Fraction)*all, 1))/all, (z*z+2)/6/all)
	return &d
}

// deviation compares the mean of replicated values with what is expected, given
// the standard error by the counting law and the term for skewness.
func (s Snapshot) deviation(values []float64, expected, countingSE, skew float64) Deviation {
	value, _ := Moments(values)
	d := Deviation{Value: value, Error: value - expected, SE: StandardError(values)}
	if s.law() == Replicated {
		d.Allowed = quantile(float64(len(values)-1))*d.SE + skew
		return d
	}
	d.Allowed = s.widening() * (quantile(math.Inf(1))*countingSE + skew)
	if len(values) < 2 {
		d.SE = s.widening() * countingSE
	}
	return d
}

// quantile returns the two-sided 0.999 quantile of Student's law.
func quantile(freedom float64) float64 {
	if math.IsInf(freedom, 1) {
		return distuv.UnitNormal.Quantile(0.9995)
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.9995)
}
