package report

import (
	"strings"

	"lapicque/runs/plot"
)

// state is what the densities, means and traces of a model are of.
type state struct {
	Name, Plural, Symbol string
	Reset                string  // of the potential, in captions
	membrane             bool    // time is in membrane time constants
	spiking              bool    // neurons make their spikes themselves; there is no equation of the limit
	unit, time           string  // of the state and of time, of neurons that do, "" without
	level                float64 // passing it upwards is their spike
}

// state returns that of the run's model.
func (f *folder) state() state {
	switch f.parameters.text("model") {
	case "elapsed-time":
		return state{Name: "age", Plural: "ages", Symbol: "s"}
	case "biophysical":
		return f.biophysicalState()
	case "voltage-conductance":
		return state{Name: "potential", Plural: "potentials", Symbol: "v", Reset: "V_R = 0"}
	}
	return state{Name: "potential", Plural: "potentials", Symbol: "v", Reset: "V_R", membrane: true}
}

// reset returns where the potential of a population restarts, NaN where that is not known.
func (f *folder) reset(p *part) float64 {
	if f.parameters.text("model") == "voltage-conductance" {
		return 0
	}
	return f.parameters.number(p.key("neuron.V_R"))
}

// said returns a text about potentials and membrane times as one about the state.
func (s state) said(text string) string {
	if s.membrane {
		return text
	}
	if s.spiking {
		return s.doubling().Replace(text)
	}
	return strings.NewReplacer("potentials", s.Plural, "potential", s.Name, ", of who is not refractory", "",
		"1/membrane time", "1/time", " (membrane times)", "", "membrane time", "unit of time").Replace(text)
}

// axes gives a figure the units of the model.
func (s state) axes(fig *plot.Figure) {
	switch {
	case s.spiking:
		fig.Relabel(s.doubling())
	case !s.membrane:
		fig.Dimensionless()
	}
}
