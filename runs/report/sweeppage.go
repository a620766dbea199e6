package report

import (
	"fmt"
	"slices"
	"strings"

	"lapicque/runs/plot"
)

// mostRows bounds the points in the table of the page.
const mostRows = 1000

func (f *sweepFolder) page(figures []figure) sweepPage {
	s := f.sweep
	p := sweepPage{
		Title: s.Title, Scenario: s.Scenario, Figures: figures, Class: "open", Seed: f.parameters.text("seed"),
		Provenance: f.provenance.leaves, Files: sweepFiles(f), Counts: f.counts(), Reasons: f.reasons(),
		Side: map[string]string{"meanfield": "The mean field", "network": "The network"}[s.Side],
	}
	if p.Title == "" {
		p.Title = s.Scenario
	}
	var keys []string
	for _, g := range s.Grids {
		n := len(g.Values)
		text := fmt.Sprintf("%s from %s to %s, %d values", g.Key, short(g.Values[0]), short(g.Values[n-1]), n)
		if g.Log {
			text += " in geometric progression"
		}
		p.Grids, keys = append(p.Grids, text), append(keys, g.Key)
	}
	p.Axes = strings.Join(keys, " and ")
	p.State = fmt.Sprintf("All %s are finished.", count(int64(s.Total), "point", "points"))
	if s.Finished < s.Total {
		p.State = fmt.Sprintf("%d of %d points are finished; the same command with this folder goes on from there.", s.Finished, s.Total)
	} else if s.Counts["failed"]+s.Counts["refused"] == 0 {
		p.Class = "agrees"
	}
	p.Points = f.points()
	p.Left = max(0, len(s.Points)-mostRows)
	for _, one := range f.described() {
		if !slices.Contains(keys, one.Key) {
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

// counts says how many points do what.
func (f *sweepFolder) counts() *grid {
	g := &grid{Head: []string{"outcome", "points"}}
	for _, name := range plot.OutcomeNames() {
		if n := f.sweep.Counts[name]; n > 0 {
			g.Rows = append(g.Rows, []string{name, whole(int64(n))})
		}
	}
	return g
}

// points is the table of the points.
func (f *sweepFolder) points() *grid {
	g := &grid{}
	for _, one := range f.sweep.Grids {
		g.Head = append(g.Head, one.Key)
	}
	g.Head = append(g.Head, "outcome", "rate", "χ²", "period", "first blow-up", "jump")
	for _, p := range f.sweep.Points[:min(mostRows, len(f.sweep.Points))] {
		var row []string
		for _, x := range p.Values {
			row = append(row, short(x))
		}
		period := absent
		if p.Period != nil {
			period = estimate(known(p.Period), known(p.PeriodError), 6)
		}
		g.Rows = append(g.Rows, append(row, p.Outcome, number(known(p.Rate), 5), number(known(p.Synchrony), 3), period,
			number(known(p.FirstBlowUp), 6), number(known(p.FirstJump), 4)))
	}
	return g
}

// reasons lists what the points say about themselves, the first few.
func (f *sweepFolder) reasons() *grid {
	g := &grid{}
	for _, one := range f.sweep.Grids {
		g.Head = append(g.Head, one.Key)
	}
	g.Head = append(g.Head, "outcome", "")
	for _, p := range f.sweep.Points {
		if p.Reason == "" || p.Outcome == "stationary" || len(g.Rows) == 100 {
			continue
		}
		var row []string
		for _, x := range p.Values {
			row = append(row, short(x))
		}
		g.Rows = append(g.Rows, append(row, p.Outcome, p.Reason))
	}
	if g.Rows == nil {
		return nil
	}
	return g
}

// sweepFiles lists the files of the folder and what they hold.
func sweepFiles(f *sweepFolder) (list []file) {
	for _, one := range []file{
		{sweepName, "grids and points, for programs"},
		{"tables/points.csv", "a row a point"}, {"tables/points.parquet", "the same; a measure that does not exist is null"},
		{"points.jsonl", "the points in the order in which they were finished, to go on from"},
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
