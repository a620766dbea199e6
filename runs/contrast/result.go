package contrast

import (
	"lapicque/compare"
	"lapicque/runs/play"
)

// Result is how two runs differ.
type Result struct {
	Schema     int             `json:"schema"`
	A          Source          `json:"a"`
	B          Source          `json:"b"`
	Parameters []Parameter     `json:"parameters"` // that differ
	Pairs      []Pair          `json:"pairs"`
	Verdict    compare.Verdict `json:"verdict"`
	Text       string          `json:"text"`
}

// Source is one of the runs.
type Source struct {
	Folder   string `json:"folder"`
	Scenario string `json:"scenario"`
	Outcome  string `json:"outcome"`
	N        int    `json:"N,omitempty"`
	Replicas int    `json:"replicas,omitempty"`
}

// Parameter is a key of the scenarios whose values differ; "" where it is absent.
type Parameter struct {
	Key string `json:"key"`
	A   string `json:"a"`
	B   string `json:"b"`
}

// Pair is a side of the one run against a side of the other.
type Pair struct {
	A         string          `json:"a"` // network or meanfield
	B         string          `json:"b"`
	Snapshots []Snapshot      `json:"snapshots"`
	Rates     []Rates         `json:"rates"`
	BlowUps   *BlowUps        `json:"blow_ups,omitempty"` // where both have one
	Notes     []string        `json:"notes,omitempty"`
	Verdict   compare.Verdict `json:"verdict"`
	Text      string          `json:"text"`
	beyond    []string        // differences beyond chance or the tolerance
	judged    int             // differences
}

// Snapshot is a population at a time that both have. Differences are those of B from A.
type Snapshot struct {
	Time       float64          `json:"time"`
	Population string           `json:"population,omitempty"`
	Distances  compare.Contrast `json:"distances"`
	Rate       Deviation        `json:"rate"`
	Mean       Deviation        `json:"mean"`
	Variance   Deviation        `json:"variance"`
	Refractory Deviation        `json:"refractory"`
}

// Deviation is a number of B minus that of A with its standard error, 0 between mean fields.
type Deviation struct {
	A          play.Number `json:"a"`
	B          play.Number `json:"b"`
	Difference play.Number `json:"difference"`
	SE         play.Number `json:"se"`
}

// Rates is the difference of the rates of a population in their bins: the root of the mean square, the largest, what chance alone gives the
// first, how often the second is its standard error and how large that may be by chance once in 1000.
type Rates struct {
	Population string      `json:"population,omitempty"`
	Bins       int         `json:"bins"`
	RMS        play.Number `json:"rms"`
	Sup        play.Number `json:"sup"`
	Chance     play.Number `json:"chance"`
	Largest    play.Number `json:"largest_z"`
	Allowed    play.Number `json:"allowed_z"`
	a, b       rates
}

// BlowUps compares the first blow-ups.
type BlowUps struct {
	Time Deviation `json:"time"`
	Jump Deviation `json:"jump"`
}
