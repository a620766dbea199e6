package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lapicque/runs/plot"
)

// ensembleName is the file that makes a folder that of an ensemble.
const ensembleName = "ensemble.json"

// ensembleFolder is the folder of an ensemble as its files tell it.
type ensembleFolder struct {
	folder
	ensemble struct {
		Scenario string
		Title    string
		Outcome  string
		Total    int
		Played   int
		Failed   int
		Replicas int
		Windows  int
		Shard    struct{ Index, Count int }
		Grids    []struct {
			Key    string
			Log    bool
			Values []float64
		}
	}
	summary *table // nil before a member is finished
	points  int
}

// ensemblePage is what the template prints.
type ensemblePage struct {
	Style                template.CSS
	Title, Scenario      string
	State                []string
	Grids                []string
	Figures              []figure
	Estimates            *grid
	Left                 int // estimates that the table leaves out
	Failures             *grid
	Parameters           []parameter
	Provenance           []leaf
	Repeat               []string
	Files                []file
	Problems             []string
	Class, Seed, Members string
}

// buildEnsemble is Build for the folder of an ensemble.
func buildEnsemble(dir string) error {
	f := &ensembleFolder{folder: folder{dir: dir}, points: 1}
	text, err := os.ReadFile(filepath.Join(dir, ensembleName))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &f.ensemble); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, ensembleName), err)
	}
	for _, g := range f.ensemble.Grids {
		f.points *= len(g.Values)
	}
	f.load("resolved.yaml", f.parameters.read)
	f.load("provenance.json", f.provenance.read)
	f.load("tables/summary.csv", func(file *os.File) (err error) {
		f.summary, err = readTable(file)
		return err
	})
	figures := f.draw()
	if err := save(dir, figures); err != nil {
		return err
	}
	return execute(filepath.Join(dir, "report.html"), "ensemble.html", func(css template.CSS) any {
		p := f.page(figures)
		p.Style = css
		return p
	})
}

// course returns a column of the summary for a measure, a value a point.
func (f *ensembleFolder) course(measure, column string) []float64 {
	out := slices.Repeat([]float64{math.NaN()}, f.points)
	points, values := f.summary.floats("point"), f.summary.floats(column)
	for i, name := range f.summary.text("measure") {
		if k := int(points[i]); name == measure && k >= 0 && k < f.points {
			out[k] = values[i]
		}
	}
	return out
}

// measures returns the names of the measures without those of single windows.
func (f *ensembleFolder) measures() (names []string) {
	for _, name := range f.summary.text("measure") {
		if !slices.Contains(names, name) && !windowed(name) {
			names = append(names, name)
		}
	}
	return names
}

