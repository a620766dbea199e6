package converge

import (
	"errors"

	"lapicque/compare"
	"lapicque/runs/store"
)

// Write writes converge.json, the tables levels, exponents, biases and networks as CSV and Parquet, the plots and report.html.
func (out *Result) Write(folder *store.Folder, argv []string) error {
	err := folder.JSON(ResultName, out)
	if len(out.networks) > 0 {
		err = errors.Join(err, out.levels(folder), out.exponents(folder), out.biases(folder), out.all(folder))
	}
	if err != nil {
		return err
	}
	return out.page(folder, argv)
}

// levels writes a row a level and measure.
func (out *Result) levels(folder *store.Folder) error {
	var measure []string
	var n, networks []int
	var dt []float64
	var e estimates
	for _, l := range out.Levels {
		for _, m := range out.Measures {
			if value, known := l.Values[m.Name]; known {
				measure, n, networks, dt = append(measure, m.Name), append(n, l.N), append(networks, l.Networks), append(dt, l.Dt)
				e.add(value)
			}
		}
	}
	return some(folder, "tables/levels", append([]store.Column{{Name: "measure", Values: measure}, {Name: "n", Values: n}, {Name: "dt", Values: dt},
		{Name: "networks", Values: networks}}, e.columns("mean")...))
}

// exponents writes a row a distance whose law is determined.
func (out *Result) exponents(folder *store.Folder) error {
	var measure, verdict []string
	var gamma, c, floor estimates
	var chi, p, grid []float64
	for _, x := range out.Exponents {
		if !x.Fit.Determined {
			continue
		}
		measure, verdict = append(measure, x.Name), append(verdict, string(x.Finding.Verdict))
		gamma.add(x.Fit.Gamma)
		c.add(x.Fit.C)
		floor.add(orNone(x.Fit.Floor))
		chi, p, grid = append(chi, x.Fit.ChiSquare), append(p, x.Fit.P), append(grid, float64(x.Grid))
	}
	columns := append([]store.Column{{Name: "measure", Values: measure}}, gamma.columns("gamma")...)
	columns = append(append(columns, c.columns("c")...), floor.columns("floor")...)
	return some(folder, "tables/exponents", append(columns, store.Column{Name: "chi_square", Values: chi}, store.Column{Name: "p", Values: p},
		store.Column{Name: "grid", Values: grid}, store.Column{Name: "verdict", Values: verdict}))
}

// biases writes a row an error with a sign.
func (out *Result) biases(folder *store.Folder) error {
	var measure []string
	var floor, slope, step estimates
	var p, grid []float64
	for _, x := range out.Biases {
		measure = append(measure, x.Name)
		floor.add(x.Fit.Floor)
		slope.add(x.Fit.Slope)
		step.add(orNone(x.Step))
		p, grid = append(p, x.Fit.P), append(grid, float64(x.Grid))
	}
	columns := append([]store.Column{{Name: "measure", Values: measure}}, slope.columns("delta1")...)
	columns = append(append(columns, floor.columns("delta0")...), step.columns("time_step")...)
	return some(folder, "tables/biases", append(columns, store.Column{Name: "p", Values: p}, store.Column{Name: "grid", Values: grid}))
}

// all writes a row a network.
func (out *Result) all(folder *store.Folder) error {
	var n, replica []int
	var dt []float64
	values := make([][]float64, len(out.Measures))
	for _, x := range out.networks {
		n, dt, replica = append(n, x.n), append(dt, x.dt), append(replica, x.values.Index)
		for m := range values {
			values[m] = append(values[m], float64(x.values.Values[m]))
		}
	}
	columns := []store.Column{{Name: "n", Values: n}, {Name: "dt", Values: dt}, {Name: "replica", Values: replica}}
	for m, one := range out.Measures {
		columns = append(columns, store.Column{Name: one.Name, Values: values[m]})
	}
	return folder.Columns("tables/networks", columns)
}

// estimates are columns of a table.
type estimates struct{ value, se, low, high []float64 }

func (e *estimates) add(x compare.Estimate) {
	e.value, e.se = append(e.value, x.Value), append(e.se, x.SE)
	e.low, e.high = append(e.low, x.Interval.Low), append(e.high, x.Interval.High)
}

// columns are named after the value.
func (e *estimates) columns(name string) []store.Column {
	return []store.Column{{Name: name, Values: e.value}, {Name: name + "_se", Values: e.se}, {Name: name + "_low", Values: e.low}, {Name: name + "_high", Values: e.high}}
}

// some writes a table that has rows.
func some(folder *store.Folder, name string, columns []store.Column) error {
	if len(columns[0].Values.([]string)) == 0 {
		return nil
	}
	return folder.Columns(name, columns)
}
