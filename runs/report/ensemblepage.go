package report

import (
	"fmt"
	"os"
	"strings"
)

// page fills the template.
func (f *ensembleFolder) page(figures []figure) ensemblePage {
	e := f.ensemble
	p := ensemblePage{Title: e.Title, Scenario: e.Scenario, Figures: figures, Class: "open", Seed: f.parameters.text("seed"),
		Provenance: f.provenance.leaves, Files: f.files(), Failures: f.failures(), State: f.said(),
		Members: fmt.Sprintf("%s × %s", count(int64(f.points), "point", "points"), count(int64(e.Replicas), "replica", "replicas"))}
	if p.Title == "" {
		p.Title = e.Scenario
	}
	if e.Shard.Count > 1 {
		p.Members += fmt.Sprintf(", shard %d/%d of them", e.Shard.Index, e.Shard.Count)
	}
	for _, g := range e.Grids {
		n := len(g.Values)
		text := fmt.Sprintf("%s from %s to %s, %d values", g.Key, short(g.Values[0]), short(g.Values[n-1]), n)
		if g.Log {
			text += " in geometric progression"
		}
		p.Grids = append(p.Grids, text)
	}
	if e.Failed == 0 && e.Played == e.Total {
		p.Class = "agrees"
	}
	p.Estimates, p.Left = f.estimates()
	gridded := map[string]bool{"particles.replicas": true}
	for _, g := range e.Grids {
		gridded[g.Key] = true
	}
	for _, one := range f.described() {
		if !gridded[one.Key] {
			p.Parameters = append(p.Parameters, one)
		}
	}
	if argv := f.argv(); argv != "" {
		p.Repeat = append(p.Repeat, argv)
	}
	for _, problem := range f.problems {
		p.Problems = append(p.Problems, "Cannot be read: "+problem+".")
	}
	return p
}

// said says how far the ensemble is.
func (f *ensembleFolder) said() (list []string) {
	e := f.ensemble
	if e.Played < e.Total {
		list = append(list, fmt.Sprintf("%d of %d members are finished; the same command with this folder goes on from there.", e.Played, e.Total))
	} else {
		list = append(list, fmt.Sprintf("All %s are finished.", count(int64(e.Total), "member", "members")))
	}
	if e.Failed > 0 {
		list = append(list, fmt.Sprintf("%s no result although each was tried twice; estimates are those of the others.", count(int64(e.Failed), "member has", "members have")))
	} else {
		list = append(list, "None failed.")
	}
	return list
}

// estimates is the table of the estimates, and how many it leaves out.
func (f *ensembleFolder) estimates() (g *grid, left int) {
	if f.summary == nil {
		return nil, 0
	}
	g = &grid{}
	var keys [][]float64
	for _, one := range f.ensemble.Grids {
		g.Head, keys = append(g.Head, one.Key), append(keys, f.summary.floats(one.Key))
	}
	g.Head = append(g.Head, "measure", "members", "mean", "s.e.", "95 % from", "to", "mean field")
	counts, measures := f.summary.floats("count"), f.summary.text("measure")
	cells := [][]float64{f.summary.floats("mean"), f.summary.floats("se"), f.summary.floats("low"), f.summary.floats("high"), f.summary.floats("meanfield")}
	for i, name := range measures {
		if windowed(name) || counts[i] == 0 {
			continue
		}
		if len(g.Rows) == mostRows {
			left++
			continue
		}
		var row []string
		for _, values := range keys {
			row = append(row, short(values[i]))
		}
		row = append(row, name, whole(int64(counts[i])))
		for _, values := range cells {
			row = append(row, number(values[i], 5))
		}
		g.Rows = append(g.Rows, row)
	}
	return g, left
}

// failures lists the members that failed, and other notes, the first hundred.
func (f *ensembleFolder) failures() *grid {
	var members *table
	f.load("tables/members.csv", func(file *os.File) (err error) {
		members, err = readTable(file)
		return err
	})
	if members == nil {
		return nil
	}
	g := &grid{Head: []string{"member", "outcome", ""}}
	outcomes, seen := members.text("outcome"), map[string]bool{}
	names := members.text("member")
	for i, note := range members.text("note") {
		kind := outcomes[i] + note
		if strings.TrimSpace(note) == "" || seen[kind] || len(g.Rows) == 100 {
			continue
		}
		seen[kind] = true
		g.Rows = append(g.Rows, []string{names[i], outcomes[i], note})
	}
	if g.Rows == nil {
		return nil
	}
	return g
}

// files lists the files of the folder and what they hold.
func (f *ensembleFolder) files() (list []file) {
	for _, one := range []file{
		{ensembleName, "what was played and how far it came, for programs"},
		{"tables/members.csv", "a row a member"}, {"tables/members.parquet", "the same; a measure that does not exist is null"},
		{"tables/summary.csv", "mean, standard error and interval of every measure at every point"}, {"tables/summary.parquet", "the same"},
		{"tables/timing.csv", "seconds and attempts of the members, which no repetition gives again"}, {"tables/timing.parquet", "the same"},
		{"journal.jsonl", "the members in the order in which they were finished, each line with a checksum"},
		{"scenario.yaml", "the scenario as it was given"},
		{"resolved.yaml", "the scenario with every default filled in, at the first point"},
		{"provenance.json", "version, machine, command, times"},
	} {
		if f.has(one.Name) {
			list = append(list, one)
		}
	}
	return append(list, file{"plots/", "the figures of this page, as PNG and SVG"})
}
