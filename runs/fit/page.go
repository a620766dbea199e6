package fit

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"strings"

	"lapicque/runs/plot"
	"lapicque/runs/report"
	"lapicque/runs/store"
)

//go:embed report.html
var source string

var pages = template.Must(template.New("report").Parse(source))

// page is what report.html prints.
type page struct {
	Title, Recording, Class, Verdict, Command string
	Style                                     template.CSS
	Facts, Head                               []string
	Rows                                      [][]string
	Figures                                   []figure
	Models                                    []Fitted
}

// figure is a plot on the page.
type figure struct {
	Name, Title, Caption string
	Source               template.URL
	drawing              *plot.Figure
}

// shownTime is the length in ms of the held-out data that is drawn, at most.
const shownTime = 1000

// page draws the plots and writes report.html.
func (r *Result) page(folder *store.Folder, argv []string) error {
	if err := os.MkdirAll(folder.Path("plots"), 0o755); err != nil {
		return err
	}
	p := page{Style: report.Style(), Recording: r.name, Title: "Models of " + filepath.Base(r.name), Command: strings.Join(argv, " "), Models: r.Models, Figures: r.figures()}
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
	r.words(&p)
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		return err
	}
	return folder.Text("report.html", b.Bytes())
}

// words fills the verdict and the table.
func (r *Result) words(p *page) {
	best := r.Models[0]
	p.Verdict = fmt.Sprintf("%s predicts best: Γ = %.3f on held-out data", best.Title, best.Test.Gamma)
	p.Facts = append(p.Facts, fmt.Sprintf("%g s at steps of %g ms, %s. Fitted to the first %g s, tried on the rest. δ = %g ms.",
		r.Duration/1000, r.Step, plural(len(r.Spikes), "repeat"), r.Split/1000, r.Delta))
	p.Class = "disagrees"
	level := best.Test.Gamma
	if r.Reliability != nil {
		p.Facts = append(p.Facts, fmt.Sprintf("Intrinsic reliability: Γ = %.3f between repeats on held-out data, %.3f before.", r.Reliability.Test, r.Reliability.Train))
		level /= math.Max(r.Reliability.Test, 1e-9)
	}
	if level >= 0.9 {
		p.Class = "agrees"
	} else if level >= 0.6 {
		p.Class = "explained"
	}
	p.Head = []string{"model", "Γ fitted to", "Γ held out", "relative", "spikes", "recorded", "coincident", "rms (ms)"}
	for _, m := range r.Models {
		relative := "—"
		if m.Relative != nil {
			relative = fmt.Sprintf("%.3f", m.Relative.Test)
		}
		p.Rows = append(p.Rows, []string{m.Title, fmt.Sprintf("%.3f", m.Train.Gamma), fmt.Sprintf("%.3f", m.Test.Gamma), relative,
			fmt.Sprint(m.Test.Spikes), fmt.Sprintf("%.4g", m.Test.Recorded), fmt.Sprintf("%.4g", m.Test.Pairs), fmt.Sprintf("%.3g", m.Test.Deviation)})
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// figures draws the beginning of the held-out data and Γ by model.
func (r *Result) figures() []figure {
	rec, dt := r.recording, r.Step
	from := int(r.split.At / dt)
	to := min(len(rec.Current), from+int(shownTime/dt))
	d := plot.Responses{Current: rec.Current[from:to], Unit: rec.Unit}
	for k := from; k < to; k++ {
		d.Time = append(d.Time, float64(k)*dt)
	}
	train := func(name string, spikes, potential []float64) plot.SpikeTrain {
		out := plot.SpikeTrain{Name: name}
		for _, at := range spikes {
			if at >= float64(from)*dt && at < float64(to)*dt {
				out.Spikes = append(out.Spikes, at)
			}
		}
		if potential != nil {
			out.Potential = potential[from:to]
		}
		return out
	}
	for k, spikes := range rec.Spikes {
		name := "recorded"
		if len(rec.Spikes) > 1 {
			name = fmt.Sprintf("repeat %d", k+1)
		}
		var potential []float64
		if k < len(rec.Potential) {
			potential = rec.Potential[k]
		}
		d.Recorded = append(d.Recorded, train(name, spikes, potential))
	}
	g := plot.Gammas{Reliability: math.NaN()}
	for _, m := range r.Models {
		d.Models = append(d.Models, train(m.Model, m.spikes, m.potential))
		g.Names, g.Train, g.Test = append(g.Names, m.Model), append(g.Train, m.Train.Gamma), append(g.Test, m.Test.Gamma)
	}
	if r.Reliability != nil {
		g.Reliability = r.Reliability.Test
	}
	return []figure{
		{Name: "responses", Title: "The beginning of the held-out data", Caption: "Injected current, recorded potential where there is one, potentials of the models in units of their own, and all spikes. Dots along the top of a potential are its spikes.", drawing: d.Figure()},
		{Name: "gammas", Title: "Coincidence factor by model", Caption: "On the part that was fitted to and on the part held out.", drawing: g.Figure()},
	}
}
