package report

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// snapshotGrid puts both sides of a snapshot, of each population, in one row.
func (f *folder) snapshotGrid() *grid {
	if f.placed() {
		return f.fieldSnapshots()
	}
	g := &grid{Head: []string{"t", "rate, network", "rate, mean field", "mean, network", "mean, mean field",
		"variance, network", "variance, mean field", "mass − 1"}}
	for i := range g.Head {
		g.Head[i] = f.state().said(g.Head[i])
	}
	refractory := false
	for _, p := range f.parts {
		refractory = refractory || f.refractory(p) != ""
	}
	if refractory {
		g.Head = slices.Insert(g.Head, 7, "refractory, network", "refractory, mean field")
	}
	for _, p := range f.parts {
		for _, row := range p.snapshotRows(refractory) {
			g.Rows = append(g.Rows, f.named(p, row))
		}
	}
	if g.Rows == nil {
		return nil
	}
	f.ordered(g)
	if last := len(g.Head) - 1; f.state().spiking { // there is no equation whose mass could be wrong
		g.Head = g.Head[:last]
		for i := range g.Rows {
			g.Rows[i] = g.Rows[i][:last]
		}
	}
	return g
}

// named puts the name of the population before the other cells of a row, where it has one.
func (f *folder) named(p *part, row []string) []string {
	if !f.several() {
		return row
	}
	return slices.Insert(row, 1, p.name)
}

// ordered completes a grid whose rows are those of one population after those of another: the rows of a time together.
func (f *folder) ordered(g *grid) {
	if !f.several() {
		return
	}
	g.Head = slices.Insert(g.Head, 1, "population")
	each := len(g.Rows) / len(f.parts)
	if each*len(f.parts) != len(g.Rows) {
		return
	}
	rows := make([][]string, 0, len(g.Rows))
	for i := range each {
		for k := range f.parts {
			rows = append(rows, g.Rows[k*each+i])
		}
	}
	g.Rows = rows
}

// snapshotRows returns the snapshots of a population, a row for each.
func (p *part) snapshotRows(refractory bool) (list [][]string) {
	if p.snapshots == nil || p.snapshots.rows == 0 {
		return nil
	}
	t, side := p.snapshots, p.snapshots.text("side")
	times, rate, se := t.floats("time"), t.floats("rate"), t.floats("rate_se")
	mean, variance, mass := t.floats("mean"), t.floats("variance"), t.floats("mass")
	fraction, fractionSE := t.floats("refractory"), t.floats("refractory_se")
	rows := map[float64][]string{}
	for i, at := range times {
		if rows[at] == nil {
			rows[at] = []string{short(at), absent, absent, absent, absent, absent, absent, absent, absent, absent}
		}
		if side[i] == "network" {
			rows[at][1], rows[at][3], rows[at][5] = interval(rate[i], se[i]), number(mean[i], 5), number(variance[i], 5)
			rows[at][7] = interval(fraction[i], fractionSE[i])
		} else {
			rows[at][2], rows[at][4], rows[at][6] = exact(rate[i], se[i]), number(mean[i], 7), number(variance[i], 7)
			rows[at][8], rows[at][9] = number(fraction[i], 7), number(mass[i]-1, 2)
		}
	}
	sort.Float64s(times)
	for i, at := range times {
		if i > 0 && at == times[i-1] {
			continue
		}
		row := rows[at]
		if !refractory {
			row = slices.Delete(row, 7, 9)
		}
		list = append(list, row)
	}
	return list
}

// exact writes a rate of the second side, with its standard error where it has one.
func exact(rate, se float64) string {
	if se > 0 {
		return interval(rate, se)
	}
	return number(rate, 7)
}

// comparison is errors.csv as tables; Moments and Joint may be nil.
type comparison struct {
	Distances, Moments *grid
	Joint              *grid  // of states with two coordinates
	Note               string // what the columns are
}

const comparisonNote = "Distances between the network's potentials and the mean field: Wasserstein-1, Kolmogorov–Smirnov, L¹ and L² of the binned densities. In brackets the level " +
	"that the distance exceeds once in 1000 if the mean field is exact and chance is all that separates the two sides. Mean, variance, rate: network minus mean field, " +
	"with ± 2 standard errors where they are known; the rate of the mean field is averaged over the network's window first."

