package report

import (
	"strings"

	"lapicque/runs/plot"
)

// state is what the densities, means and traces of a model are of.
type state struct {
	Name, Plural, Symbol string
	membrane             bool // time is in membrane time constants
}

// state returns that of the run's model.
func (f *folder) state() state {
	if f.parameters.text("model") == "elapsed-time" {
		return state{Name: "age", Plural: "ages", Symbol: "s"}
	}
	return state{Name: "potential", Plural: "potentials", Symbol: "v", membrane: true}
}

// said returns a text about potentials as one about the state.
func (s state) said(text string) string {
	if s.membrane {
		return text
	}
	return strings.NewReplacer("potentials", s.Plural, "potential", s.Name, ", of who is not refractory", "").Replace(text)
}

// axes gives a figure the units of the model.
func (s state) axes(fig *plot.Figure) {
	if !s.membrane {
		fig.Dimensionless()
	}
}
