package report

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"strings"

	"lapicque/runs/plot"
	"lapicque/runs/scenario"
)

// swept is what sweep.json says.
type swept struct {
	Scenario string         `json:"scenario"`
	Title    string         `json:"title"`
	Side     string         `json:"side"`
	Outcome  string         `json:"outcome"`
	Total    int            `json:"total"`
	Finished int            `json:"finished"`
	Counts   map[string]int `json:"counts"`
	Grids    []struct {
		Key    string    `json:"key"`
		Log    bool      `json:"log"`
		Values []float64 `json:"values"`
	} `json:"grids"`
	Points []sweptPoint `json:"points"`
}

// sweptPoint is a point; a measure that does not exist is nil.
type sweptPoint struct {
	Index       int       `json:"index"`
	Values      []float64 `json:"values"`
	Outcome     string    `json:"outcome"`
	Rate        *float64  `json:"rate"`
	RateError   *float64  `json:"rate_error"`
	Synchrony   *float64  `json:"synchrony"`
	Period      *float64  `json:"period"`
	PeriodError *float64  `json:"period_error"`
	FirstBlowUp *float64  `json:"first_blow_up"`
	FirstJump   *float64  `json:"first_jump"`
	Reason      string    `json:"reason"`
}

// sweepName is the file that makes a folder that of a sweep.
const sweepName = "sweep.json"

// sweepFolder is the folder of a sweep as its files tell it.
type sweepFolder struct {
	folder
	sweep swept
}

// sweepPage is what the template prints.
type sweepPage struct {
	Style             template.CSS
	Title, Scenario   string
	Side, State       string
	Grids             []string
	Counts            *grid
	Figures           []figure
	Points            *grid
	Left              int // points that the table leaves out
	Reasons           *grid
	Parameters        []parameter
	Provenance        []leaf
	Repeat            []string
	Files             []file
	Problems          []string
	Class, Seed, Axes string
}

// buildSweep is Build for the folder of a sweep.
func buildSweep(dir string) error {
	f := &sweepFolder{folder: folder{dir: dir}}
	text, err := os.ReadFile(filepath.Join(dir, sweepName))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &f.sweep); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, sweepName), err)
	}
	f.load("resolved.yaml", f.parameters.read)
	f.load("provenance.json", f.provenance.read)
	figures, err := f.draw()
	if err != nil {
		return err
	}
	return execute(filepath.Join(dir, "report.html"), "sweep.html", func(css template.CSS) any {
		p := f.page(figures)
		p.Style = css
		return p
	})
}

// measures are the quantities that are drawn.
var measures = []struct {
	name, title, label, caption string
	of                          func(sweptPoint) (value, e *float64)
}{
	{"rate", "Firing rate", "rate N (1/membrane time)", "Spikes per neuron and membrane time, the mean over the last quarter of the run, over whole periods where it oscillates.",
		func(p sweptPoint) (*float64, *float64) { return p.Rate, p.RateError }},
	{"synchrony", "Synchrony", "synchrony χ^{2}", "Variance in time of the mean potential over that of a single neuron, in the last half of the run (Golomb and Rinzel 1994): 0 for independent neurons, 1 when all move as one.",
		func(p sweptPoint) (*float64, *float64) { return p.Synchrony, nil }},
	{"period", "Period", "period T (membrane times)", "Of the rate where it oscillates; of blow-ups where they follow each other regularly.",
		func(p sweptPoint) (*float64, *float64) { return p.Period, p.PeriodError }},
}

// draw draws the figures into the folder.
func (f *sweepFolder) draw() (list []figure, err error) {
	if len(f.sweep.Points) == 0 {
		return nil, nil
	}
	if len(f.sweep.Grids) == 1 {
		list = f.courses()
	} else {
		list = f.maps()
	}
	return list, save(f.dir, list)
}

// save draws figures into the folder and puts them and their notes into the page's list.
func save(dir string, list []figure) error {
	if err := os.MkdirAll(filepath.Join(dir, "plots"), 0o755); err != nil {
		return err
	}
	for i := range list {
		base := filepath.Join(dir, "plots", list[i].Name)
		if err := list[i].drawing.Save(base); err != nil {
			return fmt.Errorf("figure %s: %w", list[i].Name, err)
		}
		picture, err := os.ReadFile(base + ".png")
		if err != nil {
			return err
		}
		list[i].Source = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
		list[i].Caption = strings.Join(append([]string{list[i].Caption}, list[i].drawing.Notes...), " ")
	}
	return nil
}

