package report

import (
	"math"
	"strings"
)

// fieldSnapshots puts the moments of both sides at a snapshot, of each population, in one row.
func (f *folder) fieldSnapshots() *grid {
	g := &grid{Head: []string{"t", "mean, network", "mean, mean field", "variance, network", "variance, mean field"}}
	wide := false // somewhere a width is known
	for _, p := range f.parts {
		wide = wide || p.snapshots != nil && some(p.snapshots.floats("width"))
	}
	if wide {
		g.Head = append(g.Head, "width, network", "width, mean field")
	}
	for _, p := range f.parts {
		if p.snapshots == nil {
			continue
		}
		for _, t := range merged(p.snapshots.floats("time"), nil) {
			g.Rows = append(g.Rows, f.named(p, p.fieldRow(t)[:len(g.Head)]))
		}
	}
	if g.Rows == nil {
		return nil
	}
	f.ordered(g)
	return g
}

// fieldRow returns the snapshot of a time, with the width that may be absent.
func (p *part) fieldRow(time float64) []string {
	row := []string{short(time), absent, absent, absent, absent, absent, absent}
	t, side := p.snapshots, p.snapshots.text("side")
	c := t.floats
	for i, at := range c("time") {
		switch {
		case at != time:
		case side[i] == "network":
			row[1], row[3], row[5] = spread(c("mean")[i], c("mean_se")[i], 7), number(c("variance")[i], 5), spread(c("width")[i], c("width_se")[i], 7)
		default:
			row[2], row[4], row[6] = number(c("mean")[i], 7), number(c("variance")[i], 7), number(c("width")[i], 7)
		}
	}
	return row
}

// spread writes a value with two standard errors, with so many digits where they are rounding and nothing else.
func spread(x, se float64, digits int) string {
	if se < 1e-12 {
		return number(x, digits)
	}
	return interval(x, se)
}

// fieldComparison is errors.csv of fields.
func (f *folder) fieldComparison() *comparison {
	if !f.compared() {
		return nil
	}
	g := &grid{Head: []string{"t", "L¹ (null)", "L² (null)", "largest (null)", "error of the mean", "furthest site (allowed)", "moved by", "verdict"}}
	for _, p := range f.parts {
		c := p.errors.floats
		for i, t := range c("time") {
			row := []string{short(t)}
			for _, name := range []string{"l1", "l2", "sup"} {
				row = append(row, withNull(c(name)[i], c(name + "_null")[i]))
			}
			row = append(row, spread(c("mean_error")[i], c("mean_error_se")[i], 2), withNull(c("peak")[i], c("peak_allowed")[i]),
				moved(c("shift_x")[i], c("shift_y")[i], c("shift_t")[i]), p.errors.text("verdict")[i])
			g.Rows = append(g.Rows, f.named(p, row))
		}
	}
	f.ordered(g)
	return &comparison{Distances: g, Note: "Distances between the network's field, mean over its replicas, and the mean field: L¹ and L² are means over the sites, the largest is that of any site. " +
		"In brackets the level that the distance exceeds once in 1000 if the mean field is exact and chance is all that separates the two sides. Error of the mean: network minus mean field, ± 2 standard errors. " +
		"Furthest site: its difference in standard errors, and what is allowed for so many sites. " +
		"Moved by: the mean translation, or the mean time along a cycle, that brought the replicas onto the mean field before they were compared, where nothing in the law ties a pattern to its place or an oscillation to its phase."}
}

// withNull writes a distance and its null level.
func withNull(value, null float64) string {
	cell := number(value, 3)
	if !math.IsNaN(null) {
		cell += " (" + number(null, 3) + ")"
	}
	return cell
}

// moved writes a translation in space or in time, a dash for none.
func moved(x, y, t float64) string {
	var list []string
	for _, one := range []struct {
		name  string
		value float64
	}{{"x ", x}, {"y ", y}, {"t ", t}} {
		if one.value != 0 && !math.IsNaN(one.value) {
			list = append(list, one.name+number(one.value, 2))
		}
	}
	if list == nil {
		return absent
	}
	return strings.Join(list, ", ")
}
