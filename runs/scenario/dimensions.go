package scenario

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// door turns a document with units into one without, in the tree: times become multiples of the membrane time constant,
// potentials v = (V − E_L)/(V_th − V_reset), both of the first population. Then
//
//	tau_m dV = (E_L − V + R I) dt + sigma √tau_m dW,   a spike: V ← V + weight
//
// is the law of package neuron with leak = Time/tau_m, I = leak (E_L − Rest + R I)/Potential,
// a0 = leak (sigma/Potential)²/2, b = N weight/Potential.
type door struct {
	*decoder
	Scales
	units units               // as written
	volts float64             // mV of a unit of potential
	ms    float64             // ms of a unit of time
	from  map[string]original // by the field that the document without units has
	order []string            // of from
}

// original is a number as it was written.
type original struct{ field, text string }

// convert makes a document with the key units one without, and returns nil for one that has none.
func (d *decoder) convert(root *node) *door {
	written := root.get("units")
	neurons := neuronsOf(root)
	model := root.get("model")
	other := model != nil && model.text != "nnlif"
	if written == nil && other {
		return nil
	}
	if written == nil {
		for field, n := range neurons {
			if key := foreign(n); key != "" {
				d.faults.add(n.at, "units", "nothing", fmt.Sprintf("units: {potential: mV, time: ms} in a scenario with %s", join(field, key)))
			}
		}
		return nil
	}
	e := &door{decoder: d, units: units{"mV", "ms"}, from: map[string]original{}}
	before := len(d.faults)
	d.value(written, reflect.ValueOf(&e.units).Elem(), "units")
	e.volts, e.ms = potentialUnits[e.units.Potential], timeUnits[e.units.Time]
	if other {
		d.faults.add(written.at, "units", "this key", "nothing with model "+model.text+": units are those of model nnlif")
		root.drop("units")
		return nil
	}
	if e.volts == 0 {
		d.faults.add(written.locate("potential"), "units.potential", e.units.Potential, among(namesOf(potentialUnits), e.units.Potential))
	}
	if e.ms == 0 {
		d.faults.add(written.locate("time"), "units.time", e.units.Time, among(namesOf(timeUnits), e.units.Time))
	}
	if root.get("scales") != nil {
		d.faults.add(root.locate("scales"), "scales", "this key", "nothing beside units, which say it")
	}
	e.volts, e.ms = max(e.volts, 1), max(e.ms, 1)
	root.drop("units")
	root.rename("rng_seed", "seed", d)
	if len(neurons) == 0 {
		d.faults.add(root.at, "neuron", "nothing", "V_th, V_reset, E_L and tau_m of the neurons in a scenario with units")
	}
	e.all(root)
	if len(d.faults) > before {
		e.forget(root)
	}
	return e
}

// forget removes what has not been converted for sure, so that the checks to come find only the faults of the rest.
func (e *door) forget(root *node) {
	e.Scales = Scales{}
	places := []*node{root}
	for _, p := range listed(root) {
		places = append(places, p.value)
	}
	for _, n := range places {
		n.drop("neuron")
		n.drop("initial")
	}
	if coupling := root.get("coupling"); coupling != nil {
		coupling.drop("weight")
		coupling.drop("b")
	}
}

// neuronsOf returns the mappings of neurons by their fields, in a document of one population or of several.
func neuronsOf(root *node) map[string]*node {
	found := map[string]*node{}
	if n := root.get("neuron"); n != nil && n.kind == mapping {
		found["neuron"] = n
	}
	for _, p := range listed(root) {
		if n := p.value.get("neuron"); n != nil && n.kind == mapping {
			found["populations."+p.key+".neuron"] = n
		}
	}
	return found
}

// listed returns the populations of a circuit.
func listed(root *node) []pair {
	if n := root.get("populations"); n != nil {
		return n.pairs
	}
	return nil
}

// all converts the neurons, the first of which gives the scales, and then all else.
func (e *door) all(root *node) {
	type place struct {
		field string
		host  *node
	}
	places := []place{{"", root}}
	if many := listed(root); len(many) > 0 {
		places = nil
		for _, p := range many {
			places = append(places, place{"populations." + p.key, p.value})
		}
	}
	broken := false
	if c := root.get("coupling"); c != nil && c.get("weight") != nil && c.get("b") != nil {
		e.faults.add(c.locate("weight"), "coupling.weight", "this key", "nothing beside b, which says it")
		broken = true
	}
	for k, at := range places {
		n := at.host.get("neuron")
		if n == nil {
			e.faults.add(at.host.at, join(at.field, "neuron"), "nothing", "V_th, V_reset, E_L and tau_m in a scenario with units")
			broken = true
			continue
		}
		cell, ok := e.read(at.host, n, join(at.field, "neuron"))
		if !ok {
			broken = true
		}
		if broken {
			continue
		}
		if k == 0 {
			e.Scales = Scales{*cell.Tau * e.ms, *cell.Threshold*e.volts - *cell.Reset*e.volts, *cell.Rest * e.volts}
		}
		e.neuron(at.host, n, at.field, cell)
		e.start(at.host, at.field, cell)
	}
	if broken {
		return
	}
	e.rest(root)
}

