package report

import (
	"html/template"
	"strings"

	"lapicque/neuron/membrane"
)

// biophysicalMeaning explains the keys of model biophysical that mean something else, or nothing, in another one.
var biophysicalMeaning = map[string]string{
	"time.end": "end of the run", "neuron.law": "equations of a neuron", "neuron.noise": "white noise σ on the potential, per square root of time",
	"neuron.recovery": "white noise on the second variable", "coupling.pulse": "pulse J: each spike moves every potential by J/N",
	"coupling.conductance": "conductance G: each spike opens G/N in every neuron", "coupling.decay": "its time constant τ",
	"coupling.reversal": "its reversal potential E", "initial.from": "least potential at time 0; the other variables are at rest given it",
	"initial.to": "greatest potential at time 0", "particles.dt": "time step", "particles.scheme": "how the equations are integrated",
}

// law returns the law of the neurons, nil where it is not known.
func (f *folder) law() membrane.Model {
	if f.parameters.text("model") != "biophysical" {
		return nil
	}
	law, err := membrane.New(f.parameters.text("neuron.law"))
	if err != nil {
		return nil
	}
	return law
}

// flows are the equations of the laws that make their spikes themselves, under the current I(t) and the conductance g(t).
var flows = map[string]template.HTML{
	"hodgkin-huxley": `<i>C V</i>′ = <i>I</i>(<i>t</i>) + <i>g</i>(<i>E</i> − <i>V</i>) − <i>g</i><sub>Na</sub><i>m</i>³<i>h</i>(<i>V</i> − <i>V</i><sub>Na</sub>) − ` +
		`<i>g</i><sub>K</sub><i>n</i>⁴(<i>V</i> − <i>V</i><sub>K</sub>) − <i>g<sub>L</sub></i>(<i>V</i> − <i>V<sub>L</sub></i>),&emsp;` +
		`<i>x</i>′ = φ(<i>a<sub>x</sub></i>(<i>V</i>)(1 − <i>x</i>) − <i>b<sub>x</sub></i>(<i>V</i>)<i>x</i>), <i>x</i> = <i>m</i>, <i>h</i>, <i>n</i>`,
	"fitzhugh-nagumo": `<i>v</i>′ = <i>v</i> − <i>v</i>³/3 − <i>w</i> + <i>I</i>(<i>t</i>) + <i>g</i>(<i>E</i> − <i>v</i>),&emsp;<i>w</i>′ = ε(<i>v</i> + <i>a</i> − <i>bw</i>)`,
	"morris-lecar": `<i>C V</i>′ = <i>I</i>(<i>t</i>) + <i>g</i>(<i>E</i> − <i>V</i>) − <i>g</i><sub>Ca</sub><i>m</i><sub>∞</sub>(<i>V</i>)(<i>V</i> − <i>E</i><sub>Ca</sub>) − ` +
		`<i>g</i><sub>K</sub><i>w</i>(<i>V</i> − <i>E</i><sub>K</sub>) − <i>g<sub>L</sub></i>(<i>V</i> − <i>E<sub>L</sub></i>),&emsp;<i>w</i>′ = φ(<i>w</i><sub>∞</sub>(<i>V</i>) − <i>w</i>)/τ<sub><i>w</i></sub>(<i>V</i>)`,
}

