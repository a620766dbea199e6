package ensemble

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

// ResultName is the file that makes a folder that of an ensemble.
const ResultName = "ensemble.json"

// Result is ensemble.json; Summary stands in tables/summary.
type Result struct {
	Schema  int    `json:"schema"`
	Outcome string `json:"outcome"` // completed or cancelled
	Total   int    `json:"total"`   // members of the shard
	Played  int    `json:"played"`
	Failed  int    `json:"failed"` // of those played
	Shard   Shard  `json:"shard"`
	Description
	Summary []Estimate `json:"-"`
}

var nan = math.NaN()

// Outcomes.
const (
	Completed = "completed"
	Cancelled = "cancelled"
)

// Sources returns the files that say what an ensemble is: the scenario as given and complete, and what it reads.
func (p *Plan) Sources() ([]scenario.File, error) {
	resolved, files, err := p.Points[0].Archive()
	return append(files, scenario.File{Name: "scenario.yaml", Text: p.Points[0].Text}, scenario.File{Name: "resolved.yaml", Text: resolved}), err
}

// Describe writes what is known before the first member.
func (f *Folder) Describe(origin store.Provenance, sources []scenario.File) error {
	err := f.JSON(store.ProvenanceName, origin)
	for _, one := range sources {
		err = errors.Join(err, f.Text(one.Name, one.Text))
	}
	return err
}

// Finish writes tables and ensemble.json from the members that are finished. It may be called again, and gives the same bytes for the same members.
func (f *Folder) Finish() (Result, error) {
	f.lock.Lock()
	records := slices.Clone(f.records)
	f.lock.Unlock()
	slices.SortFunc(records, func(a, b Record) int { return cmp.Compare(a.Member, b.Member) })
	d := f.header.Description
	r := Result{Schema: 1, Outcome: Completed, Total: f.header.Shard.Size(d.Members()), Played: len(records), Shard: f.header.Shard, Description: d}
	if r.Played < r.Total {
		r.Outcome = Cancelled
	}
	for k := range records {
		if records[k].Failed() {
			r.Failed++
		}
	}
	r.Summary = estimates(&d, records)
	err := f.JSON(ResultName, r)
	if len(records) == 0 {
		return r, err
	}
	return r, errors.Join(err,
		f.Columns("tables/members", memberColumns(&d, records)),
		f.Columns("tables/timing", timingColumns(records)),
		f.Columns("tables/summary", summaryColumns(&d, r.Summary)))
}

// gridColumns returns the values of the grids at the points of rows.
func gridColumns(d *Description, points []int) (list []store.Column) {
	for k, g := range d.Grids {
		cells := make([]float64, len(points))
		for i, p := range points {
			cells[i] = d.At(p)[k]
		}
		list = append(list, store.Column{Name: g.Key, Values: cells})
	}
	return list
}

// column returns what rows have.
func column[R, T any](name string, rows []R, value func(*R) T) store.Column {
	cells := make([]T, len(rows))
	for i := range rows {
		cells[i] = value(&rows[i])
	}
	return store.Column{Name: name, Values: cells}
}

// cells returns the values of a column of whole numbers.
func cells(c store.Column) []int { return c.Values.([]int) }

// memberColumns returns the table of the members.
func memberColumns(d *Description, records []Record) []store.Column {
	point := column("point", records, func(r *Record) int { return r.Member / d.Replicas })
	list := []store.Column{column("member", records, func(r *Record) int { return r.Member }), point,
		column("replica", records, func(r *Record) int { return r.Member % d.Replicas })}
	list = append(list, gridColumns(d, cells(point))...)
	for k, name := range d.Measures {
		list = append(list, column(name, records, func(r *Record) float64 {
			if r.Failed() {
				return nan
			}
			return r.Values[k]
		}))
	}
	return append(list,
		column("outcome", records, func(r *Record) string {
			if r.Failed() {
				return "failed"
			}
			return "finished"
		}),
		column("note", records, func(r *Record) string { return r.Note }))
}

// timingColumns returns what no repetition gives again.
func timingColumns(records []Record) []store.Column {
	return []store.Column{
		column("member", records, func(r *Record) int { return r.Member }),
		column("seconds", records, func(r *Record) float64 { return r.Seconds }),
		column("attempts", records, func(r *Record) int { return r.Attempts }),
		column("first_attempt", records, func(r *Record) string { return r.First }),
	}
}

// summaryColumns returns the table of the estimates.
func summaryColumns(d *Description, list []Estimate) []store.Column {
	point := column("point", list, func(e *Estimate) int { return e.Point })
	return append(append([]store.Column{point}, gridColumns(d, cells(point))...),
		column("measure", list, func(e *Estimate) string { return e.Measure }),
		column("count", list, func(e *Estimate) int { return e.Count }),
		column("mean", list, func(e *Estimate) float64 { return float64(e.Mean) }),
		column("sd", list, func(e *Estimate) float64 { return float64(e.Deviation) }),
		column("se", list, func(e *Estimate) float64 { return float64(e.Error) }),
		column("low", list, func(e *Estimate) float64 { return float64(e.Low) }),
		column("high", list, func(e *Estimate) float64 { return float64(e.High) }),
		column("interval", list, func(e *Estimate) string { return e.Interval }),
		column("meanfield", list, func(e *Estimate) float64 { return float64(e.MeanField) }))
}
