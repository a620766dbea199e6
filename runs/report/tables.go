package report

import (
	"fmt"
	"math"
	"sort"
)

// snapshotGrid puts both sides of a snapshot in one row.
func (f *folder) snapshotGrid() *grid {
	if f.snapshots == nil || f.snapshots.rows == 0 {
		return nil
	}
	t, side := f.snapshots, f.snapshots.text("side")
	times, rate, se := t.floats("time"), t.floats("rate"), t.floats("rate_se")
	mean, variance, mass := t.floats("mean"), t.floats("variance"), t.floats("mass")
	rows := map[float64][]string{}
	for i, at := range times {
		if rows[at] == nil {
			rows[at] = []string{short(at), absent, absent, absent, absent, absent, absent, absent}
		}
		if side[i] == "network" {
			rows[at][1], rows[at][3], rows[at][5] = interval(rate[i], se[i]), number(mean[i], 5), number(variance[i], 5)
		} else {
			rows[at][2], rows[at][4], rows[at][6] = number(rate[i], 7), number(mean[i], 7), number(variance[i], 7)
			rows[at][7] = number(mass[i]-1, 2)
		}
	}
	sort.Float64s(times)
	g := &grid{Head: []string{"t", "rate, network", "rate, mean field", "mean, network", "mean, mean field",
		"variance, network", "variance, mean field", "mass − 1"}}
	for i, at := range times {
		if i == 0 || at != times[i-1] {
			g.Rows = append(g.Rows, rows[at])
		}
	}
	return g
}

// comparison is errors.csv as two tables.
type comparison struct{ Distances, Moments *grid }

func (f *folder) comparison() *comparison {
	if f.errors == nil || f.errors.rows == 0 {
		return nil
	}
	d := &grid{Head: []string{"t", "W₁ (null)", "KS (null)", "L¹ (null)", "L²", "verdict"}}
	m := &grid{Head: []string{"t", "error of the mean", "error of the variance", "error of the rate"}}
	c := f.errors.floats
	times, l2, variance, verdicts := c("time"), c("l2"), c("variance_error"), f.errors.text("verdict")
	for i := range times {
		row := []string{short(times[i])}
		for _, name := range []string{"w1", "ks", "l1"} {
			cell := number(c(name)[i], 3)
			if null := c(name + "_null")[i]; !math.IsNaN(null) {
				cell += " (" + number(null, 3) + ")"
			}
			row = append(row, cell)
		}
		d.Rows = append(d.Rows, append(row, number(l2[i], 3), verdicts[i]))
		m.Rows = append(m.Rows, []string{short(times[i]), interval(c("mean_error")[i], c("mean_error_se")[i]),
			number(variance[i], 3), interval(c("rate_error")[i], c("rate_error_se")[i])})
	}
	return &comparison{d, m}
}

func (f *folder) blowUpGrid() *grid {
	g := &grid{Head: []string{"side", "time", "jump Δ (share of the neurons that fire at once)"}}
	if m := f.summary.MeanField; m != nil {
		for _, b := range m.BlowUps {
			g.Rows = append(g.Rows, []string{"mean field", estimate(b.Time, b.TimeError, 7), b.jump()})
		}
	}
	if n := f.summary.Network; n != nil {
		for _, b := range n.BlowUps {
			g.Rows = append(g.Rows, []string{fmt.Sprintf("network, replica %d", b.Replica), number(b.Time, 7), b.jump()})
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

func (b blowUp) jump() string {
	if b.Jump == nil {
		return absent
	}
	return estimate(*b.Jump, b.JumpError, 5)
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
	c := &cascades{Text: count(int64(f.cascades.rows), "cascade", "cascades") + " of two neurons or more in all replicas, each at one instant.",
		Sizes: sizeGrid(sizes)}
	order := make([]int, len(sizes))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return sizes[order[a]] > sizes[order[b]] })
	c.Largest = &grid{Head: []string{"replica", "time", "size", "share of N", "generations"}}
	for _, i := range order[:min(largestShown, len(order))] {
		share := absent
		if f.neurons() > 0 {
			share = number(100*sizes[i]/float64(f.neurons()), 3) + "\u202f%"
		}
		c.Largest.Rows = append(c.Largest.Rows, []string{f.cascades.text("replica")[i], number(f.cascades.floats("time")[i], 6),
			whole(int64(sizes[i])), share, f.cascades.text("generations")[i]})
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
