package limits

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"os"
	"strings"

	"lapicque/runs/plot"
	"lapicque/runs/report"
	"lapicque/runs/scenario"
	"lapicque/runs/store"
)

//go:embed report.html
var source string

var pages = template.Must(template.New("report").Parse(source))

// page is what report.html prints.
type page struct {
	Title, Scenario, Key, Class, Command, Outcome string
	Style                                         template.CSS
	Verdicts, Head, LimitHead                     []string
	Rows, Limits, Candidates                      [][]string
	Absent                                        map[string]string
	Figures                                       []figure
	Finished, Total                               int
}

// figure is a plot on the page.
type figure struct {
	Name, Title, Caption string
	Source               template.URL
	drawing              *plot.Figure
}

// page draws the plots and writes report.html.
func (r *Result) page(folder *store.Folder, argv []string) error {
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	p := page{Style: report.Style(), Title: "What is left after the jump, as " + r.Study.Key + " → 0", Scenario: r.Study.Scenario, Key: r.Study.Key,
		Command: strings.Join(argv, " "), Outcome: string(r.Outcome), Absent: r.Absent, Figures: r.figures(), Finished: r.Finished, Total: r.Total}
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
		f.Caption = strings.TrimSpace(f.Caption + " " + strings.Join(f.drawing.Notes, " "))
	}
	r.fill(&p)
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		return err
	}
	return folder.Text("report.html", b.Bytes())
}

// fill writes the verdicts and the tables.
func (r *Result) fill(p *page) {
	p.Class = "agrees"
	for _, v := range r.Verdicts {
		p.Verdicts = append(p.Verdicts, v.Words)
		if v.Answer == Undecided {
			p.Class = "disagrees"
		} else if v.Answer == None && p.Class == "agrees" {
			p.Class = "explained"
		}
	}
	for _, c := range r.Candidates {
		p.Candidates = append(p.Candidates, []string{c.Rule, fmt.Sprintf("%.7g ± %.1g", c.JumpTime, c.TimeError), fmt.Sprintf("%.6g ± %.1g", c.Jump, c.JumpError)})
	}
	p.Head = []string{r.Study.Key, "N", "half of the jump at", "t", "jump over"}
	for _, name := range r.names() {
		p.Head = append(p.Head, "W1 "+name)
	}
	p.Head = append(p.Head, "mean rate from t on")
	for _, x := range r.Points {
		size := "∞"
		if x.N > 0 {
			size = fmt.Sprint(x.N)
		}
		if x.Reason != "" {
			p.Rows = append(p.Rows, []string{fmt.Sprintf("%.4g", x.Value), size, x.Reason})
		}
		for _, mark := range x.Landmarks {
			row := []string{fmt.Sprintf("%.4g", x.Value), size, fmt.Sprintf("%.5g", x.Half), fmt.Sprint(mark.Time), map[bool]string{true: "yes", false: "no"}[mark.Over]}
			for _, d := range mark.W1 {
				row = append(row, fmt.Sprintf("%.4g ± %.1g", d.Value, d.Error))
			}
			p.Rows = append(p.Rows, append(row, fmt.Sprintf("%.4g", mark.Rate)))
		}
	}
	p.LimitHead = []string{"order", "distance", "t", "rule", "limit", "95 % interval", "exponent", "points"}
	for _, x := range r.Rows {
		time := "—"
		if x.Time != nil {
			time = fmt.Sprint(*x.Time)
		}
		p.Limits = append(p.Limits, []string{x.Order, x.Measure, time, x.Rule, fmt.Sprintf("%.3g", x.Limit.Value),
			fmt.Sprintf("[%.3g, %.3g]", x.Limit.Low, x.Limit.High), fmt.Sprintf("%.2g", x.Limit.Power), fmt.Sprint(x.Limit.Used)})
	}
}

