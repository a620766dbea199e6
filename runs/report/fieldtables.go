package report

import (
	"fmt"
	"math"
)

// fieldSnapshots puts the moments of both sides at a snapshot, of each population, in one row.
func (f *folder) fieldSnapshots() *grid {
	g := &grid{Head: []string{"t", "mean, network", "mean, mean field", "variance, network", "variance, mean field"}}
	for _, p := range f.parts {
		if p.snapshots == nil {
			continue
		}
		t := p.snapshots
		mean, se, variance := t.floats("mean"), t.floats("mean_se"), t.floats("variance")
		rows := map[float64][]string{}
		for i, at := range t.floats("time") {
			if rows[at] == nil {
				rows[at] = []string{short(at), absent, absent, absent, absent}
			}
			if t.text("side")[i] == "network" {
				rows[at][1], rows[at][3] = interval(mean[i], se[i]), number(variance[i], 5)
			} else {
				rows[at][2], rows[at][4] = number(mean[i], 7), number(variance[i], 7)
			}
		}
		for _, at := range merged(t.floats("time"), nil) {
			g.Rows = append(g.Rows, f.named(p, rows[at]))
		}
	}
	if g.Rows == nil {
		return nil
	}
	f.ordered(g)
	return g
}

// fieldComparison is errors.csv of fields.
func (f *folder) fieldComparison() *comparison {
	if !f.compared() {
		return nil
	}
	g := &grid{Head: []string{"t", "L¹ (null)", "L² (null)", "largest (null)", "error of the mean", "moved by", "verdict"}}
	for _, p := range f.parts {
		c := p.errors.floats
		x, y := c("shift_x"), c("shift_y")
		for i, t := range c("time") {
			row := []string{short(t)}
			for _, name := range []string{"l1", "l2", "sup"} {
				row = append(row, withNull(c(name)[i], c(name + "_null")[i]))
			}
			g.Rows = append(g.Rows, f.named(p, append(row, interval(c("mean_error")[i], c("mean_error_se")[i]), shift(x[i], y[i]), p.errors.text("verdict")[i])))
		}
	}
	f.ordered(g)
	return &comparison{Distances: g, Note: "Distances between the network's field, mean over its replicas, and the mean field: L¹ and L² are means over the sites, the largest is that of any site. " +
		"In brackets the level that the distance exceeds once in 1000 if the mean field is exact and chance is all that separates the two sides. Error of the mean: network minus mean field, ± 2 standard errors. " +
		"Moved by: the translation that brought a replica onto the mean field before they were compared, as nothing in the law ties a pattern to its place."}
}

// withNull writes a distance and its null level.
func withNull(value, null float64) string {
	cell := number(value, 3)
	if !math.IsNaN(null) {
		cell += " (" + number(null, 3) + ")"
	}
	return cell
}

// shift writes a translation.
func shift(x, y float64) string {
	switch {
	case math.IsNaN(x):
		return absent
	case math.IsNaN(y):
		return number(x, 3)
	}
	return fmt.Sprintf("%s, %s", number(x, 3), number(y, 3))
}
