package play

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"

	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// SweepResult is sweep.json. Its points are those that are finished, the values of the last grid following each other.
type SweepResult struct {
	Schema   int                  `json:"schema"`
	Scenario string               `json:"scenario"`
	Title    string               `json:"title,omitempty"`
	Side     string               `json:"side"`
	Outcome  Outcome              `json:"outcome"`
	Grids    []SweepGrid          `json:"grids"`
	Total    int                  `json:"total"` // points of the grids
	Finished int                  `json:"finished"`
	Counts   map[PointOutcome]int `json:"counts"`
	Points   []Point              `json:"points"`
}

// SweepGrid is a key and its values.
type SweepGrid struct {
	Key    string    `json:"key"`
	Log    bool      `json:"log"` // whether the values are in geometric progression
	Values []float64 `json:"values"`
}

// Names of the sides.
const (
	SideMeanField = "meanfield"
	SideNetwork   = "network"
)

// NewSweepResult returns what is known before the first point.
func NewSweepResult(p *scenario.Points, side string) SweepResult {
	head, _ := p.List[0].Common()
	out := SweepResult{Schema: 1, Scenario: p.List[0].Name, Title: head.Title, Side: side, Outcome: "running",
		Total: len(p.List), Counts: map[PointOutcome]int{}, Points: []Point{}}
	for k, g := range p.Grids {
		out.Grids = append(out.Grids, SweepGrid{g.Key, g.Log, p.Values[k]})
	}
	return out
}

// Finish enters the points.
func (r *SweepResult) Finish(p *scenario.Points, points []Point) {
	r.Outcome, r.Points, r.Finished = Completed, points, len(points)
	if len(points) < r.Total {
		r.Outcome = Cancelled
	}
	for i := range points {
		points[i].Values = p.At(points[i].Index)
		r.Counts[points[i].Outcome]++
	}
}

// Broken returns how many points have no result.
func (r *SweepResult) Broken() int { return r.Counts[PointFailed] + r.Counts[PointRefused] }

// Write writes sweep.json and the table of the points.
func (r *SweepResult) Write(folder *store.Folder, p *scenario.Points) error {
	if err := folder.JSON(SweepName, r); err != nil || len(r.Points) == 0 {
		return err
	}
	return folder.Columns("tables/points", r.columns(p))
}

// columns returns the table of the points.
func (r *SweepResult) columns(p *scenario.Points) (list []store.Column) {
	number := func(name string, value func(x *Point) float64) {
		cells := make([]float64, len(r.Points))
		for i := range cells {
			cells[i] = value(&r.Points[i])
		}
		list = append(list, store.Column{Name: name, Values: cells})
	}
	for k, g := range r.Grids {
		number(g.Key, func(x *Point) float64 { return x.Values[k] })
	}
	outcomes, reasons, blowUps := make([]string, len(r.Points)), make([]string, len(r.Points)), make([]int, len(r.Points))
	for i, x := range r.Points {
		outcomes[i], reasons[i], blowUps[i] = string(x.Outcome), x.Reason, x.BlowUps
	}
	list = append(list, store.Column{Name: "outcome", Values: outcomes})
	number("rate", func(x *Point) float64 { return float64(x.Rate) })
	number("rate_error", func(x *Point) float64 { return float64(x.RateError) })
	number("synchrony", func(x *Point) float64 { return float64(x.Synchrony) })
	number("period", func(x *Point) float64 { return float64(x.Period) })
	number("period_error", func(x *Point) float64 { return float64(x.PeriodError) })
	number("amplitude", func(x *Point) float64 { return float64(x.Amplitude) })
	list = append(list, store.Column{Name: "blow_ups", Values: blowUps})
	number("first_blow_up", func(x *Point) float64 { return float64(x.FirstTime) })
	number("first_jump", func(x *Point) float64 { return float64(x.FirstJump) })
	if r.Points[0].Pattern != nil {
		number("pattern", func(x *Point) float64 { return float64(*x.Pattern) })
	}
	for _, name := range slices.Sorted(maps.Keys(r.Points[0].Populations)) {
		number("rate_"+name, func(x *Point) float64 { return float64(x.Populations[name].Rate) })
		number("synchrony_"+name, func(x *Point) float64 { return float64(x.Populations[name].Synchrony) })
	}
	return append(list, store.Column{Name: "reason", Values: reasons})
}

// Files of the folder of a sweep.
const (
	SweepName   = "sweep.json"
	journalName = "points.jsonl" // a line a finished point, until the sweep is complete
)

// Journal is where finished points are kept while a sweep goes on.
type Journal struct {
	file *os.File
	err  error
}

// NewJournal opens the journal of a folder and returns the points that it holds. A last line that was cut short is left out.
func NewJournal(folder *store.Folder, total int) (*Journal, []Point, error) {
	file, err := os.OpenFile(folder.Path(journalName), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("play: %w", err)
	}
	var list []Point
	seen, whole := map[int]bool{}, int64(0)
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadBytes('\n')
		var p Point
		if err != nil || json.Unmarshal(bytes.TrimSpace(line), &p) != nil || p.Index < 0 || p.Index >= total {
			break
		}
		if whole += int64(len(line)); !seen[p.Index] {
			seen[p.Index], list = true, append(list, p)
		}
	}
	_, err = file.Seek(whole, 0)
	return &Journal{file: file, err: err}, list, file.Truncate(whole)
}

// Keep appends a point.
func (j *Journal) Keep(p Point) {
	line, err := json.Marshal(p)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if j.err == nil {
		j.err = err
	}
}

// Close returns the first error; with done the journal goes.
func (j *Journal) Close(done bool) error {
	err := j.file.Close()
	if done && err == nil && j.err == nil {
		err = os.Remove(j.file.Name())
	}
	if j.err != nil {
		err = j.err
	}
	return err
}
