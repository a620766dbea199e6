package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// print writes the tables.
func (r *result) print(w io.Writer) {
	fmt.Fprintf(w, "### %s\n\n", r.title)
	head := []string{""}
	for _, c := range r.crowds {
		head = append(head, fmt.Sprintf("N = %d (%d)", c.neurons, len(c.passages)))
	}
	tell(w, append(head, "N → ∞", "mean field", "apart, σ", "γ (2σ)"))
	rule(w, len(head)+4)
	for _, one := range r.rows {
		cells := []string{one.name}
		for _, e := range one.estimates {
			cells = append(cells, within(e.value, e.se))
		}
		tell(w, append(cells, within(one.fit.limit, one.fit.se), fmt.Sprintf("%.6g", one.expected), fmt.Sprintf("%.1f", one.deviation()), one.fit.exponent()))
	}
	fmt.Fprintln(w)
	r.distances(w)
	if lost := r.lost(); lost != "" {
		fmt.Fprintf(w, "Without all their jumps: %s.\n", lost)
	}
}

// distances writes how far the densities are apart.
func (r *result) distances(w io.Writer) {
	head := []string{"distance (scatter alone)"}
	for _, c := range r.crowds {
		head = append(head, fmt.Sprintf("N = %d", c.neurons))
	}
	tell(w, head)
	rule(w, len(head))
	for _, at := range []struct {
		name string
		of   func(passage) portrait
	}{{"right after", func(p passage) portrait { return p.after }}, {fmt.Sprintf("%g later", r.later), func(p passage) portrait { return p.later }}} {
		l1s, w1s := []string{"L¹ " + at.name}, []string{"W₁ " + at.name}
		for _, c := range r.crowds {
			l1, l1Noise, w1, w1Noise := c.distance(at.of, at.of(r.field), r.edges())
			l1s, w1s = append(l1s, fmt.Sprintf("%.2g (%.2g)", l1, l1Noise)), append(w1s, fmt.Sprintf("%.2g (%.2g)", w1, w1Noise))
		}
		tell(w, l1s)
		tell(w, w1s)
	}
	fmt.Fprintln(w)
}

// lost lists the networks that did not make all their jumps.
func (r *result) lost() string {
	var list []string
	for _, c := range r.crowds {
		if n := c.replicas - len(c.passages); n > 0 {
			list = append(list, fmt.Sprintf("%d of %d networks of %d", n, c.replicas, c.neurons))
		}
	}
	return strings.Join(list, ", ")
}

// exponent writes γ and its interval.
func (f law) exponent() string {
	if !f.resolved {
		return "bias within noise"
	}
	return fmt.Sprintf("%.2f (%.2f … %.2f)", f.gamma, f.interval[0], f.interval[1])
}

// within writes a value with two standard errors.
func within(x, se float64) string {
	decimals := max(0, min(9, 1-int(math.Floor(math.Log10(2*se)))))
	return fmt.Sprintf("%.*f ± %.*f", decimals, x, decimals, 2*se)
}

func tell(w io.Writer, cells []string) { fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |") }

func rule(w io.Writer, n int) { fmt.Fprintln(w, "|"+strings.Repeat("---|", n)) }
