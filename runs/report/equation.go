package report

import (
	"fmt"
	"html/template"
	"strings"

	"lapicque/runs/scenario"
)

// equation is the network and its mean field with the numbers of the run.
type equation struct {
	Neurons   template.HTML // whom the first formula is about
	Network   template.HTML // the formula, without a full stop
	Spike     string        // what happens at a spike
	Limit     template.HTML // what the second formula is, "" without one
	MeanField template.HTML // the formula, with its full stop
	Matrices  []grid
	Values    string        // of the parameters
	Units     template.HTML // of time and state, in brackets or sentences
	Source    string
}

// equation returns nil for a model that has none here.
func (f *folder) equation() *equation {
	e := f.modelEquation()
	if ms := f.parameters.number("scales.time_ms"); e != nil && ms > 0 {
		s := scenario.Scales{Time: ms, Potential: f.parameters.number("scales.potential_mV"), Rest: f.parameters.number("scales.rest_mV")}
		e.Units += template.HTML(template.HTMLEscapeString(" Here " + minus(s.String()) + "."))
	}
	return e
}

// modelEquation is equation without the scales of the scenario.
func (f *folder) modelEquation() *equation {
	switch f.parameters.text("model") {
	case "nnlif":
		return f.nnlif()
	case "wilson-cowan":
		return f.neuralField()
	case "elapsed-time":
		return f.elapsed()
	case "voltage-conductance":
		return f.conductance()
	case "biophysical":
		return f.biophysical()
	}
	return nil
}

// refractory returns the law of the refractory state of a population, "" without one.
func (f *folder) refractory(p *part) string {
	if law := f.parameters.text(p.key("neuron.refractory.law")); law != "none" {
		return law
	}
	return ""
}

// escapes reports whether a population fires at random above V_F.
func (f *folder) escapes(p *part) bool {
	return f.parameters.text(p.key("neuron.firing.law")) == "escape"
}

// nnlif returns the equations of noisy leaky integrate-and-fire neurons.
func (f *folder) nnlif() *equation {
	e := &equation{Neurons: neurons, Limit: limit, Units: units,
		Source: "Delarue, Inglis, Rubenthaler and Tanré 2015; Cáceres, Carrillo and Perthame 2011"}
	shape := shape{several: f.several()}
	var values []string
	bounces := false
	for _, p := range f.parts {
		law, escapes := f.refractory(p), f.escapes(p)
		bounces = bounces || law == "" && !escapes
		shape.see(law, escapes)
		shape.noise = shape.noise || f.parameters.number(p.key("neuron.a1")) > 0
		values = append(values, f.values(p))
	}
	delays := f.parameters.under("coupling.delay")
	if len(delays) == 0 {
		delays = []leaf{{Value: f.parameters.text("coupling.delay")}}
	}
	atOnce := false // some kicks arrive in the instant of their spike
	for _, l := range delays {
		late := parse(l.Value) > 0
		shape.delay, atOnce = shape.delay || late, atOnce || !late
	}
	e.Values, e.Network, e.MeanField, e.Spike = strings.Join(values, "; "), shape.network(), shape.meanField(), shape.spike()
	if bounces && atOnce {
		e.Spike += " " + rules[f.parameters.text("coupling.reset")]
	}
	if shape.exponential || shape.fixed {
		e.Source += "; Brunel 2000; Cáceres and Perthame 2014"
	}
	if f.several() {
		e.Neurons, e.Limit = severalNeurons, limit+` of each population`
		e.Matrices = append(e.Matrices, f.matrix("coupling.b", "b"))
		if shape.delay {
			e.Matrices = append(e.Matrices, f.matrix("coupling.delay", "d"))
		}
	}
	return e
}

