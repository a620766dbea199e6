package play

import (
	"encoding/json"

	"lapicque/compare"
	"lapicque/runs/rhythm"
)

// Neural is what a summary holds of a neural field in place of MeanField, Network and Compare.
type Neural struct {
	MeanField *NeuralMeanField
	Network   *NeuralNetwork
	Compare   *NeuralCompare
}

// MarshalJSON writes the parts of a neural field where those of other models stand.
func (s Summary) MarshalJSON() ([]byte, error) {
	type plain Summary
	if s.Neural == nil {
		return json.Marshal(plain(s))
	}
	return json.Marshal(struct {
		plain
		MeanField *NeuralMeanField `json:"meanfield,omitempty"`
		Network   *NeuralNetwork   `json:"network,omitempty"`
		Compare   *NeuralCompare   `json:"compare,omitempty"`
	}{plain(s), s.Neural.MeanField, s.Neural.Network, s.Neural.Compare})
}

// NeuralMeanField is the field equation's side.
type NeuralMeanField struct {
	Snapshots []NeuralSnapshot `json:"snapshots"`
	Rhythm    *NeuralRhythm    `json:"rhythm,omitempty"` // absent when the equation did not come to the end
	Notes     []string         `json:"notes,omitempty"`
}

// NeuralRhythm says what the field does in the last half of the run, by the mean over its sites plus
// that over a few of them. Amplitude is 2|c₁| of that signal, c₁ its fundamental, in the unit of the field.
type NeuralRhythm struct {
	Kind        rhythm.Kind `json:"kind"`
	Period      Number      `json:"period"`
	PeriodError Number      `json:"period_error"`
	Amplitude   Number      `json:"amplitude"`
	Reason      string      `json:"reason,omitempty"`
}

// NeuralNetwork is the particles' side.
type NeuralNetwork struct {
	N         int              `json:"N"` // units, of all sites and populations
	Units     int              `json:"units"`
	Replicas  int              `json:"replicas"`
	Snapshots []NeuralSnapshot `json:"snapshots"`
	Spikes    int64            `json:"spikes"` // of all replicas
	Notes     []string         `json:"notes,omitempty"`
}

// NeuralSnapshot is the field at a snapshot: of the only population, or of each under its name.
type NeuralSnapshot struct {
	Time float64 `json:"time"`
	*NeuralState
	Populations map[string]*NeuralState `json:"populations,omitempty"`
}

// State returns the field of a population by its name, "" for the only one.
func (s NeuralSnapshot) State(name string) *NeuralState {
	return of(s.NeuralState, s.Populations, name)
}

// NeuralState is the field of a population over its sites: mean, variance, least and greatest value and, where a
// potential of one dimension has a threshold, the length of the longest stretch above it. Of a network they are means over
// the replicas, with standard errors (null for one replica) of the mean and the width.
type NeuralState struct {
	Mean     Number  `json:"mean"`
	MeanSE   *Number `json:"mean_se,omitempty"`
	Variance Number  `json:"variance"`
	Least    Number  `json:"least"`
	Greatest Number  `json:"greatest"`
	Width    *Number `json:"width,omitempty"`
	WidthSE  *Number `json:"width_se,omitempty"`
}

// NeuralCompare holds the differences at the snapshots that both sides have.
type NeuralCompare struct {
	Verdict   compare.Verdict    `json:"verdict"`
	Text      string             `json:"text"`
	Snapshots []NeuralComparison `json:"snapshots"`
}

// NeuralComparison is a snapshot's differences, after each replica was moved onto the equation: Aligned is translation,
// phase or nothing. Shifts are means over the replicas of how far they were ahead of it, in space and in time.
type NeuralComparison struct {
	Time    float64 `json:"time"`
	Aligned string  `json:"aligned,omitempty"`
	ShiftX  Number  `json:"shift_x"`
	ShiftY  Number  `json:"shift_y"`
	ShiftT  Number  `json:"shift_t"`
	*NeuralDifference
	Populations map[string]*NeuralDifference `json:"populations,omitempty"`
	Verdict     compare.Verdict              `json:"verdict"`
	Text        string                       `json:"text"`
}

// Of returns the differences of a population by its name, "" for the only one.
func (s NeuralComparison) Of(name string) *NeuralDifference {
	return of(s.NeuralDifference, s.Populations, name)
}

// NeuralDifference is a population's field, averaged over the replicas, against that of the equation; see
// compare.FieldAssessment.
type NeuralDifference struct {
	L1          Number          `json:"l1"`
	L2          Number          `json:"l2"`
	Sup         Number          `json:"sup"`
	Null        NeuralNull      `json:"null"`
	MeanError   Number          `json:"mean_error"`
	MeanErrorSE Number          `json:"mean_error_se"`
	Peak        Number          `json:"peak"` // largest deviation of a site in standard errors
	PeakAllowed Number          `json:"peak_allowed"`
	Modes       Number          `json:"modes"` // independent ones, of the scatter
	Verdict     compare.Verdict `json:"verdict"`
	Text        string          `json:"text"`
}

// NeuralNull is what chance exceeds once in 1000.
type NeuralNull struct {
	L1  Number `json:"l1"`
	L2  Number `json:"l2"`
	Sup Number `json:"sup"`
}

func newNeuralDifference(a compare.FieldAssessment) NeuralDifference {
	return NeuralDifference{
		L1: Number(a.L1), L2: Number(a.L2), Sup: Number(a.Sup),
		Null:      NeuralNull{Number(a.Null.L1), Number(a.Null.L2), Number(a.Null.Sup)},
		MeanError: Number(a.Mean.Error), MeanErrorSE: Number(a.Mean.SE),
		Peak: Number(a.Peak), PeakAllowed: Number(a.PeakAllowed), Modes: Number(a.Freedom),
		Verdict: a.Verdict, Text: a.Text,
	}
}
