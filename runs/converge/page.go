package converge

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"os"
	"strings"

	"lapicque/compare"
	"lapicque/runs/plot"
	"lapicque/runs/report"
	"lapicque/runs/store"
)

//go:embed report.html
var source string

var pages = template.Must(template.New("report").Parse(source))

// page is what report.html prints.
type page struct {
	Title, Scenario, Class, Verdict, Command string
	Style                                    template.CSS
	Facts                                    []string
	Exponents, Biases, Budget, Levels        sheet
	Figures                                  []figure
}

// sheet is a table.
type sheet struct {
	Head []string
	Rows [][]string
}

// figure is a plot on the page.
type figure struct {
	Name, Title, Caption string
	Source               template.URL
	drawing              *plot.Figure
}

// page draws the plots and writes report.html.
func (out *Result) page(folder *store.Folder, argv []string) error {
	p := page{Style: report.Style(), Title: out.Title, Scenario: out.Scenario, Class: strings.ReplaceAll(string(out.Verdict), " ", "-"), Command: strings.Join(argv, " "),
		Verdict: out.headline(), Facts: append([]string{out.Text}, out.Notes...), Figures: out.figures(),
		Exponents: out.exponentSheet(), Biases: out.biasSheet(), Budget: out.budgetSheet(), Levels: out.levelSheet()}
	if p.Title == "" {
		p.Title = out.Scenario
	}
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	for k := range p.Figures {
		f := &p.Figures[k]
		base := folder.Path("plots/" + f.Name)
		if err := f.drawing.Save(base); err != nil {
			return err
		}
		picture, err := os.ReadFile(base + ".png")
		if err != nil {
			return err
		}
		f.Source = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	}
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		return err
	}
	return folder.Text("report.html", b.Bytes())
}

// headline says how the study ended.
func (out *Result) headline() string {
	verdict := string(out.Verdict)
	if verdict == "" {
		verdict = "no exponent is expected here"
	}
	switch out.Outcome {
	case "completed":
		return "Convergence to the mean field: " + verdict
	case "cancelled":
		return "Interrupted; as far as it came: " + verdict
	}
	return "Failed: " + out.Error
}

// figures draws distances and errors with a sign against N.
func (out *Result) figures() (list []figure) {
	distances := plot.Scalings{Law: "C/N^{γ}", Guide: "slope 1/2"}
	for _, x := range out.Exponents {
		one := out.points(x.Name)
		if one.N == nil {
			continue
		}
		if one.Guide = theory; x.Fit.Determined {
			one.Law = x.Fit.At
		}
		distances.List = append(distances.List, one)
	}
	errors := plot.Scalings{Law: "δ_{0} + δ_{1}/N"}
	for _, x := range out.Biases {
		one := out.points(x.Name)
		one.Signed, one.Law = true, func(n float64) float64 { return x.Fit.Floor.Value + x.Fit.Slope.Value/n }
		errors.List = append(errors.List, one)
	}
	if distances.List != nil {
		list = append(list, figure{Name: "distances", Title: "Distances from the mean field", drawing: distances.Figure(),
			Caption: "Mean over the networks of each size, with its 95 % interval, both axes logarithmic. The law is fitted to as many networks of each size as its exponent needs."})
	}
	if errors.List != nil {
		list = append(list, figure{Name: "biases", Title: "Errors with their sign", drawing: errors.Figure(),
			Caption: "Mean over the networks of each size, network less mean field: what the finite number of neurons adds falls like 1/N. Δ: network less mean field."})
	}
	return list
}

// points returns a measure at the sizes.
func (out *Result) points(name string) (s plot.Scaling) {
	for _, m := range out.Measures {
		if m.Name == name {
			s.Name = m.label()
		}
	}
	for _, l := range out.Levels[:len(out.Levels)-1] {
		if e, known := l.Values[name]; known {
			s.N, s.Mean = append(s.N, float64(l.N)), append(s.Mean, e.Value)
			s.Low, s.High = append(s.Low, e.Interval.Low), append(s.High, e.Interval.High)
		}
	}
	return s
}

