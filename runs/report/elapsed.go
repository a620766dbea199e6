package report

import (
	"fmt"
	"html/template"
	"strings"
)

// elapsedMeaning explains the keys of model elapsed-time that mean something else, or nothing, in another one.
var elapsedMeaning = map[string]string{
	"time.end": "end of the run", "neuron.hazard": "shape of the hazard r(s, X)",
	"neuron.sigma": "age σ(X) from which a neuron fires", "neuron.phi": "rate φ(X) past that age", "neuron.width": "width w of the rise",
	"neuron.sigma.law": "age σ(X) from which a neuron fires", "neuron.phi.law": "rate φ(X) past that age",
	"coupling.b": "connectivity: X is b times the rate that arrives", "coupling.transmission": "how X follows N(t)",
	"coupling.delay": "delay d, or its mean", "coupling.past": "rate before time 0", "coupling.start": "which N(0), of several",
	"initial.law": "law of the ages at time 0", "initial.period": "period of the explicit solution",
	"particles.dt": "cell of the time grid of X(t)", "particles.scheme": "how spikes are drawn",
	"meanfield.continue": "jump to another solution where N(t) ends", "meanfield.jump_at": "time of a jump of N(t) to another solution",
	"meanfield.jump_every": "time to the next jump", "meanfield.jump": "to which solution",
}

// inputs are X(t) by the law of transmission: of the network and of the mean field.
var inputs = map[string][2]template.HTML{
	"instantaneous": {`<i>X</i>(<i>t</i>) = <i>b</i><i>A</i>(<i>t</i>)`, `<i>X</i>(<i>t</i>) = <i>b</i><i>N</i>(<i>t</i>), an implicit equation for <i>N</i>(<i>t</i>)`},
	"discrete":      {`<i>X</i>(<i>t</i>) = <i>b</i><i>A</i>(<i>t</i> − <i>d</i>)`, `<i>X</i>(<i>t</i>) = <i>b</i><i>N</i>(<i>t</i> − <i>d</i>)`},
	"exponential": {`<i>d</i><i>X</i>′ = (<i>b</i>/<i>N</i>) Σ<sub><i>j</i></sub> Σ<sub><i>k</i></sub> δ(<i>t</i> − <i>t<sub>jk</sub></i>) − <i>X</i>`,
		`<i>d</i><i>X</i>′ = <i>b</i><i>N</i>(<i>t</i>) − <i>X</i>`},
}

// hazards are r(s, X).
var hazards = map[string]template.HTML{
	"step":     `<i>r</i>(<i>s</i>, <i>X</i>) = 1<sub><i>s</i> &gt; σ(<i>X</i>)</sub>`,
	"phi-step": `<i>r</i>(<i>s</i>, <i>X</i>) = φ(<i>X</i>) 1<sub><i>s</i> &gt; σ(<i>X</i>)</sub>`,
	"smooth":   `<i>r</i>(<i>s</i>, <i>X</i>) = φ(<i>X</i>)/(1 + e<sup>−(<i>s</i> − σ(<i>X</i>))/<i>w</i></sup>)`,
}

// elapsed returns the equations of elapsed-time neurons.
func (f *folder) elapsed() *equation {
	text := f.parameters.text
	input, hazard := inputs[text("coupling.transmission")], hazards[text("neuron.hazard")]
	e := &equation{
		Neurons: `for <i>i</i> = 1, …, <i>N</i>, <i>s<sub>i</sub></i> being the age of neuron <i>i</i>, the time since its last spike` +
			`, and <i>A</i>(<i>t</i>) = (1/<i>N</i>) Σ<sub><i>j</i></sub> <i>r</i>(<i>s<sub>j</sub></i>, <i>X</i>) the intensity of the population,`,
		Network: `<i>s<sub>i</sub></i>′ = 1,&emsp;<i>i</i> fires at the rate <i>r</i>(<i>s<sub>i</sub></i>, <i>X</i>(<i>t</i>)),&emsp;` + hazard + `,&emsp;` + input[0],
		Spike:   "A neuron that fires restarts at the age 0. Spikes come at exact times, by thinning.",
		Limit:   `the elapsed-time equation for the density <i>n</i>(<i>s</i>, <i>t</i>) of the age and the firing rate <i>N</i>(<i>t</i>)`,
		MeanField: `∂<sub><i>t</i></sub><i>n</i> + ∂<sub><i>s</i></sub><i>n</i> + <i>r</i>(<i>s</i>, <i>X</i>(<i>t</i>)) <i>n</i> = 0,&emsp;<i>N</i>(<i>t</i>) = <i>n</i>(0, <i>t</i>) = ` +
			`∫<sub>0</sub><sup>∞</sup> <i>r</i>(<i>s</i>, <i>X</i>(<i>t</i>)) <i>n</i>(<i>s</i>, <i>t</i>) d<i>s</i>,<br>` + input[1] + `,&emsp;∫ <i>n</i> d<i>s</i> = 1.`,
		Units:  `(<i>N</i> alone is the number of neurons, <i>N</i>(<i>t</i>) the rate). Time is in the unit in which rates are given; 1 is the rate of a neuron that hazard step lets fire.`,
		Source: "Pakdaman, Perthame and Salort 2010, 2013",
	}
	values := []string{"σ(X) = " + f.curve("neuron.sigma")}
	if phi := f.curve("neuron.phi"); phi != "" {
		values = append(values, "φ(X) = "+phi)
	}
	for _, v := range [][2]string{{"w", "neuron.width"}, {"b", "coupling.b"}, {"d", "coupling.delay"}, {"N", "particles.N"}} {
		if x := text(v[1]); x != "" && !(v[0] == "d" && parse(x) == 0) {
			values = append(values, v[0]+" = "+minus1(x))
		}
	}
	if past := f.parameters.number("coupling.past"); past > 0 {
		values = append(values, "N(t < 0) = "+text("coupling.past"))
	}
	e.Values = strings.Join(values, ", ")
	return e
}

// curve returns the formula of a function of X, "" without one.
func (f *folder) curve(key string) string {
	part := func(name string) string { return minus1(f.parameters.text(key + "." + name)) }
	base, amplitude, scale := part("base"), part("amplitude"), part("scale")
	switch f.parameters.text(key + ".law") {
	case "affine":
		return fmt.Sprintf("%s + %s·X", base, amplitude)
	case "exponential":
		return fmt.Sprintf("%s + %s·exp(−X/%s)", base, amplitude, scale)
	case "hill":
		return fmt.Sprintf("%s + %s·X^p/(%s^p + X^p) with p = %s", base, amplitude, scale, part("power"))
	case "logarithmic":
		return fmt.Sprintf("%s + %s·ln(%s/X)", base, amplitude, scale)
	case "constant":
		return base
	}
	return minus1(f.parameters.text(key))
}