// scan returns grid k as an axis.
func (f *sweepFolder) scan(k int) plot.Scan {
	g := f.sweep.Grids[k]
	return plot.Scan{Name: f.state().said(axisName(g.Key)), Values: g.Values, Log: g.Log}
}

// axisNames are the names of keys that are no parameters of an equation.
var axisNames = map[string]string{
	"initial.mean": "mean of the initial potentials", "initial.variance": "variance of the initial potentials",
	"initial.potential": "initial potential", "particles.N": "neurons", "particles.dt": "time step dt", "time.end": "end of the run",
	"neuron.refractory.tau": "mean refractory time τ", "neuron.firing.epsilon": "mean escape time ε",
	"neuron.current.mean": "mean current", "neuron.current.amplitude": "amplitude of the current", "neuron.current.frequency": "frequency of the current",
}

// axisName returns name, symbol and unit of a key.
func axisName(key string) string {
	name := scenario.Symbol(key)
	if known := axisNames[key]; name == key && known != "" {
		name = known
	}
	switch key {
	case "coupling.delay", "neuron.refractory.tau", "neuron.firing.epsilon", "time.end", "particles.dt":
		name += " (membrane times)"
	}
	return name
}

const outcomeCaption = "What the rate does in the end. An oscillation that decays is stationary; where the run is too short to tell, it is undecided."

// maps draws a map a quantity.
func (f *sweepFolder) maps() (list []figure) {
	x, y := f.scan(0), f.scan(1)
	rows, columns := len(y.Values), len(x.Values)
	what := make([][]string, rows)
	for j := range what {
		what[j] = make([]string, columns)
	}
	for _, p := range f.sweep.Points {
		what[p.Index%rows][p.Index/rows] = p.Outcome
	}
	list = append(list, figure{Name: "outcome", Title: "Outcome", Caption: outcomeCaption, drawing: plot.Outcomes{X: x, Y: y, What: what}.Figure()})
	for _, m := range measures {
		values, some := make([][]float64, rows), false
		for j := range values {
			values[j] = make([]float64, columns)
			for i := range values[j] {
				values[j][i] = math.NaN()
			}
		}
		for _, p := range f.sweep.Points {
			value, _ := m.of(p)
			values[p.Index%rows][p.Index/rows] = known(value)
			some = some || value != nil
		}
		if !some {
			continue
		}
		list = append(list, figure{Name: m.name, Title: m.title, Caption: f.state().said(m.caption), drawing: plot.Map{X: x, Y: y, Name: f.state().said(m.label), Value: values}.Figure()})
	}
	return list
}

// courses draws all quantities along the one grid.
func (f *sweepFolder) courses() []figure {
	x := f.scan(0)
	s := plot.Courses{X: x, What: make([]string, len(x.Values))}
	for _, p := range f.sweep.Points {
		s.What[p.Index] = p.Outcome
	}
	captions := []string{outcomeCaption}
	for _, m := range measures {
		c := plot.Course{Name: f.state().said(m.label), Value: make([]float64, len(x.Values)), Error: make([]float64, len(x.Values))}
		some := false
		for i := range c.Value {
			c.Value[i], c.Error[i] = math.NaN(), math.NaN()
		}
		for _, p := range f.sweep.Points {
			value, e := m.of(p)
			c.Value[p.Index], c.Error[p.Index] = known(value), known(e)
			some = some || value != nil
		}
		if some {
			s.List, captions = append(s.List, c), append(captions, m.title+": "+f.state().said(m.caption))
		}
	}
	if len(s.List) == 0 {
		return nil
	}
	return []figure{{Name: "sweep", Title: "Along " + f.state().said(axisName(f.sweep.Grids[0].Key)), Caption: strings.Join(captions, " "), drawing: s.Figure()}}
}

// known returns a measure, NaN when it does not exist.
func known(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