// label names an axis.
func (m Measure) label() string {
	name := m.Title
	if m.Signed {
		name = "Δ " + m.Title
	}
	if m.Unit != "" {
		name += " (" + m.Unit + ")"
	}
	return name
}

func (out *Result) exponentSheet() sheet {
	s := sheet{Head: []string{"distance", "γ", "95 % interval", "C", "P of the fit", "bias, if left free", "time step adds", "grid adds", "verdict"}}
	for k, x := range out.Exponents {
		title := out.title(x.Name)
		if !x.Fit.Determined {
			s.Rows = append(s.Rows, []string{title, none, none, none, none, none, none, none, string(out.Exponents[k].Finding.Verdict)})
			continue
		}
		floor := none
		if x.Fit.Floor != nil {
			floor = ranged(*x.Fit.Floor)
		}
		s.Rows = append(s.Rows, []string{title, fmt.Sprintf("%.3f", x.Fit.Gamma.Value), fmt.Sprintf("%.3f to %.3f", x.Fit.Gamma.Interval.Low, x.Fit.Gamma.Interval.High),
			short(x.Fit.C.Value), short(x.Fit.P), floor, stepCell(x.Step), short(float64(x.Grid)), string(x.Finding.Verdict)})
	}
	return s
}

func (out *Result) biasSheet() sheet {
	s := sheet{Head: []string{"error", "δ1 (1/N)", "δ0", "P of the fit", "seen", "time step adds", "grid adds"}}
	for _, x := range out.Biases {
		seen := "no"
		if x.Seen {
			seen = "yes"
		}
		s.Rows = append(s.Rows, []string{out.title(x.Name), ranged(x.Fit.Slope), ranged(x.Fit.Floor), short(x.Fit.P), seen, stepCell(x.Step), short(float64(x.Grid))})
	}
	return s
}

func (out *Result) budgetSheet() sheet {
	s := sheet{Head: []string{"error of one network"}}
	for _, x := range out.Biases {
		if x.Budget == nil {
			continue
		}
		row := []string{fmt.Sprintf("%s, N = %d", out.title(x.Name), x.Budget.N)}
		for _, part := range x.Budget.Parts {
			if len(s.Rows) == 0 {
				s.Head = append(s.Head, string(part.Cause))
			}
			row = append(row, fmt.Sprintf("%s, %.0f %%", short(part.Error.Value), 100*part.Share))
		}
		s.Rows = append(s.Rows, append(row, string(x.Budget.Refine)))
	}
	s.Head = append(s.Head, "largest")
	return s
}

func (out *Result) levelSheet() sheet {
	s := sheet{Head: []string{"N", "dt", "networks"}}
	for _, m := range out.Measures {
		s.Head = append(s.Head, m.label())
	}
	for _, l := range out.Levels {
		row := []string{fmt.Sprint(l.N), short(l.Dt), fmt.Sprint(l.Networks)}
		for _, m := range out.Measures {
			cell := none
			if e, known := l.Values[m.Name]; known {
				cell = fmt.Sprintf("%s ± %s", short(e.Value), short(e.Interval.HalfWidth()))
			}
			row = append(row, cell)
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

const none = "—"

// title returns that of a measure.
func (out *Result) title(name string) string {
	for _, m := range out.Measures {
		if m.Name == name {
			return m.Title
		}
	}
	return name
}

func short(x float64) string {
	if math.IsNaN(x) {
		return none
	}
	return fmt.Sprintf("%.3g", x)
}

// ranged writes a value with its interval.
func ranged(e compare.Estimate) string {
	if math.IsNaN(e.Value) {
		return none
	}
	return fmt.Sprintf("%.3g [%.3g, %.3g]", e.Value, e.Interval.Low, e.Interval.High)
}

func stepCell(e *compare.Estimate) string { return ranged(orNone(e)) }

// orNone returns an estimate, NaN where there is none.
func orNone(e *compare.Estimate) compare.Estimate {
	if e == nil {
		nan := math.NaN()
		return compare.Estimate{Value: nan, SE: nan, Interval: compare.Interval{Low: nan, High: nan}}
	}
	return *e
}