// figures draws the jumps, the distances and the densities.
func (r *Result) figures() []figure {
	field, crowd := r.of(0), []Point(nil)
	size := ""
	if n := len(r.Study.Sizes); n > 0 {
		crowd = r.of(r.Study.Sizes[n-1])
		size = fmt.Sprintf("network, N = %d", r.Study.Sizes[n-1])
	}
	if len(field) == 0 {
		return nil
	}
	list := []figure{
		{Name: "jumps", Title: "Spikes per neuron around the jump", Caption: "Grey, darker as the small parameter goes to 0. Dashed: the mean field continued by each rule; through the jump the three are one. Dotted: times of the densities.",
			drawing: r.jumps(field, crowd, size).Figure()},
		{Name: "distances", Title: "Distances to the candidates", Caption: "W1 of the density and M1 of the spikes per neuron so far, at the values at which the jump is over by then.", drawing: r.approaches(field, crowd).Figure()},
		{Name: "densities", Title: "Densities after the jump", Caption: "At the smallest value of the parameter, and of the candidates.", drawing: r.landings(field, crowd, size).Figure()},
	}
	return list
}

// of returns the finished points of a size.
func (r *Result) of(n int) (list []Point) {
	for _, p := range r.Points {
		if p.N == n && p.Reason == "" {
			list = append(list, p)
		}
	}
	return list
}

// jumps shows the time from the jump's start to a little after the last half of it, or the first snapshot.
func (r *Result) jumps(field, crowd []Point, size string) plot.Jumps {
	at := float64(r.Candidates[0].JumpTime)
	to := at
	for _, p := range field {
		to = max(to, float64(p.Half))
	}
	for _, t := range r.Times {
		if t > to {
			to = t
			break
		}
	}
	d := plot.Jumps{From: max(0, at-0.6*(to-at)), To: to + 0.1*(to-at), Size: size, Snapshots: r.Times}
	for _, c := range r.Candidates {
		d.Candidates = append(d.Candidates, plot.Line{Name: c.Rule, X: c.Fired.Time, Y: c.Fired.Value})
	}
	lines := func(points []Point) (list []plot.Line) {
		for _, p := range points {
			list = append(list, plot.Line{Name: fmt.Sprintf("%s = %.2g", r.Study.Symbol(), p.Value), X: p.Fired.Time, Y: p.Fired.Value})
		}
		return list
	}
	d.MeanField, d.Network = lines(field), lines(crowd)
	return d
}

// approaches shows W1 where the verdicts rest and M1.
func (r *Result) approaches(field, crowd []Point) plot.Approaches {
	i := r.Snapshot()
	lines := func(points []Point, take func(*Point, int) Distance) (list []plot.Line) {
		for k, rule := range r.names() {
			l := plot.Line{Name: rule}
			for j := range points {
				if !points[j].over(i) {
					continue
				}
				d := take(&points[j], k)
				l.X, l.Y = append(l.X, points[j].Value), append(l.Y, float64(d.Value))
				l.Low, l.High = append(l.Low, float64(d.Value-2*d.Error)), append(l.High, float64(d.Value+2*d.Error))
			}
			list = append(list, l)
		}
		return list
	}
	w1 := func(p *Point, k int) Distance { return p.Landmarks[i].W1[k] }
	m1 := func(p *Point, k int) Distance { return p.M1[k] }
	out := plot.Approaches{Key: scenario.Symbol(r.Study.Key)}
	for _, one := range []struct {
		label string
		take  func(*Point, int) Distance
	}{{fmt.Sprintf("W1 of the density at t = %g", r.Times[i]), w1}, {"M1 of the spikes per neuron", m1}} {
		panel := plot.Approach{Label: one.label, MeanField: lines(field, one.take)}
		if len(crowd) > 0 {
			panel.Network = lines(crowd, one.take)
		}
		out.Panels = append(out.Panels, panel)
	}
	return out
}

// landings shows the densities at the smallest value.
func (r *Result) landings(field, crowd []Point, size string) plot.Landings {
	last := field[len(field)-1]
	out := plot.Landings{Edges: r.Bins, Value: fmt.Sprintf("%s = %.2g", r.Study.Symbol(), last.Value), Threshold: r.Threshold, Reset: r.Reset}
	if len(crowd) > 0 {
		out.Size = size
	}
	for i, mark := range last.Landmarks {
		one := plot.Landing{Time: mark.Time, MeanField: mark.Density}
		for _, c := range r.Candidates {
			one.Candidates = append(one.Candidates, plot.Line{Name: c.Rule, Y: c.Densities[i]})
		}
		if len(crowd) > 0 {
			one.Network = crowd[len(crowd)-1].Landmarks[i].Density
		}
		out.Panels = append(out.Panels, one)
	}
	return out
}