func (f *folder) comparison() *comparison {
	if f.placed() {
		return f.fieldComparison()
	}
	if !f.compared() {
		return nil
	}
	d := &grid{Head: []string{"t", "W₁ (null)", "KS (null)", "L¹ (null)", "L²", "verdict"}}
	m := &grid{Head: []string{"t", "error of the mean", "error of the variance", "error of the rate"}}
	refractory := false
	for _, p := range f.parts {
		refractory = refractory || some(p.errors.floats("refractory_error"))
	}
	if refractory {
		m.Head = append(m.Head, "error of the refractory fraction")
	}
	for _, p := range f.parts {
		c := p.errors.floats
		times, l2, variance, verdicts := c("time"), c("l2"), c("variance_error"), p.errors.text("verdict")
		for i := range times {
			row := []string{short(times[i])}
			for _, name := range []string{"w1", "ks", "l1"} {
				row = append(row, withNull(c(name)[i], c(name + "_null")[i]))
			}
			d.Rows = append(d.Rows, f.named(p, append(row, number(l2[i], 3), verdicts[i])))
			row = []string{short(times[i]), interval(c("mean_error")[i], c("mean_error_se")[i]),
				number(variance[i], 3), interval(c("rate_error")[i], c("rate_error_se")[i])}
			if refractory {
				row = append(row, interval(c("refractory_error")[i], c("refractory_error_se")[i]))
			}
			m.Rows = append(m.Rows, f.named(p, row))
		}
	}
	f.ordered(d)
	f.ordered(m)
	return &comparison{d, m, f.jointGrid(), f.state().said(comparisonNote)}
}

// compared reports whether there are snapshots at which both sides exist.
func (f *folder) compared() bool {
	for _, p := range f.parts {
		if p.errors == nil || p.errors.rows == 0 {
			return false
		}
	}
	return true
}

func (f *folder) blowUpGrid() *grid {
	g := &grid{Head: []string{"side", "time", "jump Δ (share of the neurons that fire at once)"}}
	if m := f.summary.MeanField; m != nil {
		for _, b := range m.BlowUps {
			g.Rows = append(g.Rows, []string{"mean field", estimate(b.Time, b.TimeError, 7), b.jump(f.parts)})
		}
	}
	if n := f.summary.Network; n != nil {
		for _, b := range n.BlowUps {
			g.Rows = append(g.Rows, []string{fmt.Sprintf("network, replica %d", b.Replica), number(b.Time, 7), b.jump(f.parts)})
		}
	}
	if g.Rows == nil {
		return nil
	}
	return g
}

// claimGrid says which claims of the scenario hold.
func (f *folder) claimGrid() *grid {
	if len(f.summary.Expect) == 0 {
		return nil
	}
	g := &grid{Head: []string{"claim", "found", ""}}
	for _, c := range f.summary.Expect {
		found, holds := absent, "fails"
		if v, ok := c.Value.(float64); ok {
			found = number(v, 5)
		} else if c.Value != nil {
			found = fmt.Sprint(c.Value)
		}
		if c.Holds {
			holds = "holds"
		}
		g.Rows = append(g.Rows, []string{c.Claim, found, holds})
	}
	return g
}

// jump writes the fraction that fires, of several populations each.
func (b blowUp) jump(parts []*part) string {
	if b.Jump == nil {
		return absent
	}
	if b.Populations == nil {
		return estimate(*b.Jump, b.JumpError, 5)
	}
	var list []string
	for _, p := range parts {
		if jump := b.Populations[p.name]; jump != nil {
			list = append(list, p.name+": "+number(*jump, 5))
		}
	}
	return strings.Join(list, ", ")
}

// cascades says how large cascades were.
type cascades struct {
	Text    string
	Sizes   *grid
	Largest *grid
}

const largestShown = 10

// cascadeSummary counts cascades by size and lists the largest ones.
func (f *folder) cascadeSummary() *cascades {
	if f.cascades == nil {
		return nil
	}
	if f.cascades.rows == 0 {
		return &cascades{Text: "No spike drew another one with it."}
	}
	sizes := f.cascades.floats("size")
	text := count(int64(f.cascades.rows), "cascade", "cascades") + " of two neurons or more in all replicas, each at one instant."
	if f.several() {
		text = "Cascades of two neurons or more in all replicas, each at one instant; a row for each population that one ran through."
	}
	c := &cascades{Text: text,
		Sizes: sizeGrid(sizes)}
	order := make([]int, len(sizes))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return sizes[order[a]] > sizes[order[b]] })
	c.Largest = &grid{Head: []string{"replica", "time", "size", "share of N", "generations"}}
	if f.several() {
		c.Largest.Head = slices.Insert(c.Largest.Head, 1, "population")
	}
	for _, i := range order[:min(largestShown, len(order))] {
		share := absent
		if n := f.sizeOf(i); n > 0 {
			share = number(100*sizes[i]/n, 3) + "\u202f%"
		}
		row := []string{f.cascades.text("replica")[i], number(f.cascades.floats("time")[i], 6),
			whole(int64(sizes[i])), share, f.cascades.text("generations")[i]}
		if f.several() {
			row = slices.Insert(row, 1, f.cascades.text("population")[i])
		}
		c.Largest.Rows = append(c.Largest.Rows, row)
	}
	return c
}

// sizeGrid counts sizes in ranges that double.
func sizeGrid(sizes []float64) *grid {
	counts := map[int]int64{}
	for _, s := range sizes {
		if s >= 1 {
			counts[int(math.Log2(s))]++
		}
	}
	g := &grid{Head: []string{"size", "cascades"}}
	for k := range 64 {
		if counts[k] > 0 {
			low, high := int64(1)<<k, int64(1)<<(k+1)-1
			g.Rows = append(g.Rows, []string{whole(low) + " – " + whole(high), whole(counts[k])})
		}
	}
	return g
}
