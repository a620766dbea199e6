package report

import "strings"

// conductance returns the equations of neurons driven through one synaptic conductance.
func (f *folder) conductance() *equation {
	const v, g, p, rate = `<i>V<sub>i</sub></i>`, `<i>g<sub>i</sub></i>`, `<i>p</i>`, `<i>N</i>(<i>t</i>)`
	const flow = `<i>g<sub>L</sub></i>`
	const inputs = `<i>g</i><sub>in</sub> = <i>g</i><sub>0</sub> + <i>c</i>` + rate + `,&emsp;<i>a</i> = <i>a</i><sub>0</sub> + <i>a</i><sub>1</sub>` + rate
	var values []string
	for _, one := range [][2]string{{"g_L", "neuron.g_L"}, {"V_E", "neuron.V_E"}, {"V_F", "neuron.V_F"}, {"σ_E", "neuron.sigma_E"},
		{"g₀", "input.g_0"}, {"c", "input.c"}, {"a₀", "input.a0"}, {"a₁", "input.a1"}, {"N", "particles.N"}} {
		if x := f.parameters.text(one[1]); x != "" {
			values = append(values, one[0]+" = "+minus1(x))
		}
	}
	return &equation{
		Neurons: `for <i>i</i> = 1, …, <i>N</i>, with independent Brownian motions <i>W<sub>i</sub></i>, and ` + rate + ` the spikes of all neurons per neuron and time,`,
		Network: `d` + v + ` = (−` + flow + v + ` + ` + g + `(<i>V<sub>E</sub></i> − ` + v + `)) d<i>t</i>,&emsp;d` + g + ` = (<i>g</i><sub>in</sub> − ` + g +
			`) d<i>t</i>/σ<sub><i>E</i></sub> + √(2<i>a</i>/σ<sub><i>E</i></sub>) d<i>W<sub>i</sub></i>,&emsp;` + inputs,
		Spike: "A neuron fires in the instant in which it reaches V_F and restarts at 0; its conductance goes on, and is reflected at 0.",
		Limit: `the voltage–conductance kinetic equation for the density <i>p</i>(<i>v</i>, <i>g</i>, <i>t</i>) on 0 &lt; <i>v</i> &lt; <i>V<sub>F</sub></i>, <i>g</i> &gt; 0, and the firing rate ` + rate,
		MeanField: `∂<sub><i>t</i></sub>` + p + ` + ∂<sub><i>v</i></sub>[<i>J</i>` + p + `] + ∂<sub><i>g</i></sub>[((<i>g</i><sub>in</sub> − <i>g</i>)/σ<sub><i>E</i></sub>) ` + p +
			`] − (<i>a</i>/σ<sub><i>E</i></sub>) ∂<sub><i>gg</i></sub>` + p + ` = 0,&emsp;<i>J</i> = −` + flow + `<i>v</i> + <i>g</i>(<i>V<sub>E</sub></i> − <i>v</i>),<br>` +
			rate + ` = ∫<sub><i>g<sub>F</sub></i></sub><sup>∞</sup> <i>J</i>(<i>V<sub>F</sub></i>, <i>g</i>) ` + p + `(<i>V<sub>F</sub></i>, <i>g</i>, <i>t</i>) d<i>g</i>,&emsp;` +
			`<i>J</i>` + p + `(0, <i>g</i>) = <i>J</i>` + p + `(<i>V<sub>F</sub></i>, <i>g</i>) for <i>g</i> &gt; <i>g<sub>F</sub></i> = ` + flow + `<i>V<sub>F</sub></i>/(<i>V<sub>E</sub></i> − <i>V<sub>F</sub></i>),<br>` +
			`nothing enters in <i>v</i> for <i>g</i> &lt; <i>g<sub>F</sub></i>, nothing leaves in <i>g</i>,&emsp;∬ ` + p + ` d<i>v</i> d<i>g</i> = 1.`,
		Values: strings.Join(values, ", "),
		Units:  `(<i>N</i> alone is the number of neurons, ` + rate + ` the rate). Time is in the unit of 1/<i>g<sub>L</sub></i> and σ<sub><i>E</i></sub>, potential in that of the threshold.`,
		Source: "Cai, Tao, Shelley and McLaughlin 2004; Cáceres, Carrillo and Tao 2011; Perthame and Salort 2013",
	}
}
