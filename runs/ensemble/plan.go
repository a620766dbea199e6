package ensemble

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lapicque/neuron"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

// Description is what an ensemble is. Two folders belong together when their descriptions have the same Hash.
type Description struct {
	Scenario  string   `json:"scenario"`
	Title     string   `json:"title,omitempty"`
	Seed      uint64   `json:"seed"`
	Grids     []Grid   `json:"grids"` // the values of the last one follow each other
	Replicas  int      `json:"replicas"`
	Windows   int      `json:"windows"` // of the run, in which rates are measured
	MeanField bool     `json:"mean_field"`
	Measures  []string `json:"measures"` // names of the numbers of a member
	Hash      string   `json:"hash"`     // SHA-256 of all above, of the complete scenario and of the files it reads
}

// Grid is a key and its values.
type Grid struct {
	Key    string    `json:"key"`
	Log    bool      `json:"log"` // whether the values are in geometric progression
	Values []float64 `json:"values"`
}

// Points returns the number of points.
func (d *Description) Points() int {
	n := 1
	for _, g := range d.Grids {
		n *= len(g.Values)
	}
	return n
}

// Members returns the number of members; member k is replica k mod Replicas of point k / Replicas.
func (d *Description) Members() int { return d.Points() * d.Replicas }

// At returns the values of the grids at a point.
func (d *Description) At(point int) []float64 {
	at := make([]float64, len(d.Grids))
	for k := len(at) - 1; k >= 0; k-- {
		n := len(d.Grids[k].Values)
		at[k] = d.Grids[k].Values[point%n]
		point /= n
	}
	return at
}

// Plan is an ensemble that can be played.
type Plan struct {
	Description
	Points []*scenario.Scenario // at the points of the grids
}

// Choices say what is made of a scenario.
type Choices struct {
	Set       []string // assignments to the scenario
	Grids     []string // "key=from:to:count" or "key=from:to:count:log"
	Replicas  int      // at every point
	Windows   int
	MeanField bool // the equation is solved at every point, and members are held against it
}

const (
	replicasKey = "particles.replicas"
	mostMembers = 1 << 22
	mostWindows = 1000
)

// Load reads a scenario and checks it at every point. The errors are neuron.Faults and scenario.Faults, all of them, or the context's.
func Load(ctx context.Context, name string, c Choices) (*Plan, error) {
	var faults neuron.Faults
	faults.Add(c.Replicas >= 1 && c.Replicas <= 1<<20, "replicas", c.Replicas, "a number of networks at every point, from 1 to 1048576")
	faults.Add(c.Windows >= 1 && c.Windows <= mostWindows, "windows", c.Windows, fmt.Sprintf("a number from 1 to %d", mostWindows))
	for _, text := range c.Set {
		key, _, _ := strings.Cut(text, "=")
		faults.Add(strings.TrimSpace(key) != replicasKey, "set", text, "another key: an ensemble takes the number from --replicas")
	}
	grids, wrong := parseGrids(c.Grids)
	faults = append(faults, wrong...)
	if len(wrong) > 0 {
		grids = nil
	}
	sides := scenario.Sides{Network: true, MeanField: c.MeanField}
	points, err := scenario.LoadPoints(ctx, name, append(slices.Clone(c.Set), replicasKey+"=1"), grids, sides)
	if err != nil {
		return nil, errors.Join(faults.Err(), err)
	}
	faults.Add(len(faults) > 0 || len(points.List) <= mostMembers/c.Replicas, "replicas", c.Replicas,
		fmt.Sprintf("at most %d members at all %d points", mostMembers, len(points.List)))
	for _, one := range points.List[:1] {
		_, doubles := one.Document.(scenario.Doubling)
		faults.Add(!c.MeanField || !doubles, "mean-field", true, "false: this model has no equation")
	}
	if len(faults) > 0 {
		return nil, faults.Err()
	}
	return newPlan(points, c)
}

// parseGrids reads grids of different keys.
func parseGrids(texts []string) (grids []scenario.Grid, faults neuron.Faults) {
	for _, text := range texts {
		g, err := scenario.ParseGrid(text)
		list, _ := err.(neuron.Faults)
		faults = append(faults, list...)
		faults.Add(g.Key != replicasKey, "grid", text, "another key: an ensemble takes the number from --replicas")
		twice := slices.ContainsFunc(grids, func(other scenario.Grid) bool { return other.Key == g.Key && g.Key != "" })
		faults.Add(!twice, "grid", text, "a key that no other grid has")
		grids = append(grids, g)
	}
	return grids, faults
}

// newPlan describes an ensemble.
func newPlan(points *scenario.Points, c Choices) (*Plan, error) {
	first := points.List[0]
	head, _ := first.Common()
	p := &Plan{Points: points.List, Description: Description{Scenario: first.Name, Title: head.Title, Seed: head.Seed, Grids: []Grid{},
		Replicas: c.Replicas, Windows: c.Windows, MeanField: c.MeanField, Measures: play.MemberColumns(first, c.Windows, c.MeanField)}}
	for k, g := range points.Grids {
		p.Grids = append(p.Grids, Grid{g.Key, g.Log, points.Values[k]})
	}
	resolved, files, err := first.Archive()
	if err != nil {
		return nil, err
	}
	head1, err := json.Marshal(p.Description)
	hash := sha256.New()
	for _, part := range append([]scenario.File{{Text: head1}, {Text: resolved}}, files...) {
		fmt.Fprintf(hash, "%q %d\n", part.Name, len(part.Text))
		hash.Write(part.Text)
	}
	p.Hash = hex.EncodeToString(hash.Sum(nil))
	return p, err
}

// Shard is a part of the members: those k with k mod Count = Index. {0, 1} is all of them.
type Shard struct {
	Index int `json:"index"`
	Count int `json:"count"`
}

// Whole is the one shard of an ensemble that is not divided.
var Whole = Shard{0, 1}

// ParseShard reads "i/n", 0 ≤ i < n; its error is neuron.Faults.
func ParseShard(text string) (Shard, error) {
	var s Shard
	var rest string
	n, _ := fmt.Sscanf(text+" ", "%d/%d%s", &s.Index, &s.Count, &rest)
	var faults neuron.Faults
	faults.Add(n == 2 && s.Index >= 0 && s.Index < s.Count, "shard", text, "i/n, part i of n, i counted from 0, such as 0/8 to 7/8")
	return s, faults.Err()
}

// String writes what ParseShard reads.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// Has reports whether a member belongs to the shard.
func (s Shard) Has(member int) bool { return member%s.Count == s.Index }

// Size returns how many of so many members belong to the shard.
func (s Shard) Size(members int) int { return (members - s.Index + s.Count - 1) / s.Count }