// read decodes the neurons of a population, false after a fault.
func (e *door) read(host, n *node, field string) (dimensional, bool) {
	before := len(e.faults)
	if n.kind == mapping {
		e.aliased(n, field)
	}
	var m dimensional
	e.value(n, reflect.ValueOf(&m).Elem(), field)
	need := func(ok bool, key string, value *float64, accepted string) {
		if fault := join(field, key); !ok && !e.faults.has(fault) {
			text := "nothing"
			if value != nil {
				text = strconv.FormatFloat(*value, 'g', -1, 64)
			}
			e.faults.add(n.locate(key), fault, text, accepted)
		}
	}
	need(m.Rest != nil, "E_L", m.Rest, "a potential, in a scenario with units")
	need(m.Threshold != nil, "V_th", m.Threshold, "a potential, in a scenario with units")
	need(m.Reset != nil && (m.Threshold == nil || *m.Reset < *m.Threshold), "V_reset", m.Reset, "a potential below V_th")
	need(m.Tau != nil && positive(*m.Tau), "tau_m", m.Tau, "a time > 0")
	need((m.Sigma == nil) != (m.A0 == nil), "sigma", m.Sigma, "the noise, by one of sigma and a0")
	need(m.Sigma == nil || positive(*m.Sigma), "sigma", m.Sigma, "a potential > 0")
	need(m.Absence == nil || *m.Absence >= 0 && finite(*m.Absence), "t_ref", m.Absence, "a time ≥ 0")
	need(m.Absence == nil || m.Refractory == nil, "t_ref", m.Absence, "nothing beside refractory, which says it")
	need(m.Potential == nil || host.get("initial") == nil, "V_m", m.Potential, "nothing beside initial, which says it")
	need(m.Capacitance == nil || positive(*m.Capacitance), "C_m", m.Capacitance, "a capacitance > 0 (pF)")
	need(m.Injected == nil || m.Capacitance != nil, "C_m", m.Capacitance, "the capacitance (pF) that turns I_e into a potential")
	return m, len(e.faults) == before
}

// aliased gives keys their names in dimensional.
func (e *door) aliased(n *node, field string) {
	for _, name := range namesOf(aliases) {
		a := aliases[name]
		if n.get(name) != nil && n.get(a.name) != nil {
			e.faults.add(n.locate(name), join(field, name), "this key", "nothing beside "+a.name+", which is the same")
			n.drop(name)
		}
	}
	for i := range n.pairs {
		p := &n.pairs[i]
		a, other := aliases[p.key]
		if !other {
			continue
		}
		e.from[join(field, a.name)] = original{join(field, p.key), p.value.describe()}
		if x, ok := p.value.number(); ok && a.factor != 1 {
			p.value = &node{at: p.value.at, text: assigned(x * a.factor)}
		}
		p.key = a.name
	}
}

// rename gives a key another name.
func (n *node) rename(from, to string, d *decoder) {
	for i := range n.pairs {
		if n.pairs[i].key != from {
			continue
		}
		if n.get(to) != nil {
			d.faults.add(n.pairs[i].at, from, "this key", "nothing beside "+to+", which is the same")
			return
		}
		n.pairs[i].key = to
	}
}

// drop removes a key.
func (n *node) drop(key string) {
	kept := n.pairs[:0]
	for _, p := range n.pairs {
		if p.key != key {
			kept = append(kept, p)
		}
	}
	n.pairs = kept
}

