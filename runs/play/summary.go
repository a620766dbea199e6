package play

import (
	"encoding/json"
	"math"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/runs/scenario"
)

// Outcome says how a run ended.
type Outcome string

const (
	// Completed: both sides reached the end.
	Completed Outcome = "completed"
	// BlowUp: the mean field ended in a blow-up, or a macroscopic part of a network
	// fired at one instant. It is a finding, not a failure.
	BlowUp Outcome = "blow-up"
	// EternalBlowUp: blow-ups follow each other without end.
	EternalBlowUp Outcome = "eternal-blow-up"
	// Ceased: the continuous solution of the mean field ended before the end. It is a finding, not a failure.
	Ceased Outcome = "ceased"
	// Cancelled: the run was interrupted; what was finished is there.
	Cancelled Outcome = "cancelled"
	// Failed: an error ended the run; what was finished is there.
	Failed Outcome = "failed"
)

// Number is a float64 that encodes to null when it is not finite.
type Number float64

// MarshalJSON writes the number or null.
func (x Number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(x))
}

// UnmarshalJSON reads a number, null as NaN.
func (x *Number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*x = nan
		return nil
	}
	return json.Unmarshal(text, (*float64)(x))
}

// Summary is summary.json. A side that was not asked for is absent.
type Summary struct {
	Schema    int                `json:"schema"`
	Scenario  string             `json:"scenario"`
	Title     string             `json:"title,omitempty"`
	Outcome   Outcome            `json:"outcome"`
	Error     string             `json:"error,omitempty"`
	Folder    string             `json:"folder,omitempty"`
	Ended     string             `json:"ended,omitempty"`  // when and why, with time.stop: stationary
	Scales    *scenario.Scales   `json:"scales,omitempty"` // what the numbers mean, where the scenario says it
	MeanField *MeanField         `json:"meanfield,omitempty"`
	Network   *Network           `json:"network,omitempty"`
	Doubled   *Network           `json:"doubled,omitempty"` // networks of twice the neurons, where there is no mean field
	Compare   *Compare           `json:"compare,omitempty"`
	Theory    []TheoryLine       `json:"theory,omitempty"` // about the mean field
	Expect    []scenario.Verdict `json:"expect,omitempty"`
	Seconds   *Seconds           `json:"seconds,omitempty"`
	Neural    *Neural            `json:"-"` // of a neural field, in place of MeanField, Network and Compare
}

// MeanField is the limit equation's side. Snapshots past the end of the solution
// are left out: with meanfield.continue false those after a blow-up.
type MeanField struct {
	Snapshots []FieldSnapshot `json:"snapshots"`
	BlowUps   []FieldBlowUp   `json:"blow_ups"`
	Notes     []string        `json:"notes,omitempty"` // what a reader should know
	Entropy   *FieldEntropy   `json:"entropy,omitempty"`
}

// FieldEntropy is the way of a solution to the stable steady state nearest in rate at its end, by a
// relative entropy. Where there is no such state all but Kind and Note is absent.
type FieldEntropy struct {
	Kind   string      `json:"kind"`
	Note   string      `json:"note,omitempty"`
	Steady *Number     `json:"steady_rate,omitempty"`  // rate of the steady state
	End    *Number     `json:"end,omitempty"`          // entropy at the end
	Rise   *Number     `json:"largest_rise,omitempty"` // largest difference from one time to the next: < 0 when it always falls
	Decay  *FieldDecay `json:"decay,omitempty"`
	Theory *Number     `json:"theory,omitempty"` // −2 Re λ, twice the rate of the leading eigenvalue
}

// FieldDecay is an exponential rate fitted to the tail of the entropy, on the times From to To.
type FieldDecay struct {
	Rate     Number  `json:"rate"`
	Error    Number  `json:"error"`    // half the width of its interval
	Residual Number  `json:"residual"` // root mean square of the logarithm about the line
	From     float64 `json:"from"`
	To       float64 `json:"to"`
}

// TheoryLine is a theorem on the equation held against the solution.
type TheoryLine struct {
	Name     string         `json:"name"`
	Source   string         `json:"source"`
	Says     string         `json:"says"`
	Holds    mfield.Answer  `json:"hypothesis_holds"`
	Numbers  string         `json:"numbers,omitempty"`
	Computed string         `json:"computed"`
	Verdict  mfield.Verdict `json:"verdict"`
}

// FieldSnapshot is the state at a snapshot: of the only population, or of each under its name.
type FieldSnapshot struct {
	Time float64 `json:"time"`
	*FieldState
	Populations map[string]*FieldState `json:"populations,omitempty"`
}

// State returns the state of a population by its name, "" for the only one.
func (s FieldSnapshot) State(name string) *FieldState { return of(s.FieldState, s.Populations, name) }

// FieldState is the state of a population; mean and variance are those of who is not refractory.
type FieldState struct {
	Rate       Number `json:"rate"`
	Mean       Number `json:"mean"`
	Variance   Number `json:"variance"`
	Refractory Number `json:"refractory"` // fraction
	Mass       Number `json:"mass"`       // the refractory fraction included

	Joint *JointState `json:"joint,omitempty"`
}

