package report

import (
	"fmt"
	"html/template"
	"strings"
)

// neuralField returns the equations of a neural field.
func (f *folder) neuralField() *equation {
	rate, point := f.parameters.text("form") == "rate", f.parameters.text("domain.dims") == "0"
	e := &equation{Source: "Wilson and Cowan 1972, 1973; Amari 1977",
		Units: "Time is in units of the time in which a trace decays to 1/e, the membrane time constant."}
	where, sum, at, seen := ` at every site <i>x</i>`, `Σ<sub><i>q</i></sub> ∫ <i>w<sub>pq</sub></i>(|<i>x</i> − <i>y</i>|) `, `(<i>x</i>, <i>t</i>)`, `(<i>y</i>, <i>t</i>)`
	if point {
		where, sum, at, seen = ``, `Σ<sub><i>q</i></sub> <i>w<sub>pq</sub></i> `, `(<i>t</i>)`, `(<i>t</i>)`
	}
	p, q, unit := `<sub><i>p</i></sub>`, `<sub><i>q</i></sub>`, ` d<i>y</i>`
	if point {
		unit = ``
	}
	if !f.several() {
		sum, p, q = strings.ReplaceAll(strings.TrimPrefix(sum, `Σ<sub><i>q</i></sub> `), `<sub>pq</sub>`, ``), ``, ``
	}
	e.Neurons = template.HTML(`<i>M</i> units` + where + map[bool]string{true: ` of each population <i>p</i>`}[f.several()] + `, with the activity <i>A</i>` + p + ` in which they share: each spike ` +
		`of theirs, counted by <i>K</i>` + p + `, adds 1/<i>M</i> to it, and it decays at rate 1,`)
	e.Network = template.HTML(`d<i>A</i>` + p + ` = −<i>A</i>` + p + ` d<i>t</i> + (1/<i>M</i>) d<i>K</i>` + p)
	input := sum + `<i>A</i>` + q + seen + unit
	if rate {
		e.Spike = "A unit fires as a Poisson process whose rate is the share of its time in which it is available, (1 − rA), times the gain σ of the activities weighted by w and the stimulus s."
		e.Limit = template.HTML(`which is the limit of many units, <i>N</i>` + p + ` that of <i>A</i>` + p)
		e.MeanField = template.HTML(`∂<sub><i>t</i></sub><i>N</i>` + p + at + ` = −<i>N</i>` + p + ` + (1 − <i>r</i>` + p + `<i>N</i>` + p + `) σ` + p + `(` + strings.ReplaceAll(input, `<i>A</i>`, `<i>N</i>`) + ` + <i>s</i>` + p + `)` + `.`)
	} else {
		e.Spike = "A unit fires as a Poisson process at the rate σ(N), where the potential N is the activities weighted by w, and what the stimulus s and the start have left."
		e.Limit = template.HTML(`the limit of many units for the potential <i>N</i>` + p)
		e.MeanField = template.HTML(`∂<sub><i>t</i></sub><i>N</i>` + p + at + ` = −<i>N</i>` + p + ` + ` + sum + `σ` + q + `(<i>N</i>` + q + seen + `)` + unit + ` + <i>s</i>` + p + at + `.`)
	}
	e.Values = f.fieldValues()
	return e
}

// fieldValues lists the parameters of a field with their symbols.
func (f *folder) fieldValues() string {
	var list []string
	add := func(text string) {
		if text != "" {
			list = append(list, text)
		}
	}
	if m := f.parameters.text("particles.units"); m != "" {
		add("M = " + m)
	}
	if side := f.parameters.text("domain.length"); f.parameters.number("domain.dims") > 0 {
		shape := map[string]string{"1": "a ring", "2": "a torus"}[f.parameters.text("domain.dims")]
		if f.parameters.text("domain.open") == "true" {
			shape = "a line with open ends"
		}
		add(fmt.Sprintf("the domain is %s of side %s with %s sites along it", shape, side, f.parameters.text("domain.sites")))
	}
	for _, p := range f.parts {
		add(f.gainText(p))
	}
	for _, to := range f.parts {
		for _, from := range f.parts {
			add(f.kernelText(to, from))
		}
	}
	return strings.Join(list, "; ") + "."
}

// gainText writes the gain, the absence and the stimulus of a population.
func (f *folder) gainText(p *part) string {
	get := func(key string) string { return minus1(f.parameters.text(p.key("gain." + key))) }
	text := map[string]string{
		"logistic":  "σ(N) = " + get("top") + "/(1 + exp(−β(N − θ)))",
		"heaviside": "σ(N) = " + get("top") + " for N ≥ θ and 0 below",
		"tanh":      "σ(N) = " + get("top") + " tanh(β(N − θ))",
	}[get("law")]
	if text == "" {
		return ""
	}
	if get("rested") == "true" {
		text += " less its value at 0"
	}
	if p.name != "" {
		text = "of " + p.name + ": " + text
	}
	if beta := get("beta"); beta != "" {
		text += ", β = " + beta
	}
	text += ", θ = " + get("theta")
	if r := f.parameters.number(p.key("absence")); r > 0 {
		text += ", r = " + short(r)
	}
	if s := f.parameters.text(p.key("stimulus")); s != "" {
		text += ", s = " + minus1(s)
	}
	return text
}

// kernelText writes the kernel by which a population receives from another, "" without one.
func (f *folder) kernelText(to, from *part) string {
	key, name := "kernel", "w"
	if to.name != "" {
		key, name = "kernels."+to.name+"."+from.name, "w to "+to.name+" from "+from.name
	}
	get := func(of string) string { return minus1(f.parameters.text(key + "." + of)) }
	if number := f.parameters.text(key); number != "" {
		return name + " = " + minus1(number)
	}
	switch get("law") {
	case "gaussian":
		return name + " Gaussian, ∫w = " + get("weight") + ", standard deviation " + get("width")
	case "exponential":
		return name + " exponential, ∫w = " + get("weight") + ", length " + get("width")
	case "mexican-hat":
		return name + " a Mexican hat: Gaussian, ∫w = " + get("near.weight") + ", standard deviation " + get("near.width") + ", less one of " + get("around.weight") + " and " + get("around.width")
	case "wizard-hat":
		return name + "(r) = " + get("height") + " (1 − r/λ) exp(−r/λ), λ = " + get("width")
	case "table":
		return name + " as in its table"
	}
	return ""
}