// windowed reports whether a measure is the rate of one window.
func windowed(measure string) bool {
	rest, found := strings.CutPrefix(measure, "rate_")
	return found && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// drawn are the measures that have a panel, with their labels.
var drawn = []struct{ measure, label string }{
	{"rate", "rate N (1/membrane time)"}, {"mean", "mean potential"}, {"variance", "variance"}, {"refractory", "refractory fraction"},
	{"synchrony", "synchrony χ^{2}"}, {"pattern", "pattern"}, {"activity", "activity"},
	{"jump", "P(macroscopic cascade)"}, {"jump_time", "time of the first"}, {"jump_size", "its size"}, {"w1", "W_{1}"}, {"ks", "KS"},
}

const ensembleCaption = "Mean over the members, and the interval that covers its expectation with a probability of 95 %"

// draw draws the estimates along the grid, or along time where there is none.
func (f *ensembleFolder) draw() (list []figure) {
	if f.summary == nil || len(f.ensemble.Grids) > 2 {
		return nil
	}
	if len(f.ensemble.Grids) == 2 {
		return f.maps()
	}
	if len(f.ensemble.Grids) == 0 {
		return f.inTime()
	}
	g := f.ensemble.Grids[0]
	e := plot.Estimates{X: plot.Scan{Name: f.state().said(axisName(g.Key)), Values: g.Values, Log: g.Log},
		Is: "ensemble, with 95 % intervals", Reference: "mean field"}
	for _, one := range f.panels() {
		e.List = append(e.List, plot.Interval{Name: one.label, Value: f.course(one.measure, "mean"), Low: f.course(one.measure, "low"),
			High: f.course(one.measure, "high"), Reference: f.course(one.measure, "meanfield")})
	}
	return []figure{{Name: "ensemble", Title: "Along " + f.state().said(axisName(g.Key)), Caption: ensembleCaption + ".", drawing: e.Figure()}}
}

// panels returns the measures that exist, of every population, with labels.
func (f *ensembleFolder) panels() (list []struct{ measure, label string }) {
	for _, one := range drawn {
		for _, name := range f.measures() {
			population, found := strings.CutPrefix(name, one.measure)
			if !found || population != "" && (population[0] != '_' || strings.HasPrefix(name, "jump_") && one.measure == "jump") {
				continue
			}
			values := f.course(name, "mean")
			if !slices.ContainsFunc(values, func(x float64) bool { return !math.IsNaN(x) && x != 0 }) {
				continue
			}
			label := f.state().said(one.label)
			if population != "" {
				label += ", " + population[1:]
			}
			list = append(list, struct{ measure, label string }{name, label})
		}
	}
	return list
}

// maps draws a map a measure.
func (f *ensembleFolder) maps() (list []figure) {
	axis := func(k int) plot.Scan {
		g := f.ensemble.Grids[k]
		return plot.Scan{Name: f.state().said(axisName(g.Key)), Values: g.Values, Log: g.Log}
	}
	x, y := axis(0), axis(1)
	for _, one := range f.panels() {
		course, rows := f.course(one.measure, "mean"), len(y.Values)
		values := make([][]float64, rows)
		for j := range values {
			for i := range x.Values {
				values[j] = append(values[j], course[i*rows+j])
			}
		}
		list = append(list, figure{Name: one.measure, Title: strings.NewReplacer("_{1}", "₁", "^{2}", "²").Replace(one.label), Caption: "Mean over the members.",
			drawing: plot.Map{X: x, Y: y, Name: one.label, Value: values}.Figure()})
	}
	return list
}

// inTime draws the rates in the windows of the run.
func (f *ensembleFolder) inTime() []figure {
	end, n := f.end(), f.ensemble.Windows
	e := plot.Estimates{X: plot.Scan{Name: f.timeAxis()}, Is: "ensemble, with 95 % intervals"}
	for k := range n {
		e.X.Values = append(e.X.Values, end*(float64(k)+0.5)/float64(n))
	}
	for _, name := range f.measures() {
		population, found := strings.CutPrefix(name, "rate")
		if !found || population != "" && population[0] != '_' {
			continue
		}
		one := plot.Interval{Name: f.state().said("rate N (1/membrane time)") + strings.ReplaceAll(population, "_", ", ")}
		for k := range n {
			window := fmt.Sprintf("rate_%d%s", k+1, population)
			one.Value = append(one.Value, f.course(window, "mean")[0])
			one.Low, one.High = append(one.Low, f.course(window, "low")[0]), append(one.High, f.course(window, "high")[0])
		}
		e.List = append(e.List, one)
	}
	if len(e.List) == 0 || math.IsNaN(end) {
		return nil
	}
	return []figure{{Name: "rates", Title: "Firing rate in the windows of the run", Caption: ensembleCaption + ", in each window of the run.", drawing: e.Figure()}}
}

// end returns the last time of the run.
func (f *ensembleFolder) end() float64 { return f.parameters.number("time.end") }

// timeAxis names time with its unit.
func (f *ensembleFolder) timeAxis() string {
	switch f.parameters.text("model") {
	case "nnlif", "wilson-cowan", "":
		return "time (membrane time constants)"
	}
	return "time"
}