// neuron replaces the neurons of a population by those without units.
func (e *door) neuron(host, n *node, field string, m dimensional) {
	field = join(field, "neuron")
	leak, out := e.Time/(*m.Tau*e.ms), &node{at: n.at, kind: mapping}
	put := func(key, written string, x float64) {
		e.note(join(field, key), join(field, written), n.get(written))
		out.store(key, &node{at: n.locate(written), text: assigned(x)}, n.locate(written))
	}
	put("V_F", "V_th", e.level(*m.Threshold))
	put("V_R", "V_reset", e.level(*m.Reset))
	put("leak", "tau_m", leak)
	if m.Sigma != nil {
		put("a0", "sigma", leak*e.square(*m.Sigma**m.Sigma)/2)
	} else {
		put("a0", "a0", e.rate(e.square(*m.A0)))
	}
	if n.get("a1") != nil {
		put("a1", "a1", e.square(m.A1))
	}
	drive := *m.Rest*e.volts - e.Rest
	if m.Injected != nil { // pA/pF = mV/ms
		drive += *m.Injected / *m.Capacitance * (*m.Tau * e.ms)
	}
	e.current(out, n, field, func(x float64) float64 { return leak * (x*e.volts + drive) / e.Potential }, func(x float64) float64 { return leak * e.height(x) })
	if m.Absence != nil && *m.Absence > 0 {
		resting := &node{at: n.locate("t_ref"), kind: mapping}
		resting.store("law", &node{at: resting.at, text: "fixed"}, resting.at)
		resting.store("tau", &node{at: resting.at, text: assigned(e.duration(*m.Absence))}, resting.at)
		out.store("refractory", resting, resting.at)
		e.note(join(field, "refractory.tau"), join(field, "t_ref"), n.get("t_ref"))
	}
	for key, duration := range map[string]string{"refractory": "tau", "firing": "epsilon"} {
		if child := n.get(key); child != nil {
			out.store(key, child, child.at)
			e.change(child, join(field, key), duration, e.duration)
		}
	}
	host.store("neuron", out, n.at)
}

// note remembers how a number was written.
func (e *door) note(field, written string, n *node) {
	o := original{field: written}
	if n != nil {
		o.text = n.describe()
	}
	if before, aliased := e.from[written]; aliased {
		o = before
		delete(e.from, written)
	}
	e.from[field] = o
	e.order = append(e.order, field)
}

// current converts the current of a neuron: level what is a current, height what is added to one.
func (e *door) current(out, n *node, field string, level, height func(float64) float64) {
	given := n.get("current")
	if given == nil {
		given = &node{at: n.at, text: "0"}
		if n.get("I_e") != nil {
			given.at = n.locate("I_e")
			e.note(join(field, "current"), join(field, "I_e"), n.get("I_e"))
		}
	}
	out.store("current", given, given.at)
	if given.kind != mapping {
		if n.get("current") != nil {
			e.change(out, field, "current", level)
		} else {
			out.store("current", converting(given, level), given.at)
		}
		return
	}
	field = join(field, "current")
	if law := given.get("law"); law != nil && law.text == "table" {
		e.faults.add(law.at, join(field, "law"), "table", "sine, steps or pulses in a scenario with units: a table holds numbers without")
	}
	if key := base(given); given.get(key) == nil {
		given.store(key, &node{at: given.at, text: "0"}, given.at)
	}
	for _, key := range []string{"mean", "initial", "baseline"} {
		e.change(given, field, key, level)
	}
	e.change(given, field, "amplitude", height)
	e.change(given, field, "frequency", e.rate)
	for _, key := range []string{"width", "period", "first"} {
		e.change(given, field, key, e.duration)
	}
	if list := given.get("steps"); list != nil {
		for k, one := range list.items {
			at := join(field, "steps."+strconv.Itoa(k))
			e.change(one, at, "time", e.duration)
			e.change(one, at, "current", level)
		}
	}
}

// base returns the key of the constant part of a current.
func base(current *node) string {
	law := "sine"
	if n := current.get("law"); n != nil {
		law = n.text
	}
	return map[string]string{"sine": "mean", "steps": "initial", "pulses": "baseline"}[law]
}

// start converts the initial law of a population.
func (e *door) start(host *node, field string, m dimensional) {
	initial := host.get("initial")
	field = join(field, "initial")
	if m.Potential != nil {
		written := strings.TrimSuffix(field, "initial") + "neuron.V_m"
		initial = &node{at: host.at, kind: mapping}
		initial.store("law", &node{at: host.at, text: "point"}, host.at)
		initial.store("potential", &node{at: host.at, text: assigned(e.level(*m.Potential))}, host.at)
		host.store("initial", initial, host.at)
		e.note(join(field, "potential"), written, &node{text: assigned(*m.Potential)})
		return
	}
	if initial == nil {
		return
	}
	if law := initial.get("law"); law != nil && law.text == "sample" {
		e.faults.add(law.at, join(field, "law"), "sample", "another law in a scenario with units: a file holds numbers without")
	}
	for _, key := range []string{"mean", "potential", "from", "to"} {
		e.change(initial, field, key, e.level)
	}
	e.change(initial, field, "variance", e.square)
	e.change(initial, field, "rate", e.rate)
}
