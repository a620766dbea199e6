package report

import (
	"fmt"
	"math"

	"lapicque/mfield"
	"lapicque/runs/plot"
)

// entropy is what summary.json says about the way to a steady state.
type entropy struct {
	Kind   string   `json:"kind"`
	Note   string   `json:"note"`
	Steady *float64 `json:"steady_rate"`
	End    *float64 `json:"end"`
	Rise   *float64 `json:"largest_rise"`
	Theory *float64 `json:"theory"`
	Decay  *struct {
		Rate     float64 `json:"rate"`
		Error    float64 `json:"error"`
		Residual float64 `json:"residual"`
		From     float64 `json:"from"`
		To       float64 `json:"to"`
	} `json:"decay"`
}

// statement is a theorem held against the run.
type statement struct {
	Name     string `json:"name"`
	Source   string `json:"source"`
	Says     string `json:"says"`
	Holds    string `json:"hypothesis_holds"`
	Numbers  string `json:"numbers"`
	Computed string `json:"computed"`
	Verdict  string `json:"verdict"`
}

// Contradicted reports that computation and theory exclude each other.
func (s statement) Contradicted() bool { return s.Verdict == string(mfield.Contradicted) }

// contradictions says which theorems the run contradicts.
func (f *folder) contradictions() (list []string) {
	for _, s := range f.summary.Theory {
		if s.Contradicted() {
			list = append(list, fmt.Sprintf("THEORY CONTRADICTED (%s; %s): %s. Computed: %s. One of the two is wrong; do not use this run before it is known which.",
				s.Name, s.Source, s.Says, s.Computed))
		}
	}
	return list
}

// formulas of the entropies.
var formulas = map[string]string{"kl": "∫ n ln(n/p) dv", "quadratic": "∫ (n − p)²/p dv"}

func (f *folder) entropySummary() *entropy {
	if f.summary.MeanField == nil {
		return nil
	}
	return f.summary.MeanField.Entropy
}

// drawEntropy draws the relative entropy with the line of the leading eigenvalue.
func (f *folder) drawEntropy() *figure {
	e := f.entropySummary()
	if f.entropy == nil || f.entropy.rows == 0 || e == nil || e.Steady == nil {
		return nil
	}
	name := formulas[e.Kind]
	d := plot.Decay{Name: "relative entropy " + name, Curve: "mean field", Time: f.entropy.floats("time"), Value: f.entropy.floats("entropy"),
		Rate: math.NaN(), WindowFrom: math.NaN()}
	if !some(d.Value) {
		return nil
	}
	caption := fmt.Sprintf("%s, n being the density and p the stable steady state nearest in rate at the end, of rate %s, on a logarithmic axis. "+
		"With b = 0 it can never increase; with b ≠ 0 it may.", name, number(*e.Steady, 7))
	if e.Theory != nil {
		d.Rate, d.Line = *e.Theory, "e^{−2|Re λ|t}, λ the leading eigenvalue"
		caption += " Dashed: the decay that the leading eigenvalue λ predicts, laid through the last point."
	}
	if e.Decay != nil {
		d.WindowFrom, d.WindowTo, d.WindowCaption = e.Decay.From, e.Decay.To, "fit"
	}
	return &figure{Name: "entropy", Title: "Approach to the steady state", Caption: caption, drawing: d.Figure()}
}

// entropyGrid lists what was found about the decay.
func (f *folder) entropyGrid() *grid {
	e := f.entropySummary()
	if e == nil {
		return nil
	}
	g := &grid{Head: []string{"relative entropy " + formulas[e.Kind], ""}}
	add := func(name, value string) { g.Rows = append(g.Rows, []string{name, value}) }
	if e.Steady != nil {
		add("steady state approached: rate", number(*e.Steady, 9))
	}
	if e.End != nil {
		add("entropy at the end", number(*e.End, 5))
	}
	if e.Rise != nil {
		add("largest difference from one time to the next", number(*e.Rise, 2))
	}
	if d := e.Decay; d != nil {
		add("rate of decay, fitted on t = "+number(d.From, 3)+" … "+number(d.To, 3), interval(d.Rate, d.Error/2))
		add("residual of the fit (of the logarithm)", number(d.Residual, 2))
	}
	if e.Theory != nil {
		add("rate of decay, twice that of the leading eigenvalue", number(*e.Theory, 8))
	}
	if e.Note != "" {
		add("note", e.Note)
	}
	return g
}
