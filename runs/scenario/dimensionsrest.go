package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// duration, rate, level, height and square turn numbers with units into those without.
func (e *door) duration(x float64) float64 { return x * e.ms / e.Time }
func (e *door) rate(x float64) float64     { return x / e.ms * e.Time }
func (e *door) level(x float64) float64    { return (x*e.volts - e.Rest) / e.Potential }
func (e *door) height(x float64) float64   { return x * e.volts / e.Potential }
func (e *door) square(x float64) float64 {
	return x * (e.volts / e.Potential) * (e.volts / e.Potential)
}

// rest converts what belongs to no population: times, couplings and the rate of the past.
func (e *door) rest(root *node) {
	for _, field := range []string{"time.end", "time.burn_in", "particles.dt", "particles.rate_window", "record.rate_bin", "record.raster.from", "record.raster.to"} {
		k := strings.LastIndex(field, ".")
		if n := root.find(field[:k]); n != nil {
			e.change(n, field[:k], field[k+1:], e.duration)
		}
	}
	if list := root.find("time.snapshots"); list != nil {
		for k, item := range list.items {
			field := join("time.snapshots", strconv.Itoa(k))
			e.note(field, field, item)
			list.items[k] = converting(item, e.duration)
		}
	}
	coupling := root.get("coupling")
	if coupling == nil {
		return
	}
	if weight := coupling.get("weight"); weight != nil {
		e.weights(root, coupling, weight)
	} else {
		e.matrix(coupling, "b", "b", func(_ string, x float64) float64 { return e.height(x) })
	}
	e.matrix(coupling, "delay", "delay", func(_ string, x float64) float64 { return e.duration(x) })
	e.change(coupling, "coupling", "past", e.rate)
}

// weights turns what one spike does into connectivities, b = N·weight.
func (e *door) weights(root, coupling, weight *node) {
	sizes := map[string]float64{"": float64(standardNumber)}
	if n := root.find("particles.N"); n != nil {
		sizes[""], _ = n.number()
	}
	var names []string
	for _, p := range listed(root) {
		names, sizes[p.key] = append(names, p.key), standardNumber
		if n := p.value.get("N"); n != nil {
			sizes[p.key], _ = n.number()
		}
	}
	if weight.kind == scalar && len(names) > 0 { // one number for all, whose N differ
		rows := &node{at: weight.at, kind: mapping}
		for _, to := range names {
			row := &node{at: weight.at, kind: mapping}
			for _, from := range names {
				row.store(from, &node{at: weight.at, text: weight.text}, weight.at)
			}
			rows.store(to, row, weight.at)
		}
		coupling.store("weight", rows, weight.at)
	}
	e.matrix(coupling, "weight", "b", func(sender string, x float64) float64 { return e.height(sizes[sender] * x) })
	coupling.rename("weight", "b", e.decoder)
}

// matrix changes a number, or one for each pair of populations by its sender; converted it has another key.
func (e *door) matrix(coupling *node, key, converted string, to func(sender string, x float64) float64) {
	n := coupling.get(key)
	if n == nil {
		return
	}
	if n.kind != mapping {
		e.changeAs(coupling, join("coupling", converted), join("coupling", key), key, func(x float64) float64 { return to("", x) })
		return
	}
	for _, row := range n.pairs {
		for _, cell := range row.value.pairs {
			at := "." + row.key + "." + cell.key
			e.changeAs(row.value, join("coupling", converted)+at, join("coupling", key)+at, cell.key, func(x float64) float64 { return to(cell.key, x) })
		}
	}
}

// change converts the number of a key, where there is one.
func (e *door) change(host *node, field, key string, to func(float64) float64) {
	e.changeAs(host, join(field, key), join(field, key), key, to)
}

// changeAs is change for a number whose field will be called otherwise than it was written.
func (e *door) changeAs(host *node, field, written, key string, to func(float64) float64) {
	for i := range host.pairs {
		if p := &host.pairs[i]; p.key == key {
			e.note(field, written, p.value)
			p.value = converting(p.value, to)
		}
	}
}

// converting returns a number converted; what is no number stays and is refused by who reads it.
func converting(n *node, to func(float64) float64) *node {
	if x, ok := n.number(); ok && finite(x) {
		return &node{at: n.at, text: assigned(to(x))}
	}
	return n
}

// blame names, in faults about converted numbers, what was written.
func (e *door) blame(faults Faults) {
	for i := range faults {
		f := &faults[i]
		if o, converted := e.from[f.Field]; converted {
			f.Accepted += fmt.Sprintf(" (it became %s = %v without units: %v)", f.Field, f.Value, e.Scales)
			f.Field, f.Value = o.field, o.text
		}
	}
}

// conversions returns how the numbers of a document with units were written, one a line.
func (e *door) conversions(root *node) (lines []string) {
	for _, field := range slices.Compact(slices.Clone(e.order)) {
		if n, o := root.find(field), e.from[field]; n != nil {
			lines = append(lines, fmt.Sprintf("%s: %s -> %s: %s", o.field, o.text, field, n.describe()))
		}
	}
	return lines
}