// biophysical returns the equations of a network of neurons that make their spikes themselves; there is none of its limit.
func (f *folder) biophysical() *equation {
	law := f.law()
	if law == nil {
		return nil
	}
	card := law.Card()
	e := &equation{
		Neurons: `for <i>i</i> = 1, …, <i>N</i>, with independent Brownian motions <i>W<sub>i</sub></i> and <i>S</i>(<i>t</i>) the number of spikes of all neurons, each obeys`,
		Network: flows[strings.TrimSuffix(card.Name, "-snic")] + `,<br>plus on the potential&emsp;(<i>J</i>/<i>N</i>) d<i>S</i>(<i>t</i>) + σ d<i>W<sub>i</sub></i>,&emsp;` +
			`d<i>g</i> = −<i>g</i> d<i>t</i>/τ + (<i>G</i>/<i>N</i>) d<i>S</i>(<i>t</i>)`,
		Spike: "A spike is the potential passing " + short(card.Spike) + unit(card.Variables[0].Unit) + " upwards; nothing is reset. " +
			"The limit of many neurons has an equation in as many variables as a neuron, which is not solved: networks of N are held against networks of 2N.",
		Units:  `(<i>N</i> is the number of neurons.)` + template.HTML(timeIn(card.TimeUnit)),
		Source: card.Source,
	}
	var values []string
	for _, p := range law.Parameters() {
		value := short(*p.Value)
		if own := f.parameters.text("neuron.parameters." + p.Name); own != "" {
			value = minus1(own)
		}
		values = append(values, p.Name+" = "+value+unit(p.Unit))
	}
	for _, v := range [][2]string{{"I", "neuron.current"}, {"σ", "neuron.noise"}, {"J", "coupling.pulse"}, {"G", "coupling.conductance"},
		{"τ", "coupling.decay"}, {"E", "coupling.reversal"}, {"N", "particles.N"}} {
		if x := f.parameters.text(v[1]); x != "" {
			values = append(values, v[0]+" = "+minus1(x))
		} else if v[0] == "G" {
			values = append(values, "G = 0")
		}
	}
	e.Values = strings.Join(values, ", ")
	return e
}

// unit writes a unit after a number, nothing without one.
func unit(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

// bracket writes a unit in brackets after a name, nothing without one.
func bracket(unit string) string {
	if unit == "" {
		return ""
	}
	return " (" + unit + ")"
}

// timeIn says in which unit time is.
func timeIn(name string) string {
	if name == "" {
		return " Time and state are without dimension."
	}
	return " Time is in " + name + ", rates are in 1/" + name + "."
}

// biophysicalState returns the state of neurons that make their spikes themselves.
func (f *folder) biophysicalState() state {
	s := state{Name: "potential", Plural: "potentials", Symbol: "V", spiking: true}
	if law := f.law(); law != nil {
		card := law.Card()
		s.Symbol, s.unit, s.time, s.level = card.Variables[0].Name, card.Variables[0].Unit, card.TimeUnit, card.Spike
	}
	return s
}

// doubling turns a text about the mean field into one about networks of 2N.
func (s state) doubling() *strings.Replacer {
	per, density := "", ""
	if s.time != "" {
		per = bracket("1/" + s.time)
	}
	if s.unit != "" {
		density = bracket("1/" + s.unit)
	}
	return strings.NewReplacer(
		"Network and mean field", "Networks of N and of 2N", "network and mean field", "networks of N and of 2N",
		"network against mean field", "N against 2N neurons", "if the mean field is exact and chance is all", "if chance is all",
		"a finite sample of the mean field itself would show", "chance alone would show", "network minus mean field", "N minus 2N",
		"the mean-field density", "that of networks of 2N", "the mean of the mean-field rate", "that of networks of 2N",
		"; the rate of the mean field is averaged over the network's window first", "",
		"Rate of the mean field: its value at that instant.", "Networks of 2N likewise.", ", of who is not refractory", "",
		" and refractory fraction", "",
		"the mean field, averaged over the same bins, so that nothing is interpolated", "networks of 2N, from quantiles of their potentials, averaged over the same bins",
		"the mean field", "networks of 2N", "mean field", "2N",
		"time (membrane time constants)", "time"+bracket(s.time), " (membrane times)", bracket(s.time),
		"firing rate N(t)", "firing rate N(t)"+per, "firing rate", "firing rate"+per, "rate error", "rate error"+per,
		"density n("+s.Symbol+", t)", "density n("+s.Symbol+", t)"+density, "distance W_{1}", "distance W_{1}"+bracket(s.unit), "1/membrane time", "1/time", "membrane time", "unit of time",
		"potential "+s.Symbol, "potential "+s.Symbol+bracket(s.unit))
}