const (
	neurons = `for <i>i</i> = 1, …, <i>N</i>, with independent Brownian motions <i>W<sub>i</sub></i> and <i>K<sub>j</sub></i>(<i>t</i>) the ` +
		`number of spikes of neuron <i>j</i>,`
	severalNeurons = `for <i>i</i> = 1, …, <i>N</i> of population <i>p</i>, with independent Brownian motions <i>W<sub>i</sub></i> and ` +
		`<i>K<sub>j</sub></i>(<i>t</i>) the number of spikes of neuron <i>j</i> of population <i>q</i>,`
	limit = `the nonlinear Fokker–Planck equation for the density <i>n</i>(<i>v</i>, <i>t</i>) of the potential and the firing rate <i>N</i>(<i>t</i>)`
	units = `(<i>N</i> alone is the number of neurons, <i>N</i>(<i>t</i>) the rate). Time is in membrane time constants, potential in the units of the threshold.`
)

// matrix returns a matrix of the coupling, the receiver first.
func (f *folder) matrix(key, symbol string) (g grid) {
	g.Head = append(g.Head, symbol+": to ↓ from →")
	for _, q := range f.parts {
		g.Head = append(g.Head, q.name)
	}
	for _, p := range f.parts {
		row := []string{p.name}
		for _, q := range f.parts {
			value := f.parameters.text(fmt.Sprintf("%s.%s.%s", key, p.name, q.name))
			if value == "" {
				value = f.parameters.text(key)
			}
			row = append(row, minus1(value))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// values lists the parameters of a population with their symbols.
func (f *folder) values(p *part) string {
	var parts []string
	add := func(symbol, key string) {
		if v := f.parameters.text(key); v != "" {
			parts = append(parts, symbol+" = "+minus1(v))
		}
	}
	add("V_F", p.key("neuron.V_F"))
	add("V_R", p.key("neuron.V_R"))
	add("a₀", p.key("neuron.a0"))
	add("a₁", p.key("neuron.a1"))
	add("ℓ", p.key("neuron.leak"))
	add("τ", p.key("neuron.refractory.tau"))
	add("ε", p.key("neuron.firing.epsilon"))
	if f.several() {
		add("N", p.key("N"))
	} else {
		add("b", "coupling.b")
		if f.parameters.number("coupling.delay") > 0 {
			add("d", "coupling.delay")
		}
		add("N", "particles.N")
	}
	current := "I(t) = " + minus1(f.parameters.text(p.key("neuron.current")))
	if w := f.parameters.text(p.key("neuron.current.frequency")); w != "" {
		current = "I(t) = " + f.parameters.text(p.key("neuron.current.mean")) + " + " + f.parameters.text(p.key("neuron.current.amplitude")) + " sin(2π·" + w + "·t)"
	}
	if current != "I(t) = " {
		parts = append(parts, current)
	}
	text := strings.Join(parts, ", ")
	if f.several() {
		text = p.name + ": " + text
	}
	return text
}

// rules says what a cascade leaves behind.
var rules = map[string]string{
	"subtractive": "After a cascade of size |Γ| every potential has moved by b|Γ|/N, and those in Γ by −(V_F − V_R) besides: they keep their overshoot.",
	"hard":        "After a cascade those in Γ stand exactly at V_R and take no kick from it; the others have moved by b|Γ|/N.",
	"sequential":  "In a cascade neurons fire one after the other, and each kick of b/N reaches also those that were already reset.",
}

// shape is what the equations of a run have in them.
type shape struct {
	several, delay, noise     bool
	plain, exponential, fixed bool // refractory laws
	threshold, escape         bool // ways to fire
}

// see adds the laws of a population.
func (s *shape) see(refractory string, escapes bool) {
	s.plain = s.plain || refractory == ""
	s.exponential, s.fixed = s.exponential || refractory == "exponential", s.fixed || refractory == "fixed"
	s.threshold, s.escape = s.threshold || !escapes, s.escape || escapes
}

const brackets = `(<i>t</i>)`

// late is a time argument of what arrives.
func (s shape) late(lag string) string {
	if !s.delay {
		return brackets
	}
	return `(<i>t</i> − ` + lag + `)`
}

// network returns the equation of a neuron.
func (s shape) network() template.HTML {
	kicks := `(<i>b</i>/<i>N</i>) Σ<sub><i>j</i></sub> d<i>K<sub>j</sub></i>` + s.late("<i>d</i>")
	index := `<i>i</i>`
	if s.several {
		kicks = `Σ<sub><i>q</i></sub> (<i>b<sub>pq</sub></i>/<i>N<sub>q</sub></i>) Σ<sub><i>j</i></sub> d<i>K<sub>j</sub><sup>q</sup></i>` + s.late("<i>d<sub>pq</sub></i>")
	}
	if !s.delay {
		kicks = strings.TrimSuffix(kicks, brackets)
	}
	v := `<i>V<sub>` + index + `</sub></i>`
	return template.HTML(`d` + v + ` = (−ℓ` + v + ` + <i>I</i>(<i>t</i>)) d<i>t</i> + √(2<i>a</i>) d<i>W<sub>i</sub></i> + ` + kicks)
}

// spike says what happens at a spike.
func (s shape) spike() string {
	var fires, after []string
	if s.threshold {
		fires = append(fires, "in the instant in which it reaches V_F")
	}
	if s.escape {
		fires = append(fires, "above V_F at random, at the rate 1/ε")
	}
	if s.plain {
		after = append(after, "restarts at V_R")
	}
	if s.exponential {
		after = append(after, "is refractory for an exponential time of mean τ and then starts at V_R")
	}
	if s.fixed {
		after = append(after, "is refractory for the time τ and then starts at V_R")
	}
	text := "A neuron fires " + strings.Join(fires, ", or (in the other population) ") + "; then it " + strings.Join(after, ", or (in the other population) ") + "."
	if s.exponential || s.fixed {
		text += " A refractory neuron does not move and loses the kicks that arrive meanwhile."
	}
	return text
}

// meanField returns the equations of the limit.
func (s shape) meanField() template.HTML {
	const n, rate = `<i>n</i>`, `<i>N</i>(<i>t</i>)`
	drive := `<i>b</i><i>N</i>` + s.late("<i>d</i>")
	if s.several {
		drive = `Σ<sub><i>q</i></sub> <i>b<sub>pq</sub></i><i>N<sub>q</sub></i>` + s.late("<i>d<sub>pq</sub></i>")
	}
	sink, domain := "", `,&ensp; <i>v</i> &lt; <i>V<sub>F</sub></i>`
	if s.escape {
		sink = ` + (1/ε) 1<sub><i>v</i> &gt; <i>V<sub>F</sub></i></sub> ` + n
		domain = ""
	}
	var returns, more []string
	if s.plain {
		returns = append(returns, rate)
	}
	if s.exponential {
		returns = append(returns, `<i>R</i>/τ`)
		more = append(more, `<i>R</i>′ = `+rate+` − <i>R</i>/τ`)
	}
	if s.fixed {
		returns = append(returns, `<i>N</i>(<i>t</i> − τ)`)
		more = append(more, `<i>R</i>′ = `+rate+` − <i>N</i>(<i>t</i> − τ)`)
	}
	if s.threshold {
		more = append(more, n+`(<i>V<sub>F</sub></i>, <i>t</i>) = 0`, rate+` = −<i>a</i> ∂<sub><i>v</i></sub>`+n+`(<i>V<sub>F</sub></i>, <i>t</i>)`)
	}
	if s.escape {
		more = append(more, rate+` = (1/ε) ∫<sub><i>V<sub>F</sub></i></sub><sup>∞</sup> `+n+` d<i>v</i>`)
	}
	more = append(more, `<i>a</i> = <i>a</i><sub>0</sub> + <i>a</i><sub>1</sub>`+rate)
	if s.exponential || s.fixed {
		more = append(more, `∫ `+n+` d<i>v</i> + <i>R</i> = 1`)
	} else {
		more = append(more, `∫ `+n+` d<i>v</i> = 1`)
	}
	return template.HTML(`∂<sub><i>t</i></sub>` + n + ` + ∂<sub><i>v</i></sub>[(−ℓ<i>v</i> + <i>I</i>(<i>t</i>) + ` + drive + `) ` + n + `] − <i>a</i> ∂<sub><i>vv</i></sub>` + n + sink +
		` = ` + strings.Join(returns, ` or `) + ` δ(<i>v</i> − <i>V<sub>R</sub></i>)` + domain + `,<br>` + strings.Join(more, `,&emsp;`) + `.`)
}