// FieldBlowUp is a time at which the rate becomes infinite and the fraction of
// the population that fires at that instant, of several the largest one. Errors are estimates, absent where the
// scheme has none; Rule is what the jump leaves behind where the solution goes on.
type FieldBlowUp struct {
	Time        float64            `json:"time"`
	Jump        Number             `json:"jump"`
	TimeError   Number             `json:"time_error,omitempty"`
	JumpError   Number             `json:"jump_error,omitempty"`
	Rule        string             `json:"rule"`
	Populations map[string]*Number `json:"populations,omitempty"` // the fraction of each
}

// Network is the particles' side. N and Spikes are those of all populations together.
type Network struct {
	N         int               `json:"N"`
	Replicas  int               `json:"replicas"`
	Snapshots []NetworkSnapshot `json:"snapshots"`
	Spikes    int64             `json:"spikes"` // of all replicas

	Populations map[string]*NetworkPopulation `json:"populations,omitempty"`

	Cascades int64           `json:"cascades"` // of two neurons or more, in all replicas
	BlowUps  []NetworkBlowUp `json:"blow_ups"`
	Notes    []string        `json:"notes,omitempty"` // what a reader should know
	Engine   Engine          `json:"engine"`
}

// NetworkPopulation is the size of a population and what it fired in all replicas.
type NetworkPopulation struct {
	N      int   `json:"N"`
	Spikes int64 `json:"spikes"`
}

// Engine is what the particle engine did, summed over the replicas.
type Engine struct {
	Steps      int64  `json:"steps"`           // passes over a network
	Halved     int64  `json:"halved"`          // of these, shorter than dt because kicks were strong
	Corrected  int64  `json:"corrected"`       // passes whose predicted kicks were corrected
	Correction Number `json:"mean_correction"` // mean size of a correction, in standard deviations of a step's noise
	Overrun    int64  `json:"overrun"`         // passes with more kicks than foreseen, finished by a cascade
}

// NetworkSnapshot is the network at a snapshot, averaged over the replicas: the only population, or
// each under its name. Rates count spikes in RateWindow.
type NetworkSnapshot struct {
	Time       float64    `json:"time"`
	RateWindow [2]float64 `json:"rate_window"`
	*NetworkState
	Populations map[string]*NetworkState `json:"populations,omitempty"`
}

// State returns the state of a population by its name, "" for the only one.
func (s NetworkSnapshot) State(name string) *NetworkState {
	return of(s.NetworkState, s.Populations, name)
}

// NetworkState is the state of a population. Standard errors are over the replicas, with one
// replica those of the counting law. Mean and variance are those of who is not refractory.
type NetworkState struct {
	Rate         Number `json:"rate"`
	RateSE       Number `json:"rate_se"`
	Mean         Number `json:"mean"`
	Variance     Number `json:"variance"`
	Refractory   Number `json:"refractory"` // fraction
	RefractorySE Number `json:"refractory_se"`

	Joint *JointState `json:"joint,omitempty"`
}

// NetworkBlowUp is a macroscopic cascade: one of at least max(50, N/100) neurons of a population.
type NetworkBlowUp struct {
	Time        float64            `json:"time"`
	Jump        float64            `json:"jump"` // fraction of the neurons that fired, of several populations the largest
	Replica     int                `json:"replica"`
	Populations map[string]*Number `json:"populations,omitempty"` // the fraction of each
}

// Compare holds the differences at the snapshots that both sides have.
type Compare struct {
	Kind      string            `json:"kind,omitempty"` // Doubling: with networks of 2N in place of the mean field
	Verdict   compare.Verdict   `json:"verdict"`
	Text      string            `json:"text"`
	Snapshots []CompareSnapshot `json:"snapshots"`
}

// CompareSnapshot is a snapshot's differences, of the only population or of each under its name,
// and the verdict on all of them.
type CompareSnapshot struct {
	Time float64 `json:"time"`
	*Difference
	Populations map[string]*Difference `json:"populations,omitempty"`
	Verdict     compare.Verdict        `json:"verdict"`
	Text        string                 `json:"text"`
}

// Of returns the differences of a population by its name, "" for the only one.
func (s CompareSnapshot) Of(name string) *Difference {
	return of(s.Difference, s.Populations, name)
}

// Difference is a population of the network against the mean field; RateError is the network's rate
// minus the mean of the mean-field rate over the same window, RefractoryError that of the fractions.
type Difference struct {
	W1              Number        `json:"w1"`
	KS              Number        `json:"ks"`
	L1              Number        `json:"l1"`
	L2              Number        `json:"l2"`
	RateError       Number        `json:"rate_error"`
	RateErrorSE     Number        `json:"rate_error_se"`
	MeanError       Number        `json:"mean_error"`
	MeanErrorSE     Number        `json:"mean_error_se"`
	VarianceError   Number        `json:"variance_error"`
	VarianceSE      Number        `json:"variance_error_se"`
	RefractoryError Number        `json:"refractory_error"`
	RefractorySE    Number        `json:"refractory_error_se"`
	Null            compare.Nulls `json:"null"`

	Joint *JointDifference `json:"joint,omitempty"` // where states have two coordinates

	Law     compare.Law     `json:"law"`
	Verdict compare.Verdict `json:"verdict"`
	Text    string          `json:"text"`
}

// Seconds is the wall time of the parts.
type Seconds struct {
	MeanField float64 `json:"meanfield"`
	Network   float64 `json:"network"`
	Compare   float64 `json:"compare"`
}
