package single

import (
	"errors"
	"math"
	"os"

	"lapicque/runs/plot"
	"lapicque/runs/store"
)

// Write writes rates.json, the table rates as CSV and Parquet, and the plot.
func (r *Rates) Write(folder *store.Folder) error {
	n := len(r.Currents)
	f := plot.FiringCurve{CurrentUnit: r.CurrentUnit, RateUnit: r.RateUnit, TimeUnit: r.TimeUnit, Rheobase: math.NaN(),
		Current: make([]float64, n), Up: make([]float64, n), Down: make([]float64, n), Latency: make([]float64, n)}
	for k, row := range r.Currents {
		f.Current[k], f.Up[k], f.Down[k], f.Latency[k] = row.Current, row.Up, row.Down, math.NaN()
		if row.Latency != nil {
			f.Latency[k] = *row.Latency
		}
	}
	if r.Rheobase != nil {
		f.Rheobase = *r.Rheobase
	}
	shown := r.Hysteresis
	if r.Followed {
		shown = r.Bistable
	}
	for _, s := range shown {
		f.Bistable = append(f.Bistable, [2]float64{s.From, s.To})
	}
	columns := []store.Column{{Name: headed("current", r.CurrentUnit), Values: f.Current}, {Name: headed("rate up", r.RateUnit), Values: f.Up},
		{Name: headed("rate down", r.RateUnit), Values: f.Down}, {Name: headed("latency", r.TimeUnit), Values: f.Latency}}
	return errors.Join(folder.JSON("rates.json", r), folder.Columns("tables/rates", columns), saved(folder, "rates", f.Figure()))
}

// saved draws a figure into the folder.
func saved(folder *store.Folder, name string, f *plot.Figure) error {
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	return f.Save(folder.Path("plots/" + name))
}

// Write writes bifurcation.json, the tables equilibria, cycles and points as CSV and Parquet, and the plot.
func (b *Bifurcation) Write(folder *store.Folder) error {
	return errors.Join(folder.JSON("bifurcation.json", b), b.writeEquilibria(folder), b.writeCycles(folder), b.writePoints(folder), saved(folder, "bifurcation", b.figure().Figure()))
}

// writeEquilibria writes a row an equilibrium, each piece of one stability with its number.
func (b *Bifurcation) writeEquilibria(folder *store.Folder) error {
	var piece, stable []int
	var current []float64
	states := make([][]float64, len(b.variables))
	for k, e := range b.equilibria {
		for i, y := range e.states {
			piece, stable, current = append(piece, k+1), append(stable, whole(e.stable)), append(current, e.current[i])
			for j := range states {
				states[j] = append(states[j], y[j])
			}
		}
	}
	columns := []store.Column{{Name: "piece", Values: piece}, {Name: "stable", Values: stable}, {Name: headed("current", b.CurrentUnit), Values: current}}
	for j, v := range b.variables {
		columns = append(columns, store.Column{Name: headed(v.Name, v.Unit), Values: states[j]})
	}
	return folder.Columns("tables/equilibria", columns)
}

// writeCycles writes a row a cycle.
func (b *Bifurcation) writeCycles(folder *store.Folder) error {
	var branch, stable []int
	var current, period, low, high []float64
	for k, row := range b.Branches {
		for _, c := range row.Cycles {
			branch, stable = append(branch, k+1), append(stable, whole(c.Stable))
			current, period, low, high = append(current, c.Current), append(period, c.Period), append(low, c.Low), append(high, c.High)
		}
	}
	unit := b.variables[0].Unit
	return folder.Columns("tables/cycles", []store.Column{{Name: "branch", Values: branch}, {Name: "stable", Values: stable}, {Name: headed("current", b.CurrentUnit), Values: current},
		{Name: headed("period", b.TimeUnit), Values: period}, {Name: headed("least potential", unit), Values: low}, {Name: headed("greatest potential", unit), Values: high}})
}

// writePoints writes a row a special point: folds, Hopf points, turns of branches.
func (b *Bifurcation) writePoints(folder *store.Folder) error {
	var kind []string
	var current, potential, period []float64
	add := func(name string, i, v, t float64) {
		kind, current, potential, period = append(kind, name), append(current, i), append(potential, v), append(period, t)
	}
	for _, f := range b.Folds {
		add("fold", f.Current, f.Potential, math.NaN())
	}
	for _, h := range b.Hopfs {
		add(h.Criticality+" Hopf point", h.Current, h.Potential, h.Period)
	}
	for _, row := range b.Branches {
		for _, c := range row.Cycles {
			if c.Turn != "" {
				add(c.Turn, c.Current, c.High, c.Period)
			}
		}
	}
	return folder.Columns("tables/points", []store.Column{{Name: "kind", Values: kind}, {Name: headed("current", b.CurrentUnit), Values: current},
		{Name: headed("potential", b.variables[0].Unit), Values: potential}, {Name: headed("period", b.TimeUnit), Values: period}})
}

// whole is 1 for true.
func whole(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// figure returns what is drawn.
func (b *Bifurcation) figure() plot.CurrentDiagram {
	d := plot.CurrentDiagram{CurrentUnit: b.CurrentUnit, PotentialUnit: b.variables[0].Unit, TimeUnit: b.TimeUnit, From: b.From, To: b.To}
	for _, e := range b.equilibria {
		piece := plot.RestCurve{Current: e.current, Stable: e.stable}
		for _, y := range e.states {
			piece.Potential = append(piece.Potential, y[0])
		}
		d.Rest = append(d.Rest, piece)
	}
	for _, f := range b.Folds {
		d.Folds = append(d.Folds, plot.Mark{Value: f.Current, Rate: f.Potential})
	}
	for _, h := range b.Hopfs {
		d.Hopfs = append(d.Hopfs, plot.Mark{Value: h.Current, Rate: h.Potential, Period: h.Period})
	}
	for _, row := range b.Branches {
		d.Cycles = append(d.Cycles, row.pieces()...)
		for _, c := range row.Cycles {
			if c.Turn != "" {
				d.Turns = append(d.Turns, plot.CycleMark{Mark: plot.Mark{Value: c.Current, Rate: c.High, Period: c.Period}, Name: c.Turn})
			}
		}
	}
	return d
}

// pieces cuts a branch where its stability changes; the pieces meet in the last cycle of the first.
func (b BranchRow) pieces() (list []plot.CycleCurve) {
	add := func(c CycleRow) {
		last := &list[len(list)-1]
		last.Current, last.Period = append(last.Current, c.Current), append(last.Period, c.Period)
		last.Low, last.High = append(last.Low, c.Low), append(last.High, c.High)
	}
	for k, c := range b.Cycles {
		if k == 0 || c.Stable != b.Cycles[k-1].Stable {
			list = append(list, plot.CycleCurve{Stable: c.Stable})
			if k > 0 {
				add(b.Cycles[k-1])
			}
		}
		add(c)
	}
	return list
}
