package conductance

import (
	"math"
	"runtime"
	"sync"

	"lapicque/neuron"
)

// transport moves rows of the density in v along exact characteristics.
type transport struct {
	law     neuron.Conductance
	cells   int
	rows    int
	width   float64 // of a cell in v
	lowest  float64 // conductance where the rows begin
	spacing float64 // of rows in g
	workers []lane
}

// lane is the workspace of one goroutine.
type lane struct {
	edges []float64 // values at the faces
	sums  []float64 // mass below each face
	old   []float64
}

func newTransport(l neuron.Conductance, cells, rows int, lowest, highest float64) transport {
	t := transport{law: l, cells: cells, rows: rows, width: l.Threshold / float64(cells), lowest: lowest, spacing: (highest - lowest) / float64(rows)}
	t.workers = make([]lane, min(runtime.GOMAXPROCS(0), 1+cells*rows/4096))
	for k := range t.workers {
		t.workers[k] = lane{edges: make([]float64, cells+1), sums: make([]float64, cells+1), old: make([]float64, cells)}
	}
	return t
}

// g returns the conductance of a row, its center.
func (t *transport) g(row int) float64 { return t.lowest + (float64(row)+0.5)*t.spacing }

// advance moves all rows by h and returns the mass that fired.
func (t *transport) advance(p []float64, h float64) float64 {
	fired := make([]float64, t.rows)
	t.each(func(w *lane, j int) { fired[j] = t.row(w, p[j*t.cells:(j+1)*t.cells], t.g(j), h) })
	sum := 0.0
	for _, f := range fired {
		sum += f
	}
	return sum * t.spacing
}

// each calls do for every row.
func (t *transport) each(do func(w *lane, row int)) {
	n := len(t.workers)
	var group sync.WaitGroup
	share := func(k int) {
		for j := k * t.rows / n; j < (k+1)*t.rows/n; j++ {
			do(&t.workers[k], j)
		}
	}
	for k := 1; k < n; k++ {
		group.Go(func() { share(k) })
	}
	share(0)
	group.Wait()
}

// row moves one row: the mass that lies below v after h is the mass that lay below the foot of v's
// characteristic. Characteristics that come from below v = 0 come, where J(V_F, g) > 0, from V_F, some time later;
// a row may fire several times in h.
func (t *transport) row(w *lane, p []float64, g, h float64) (fired float64) {
	total := t.law.Leak + g
	rest := g * t.law.Reversal / total // where J vanishes
	n, vF := t.cells, t.law.Threshold
	copy(w.old, p)
	t.reconstruct(w, w.old, g)
	whole := w.sums[n]
	foot := func(v, h float64) float64 { return rest + (v-rest)*math.Exp(total*h) }
	if rest <= vF { // nobody arrives, nothing enters
		last := 0.0
		for i := range n {
			below := whole
			if x := foot(float64(i+1)*t.width, h); x < vF && i+1 < n {
				below = w.below(x, t.width)
			}
			p[i] = (below - last) / t.width
			last = below
		}
		return 0
	}
	lap := math.Log(rest/(rest-vF)) / total // time from 0 to V_F
	// mass(v, h): the mass that lies below v after h, less what has re-entered: negative once some has.
	laps := math.Floor(h / lap)
	fired = laps * whole
	h -= laps * lap // after whole laps the row is as it was
	out := whole - w.below(math.Max(0, foot(vF, h)), t.width)
	fired += out
	last := -out
	for i := range n {
		below := whole - out
		if i+1 < n {
			v := float64(i+1) * t.width
			if x := foot(v, h); x >= 0 {
				below = w.below(x, t.width)
			} else { // it was at 0 a time ago, and at V_F before
				ago := math.Log(rest/(rest-v)) / total
				below = w.below(foot(vF, h-ago), t.width) - whole
			}
		}
		p[i] = math.Max(0, below-last) / t.width
		last = below
	}
	return fired
}

// below returns the mass of the row at hand below v.
func (w *lane) below(v, width float64) float64 {
	n := len(w.old)
	x := v / width
	i := int(x)
	if x <= 0 {
		return 0
	}
	if i >= n {
		return w.sums[n]
	}
	x -= float64(i)
	l, r, m := w.parabola(i)
	six := 6*m - 3*(l+r)
	return w.sums[i] + width*x*(l+x*((r-l+six)/2-x*six/3))
}

// parabola returns the values at both ends of cell i and its mean: q(ξ) = l + ξ(r − l + six(1 − ξ)), six = 6m − 3(l + r)
// (Colella and Woodward 1984), pulled towards the mean as far as it takes to be nowhere negative.
func (w *lane) parabola(i int) (l, r, m float64) {
	l, r, m = w.edges[i], w.edges[i+1], w.old[i]
	least := math.Min(l, r)
	if six := 6*m - 3*(l+r); six < 0 {
		if x := 0.5 + (r-l)/(2*six); x > 0 && x < 1 {
			least = math.Min(least, l+x*(r-l+six*(1-x)))
		}
	}
	if least >= 0 {
		return l, r, m
	}
	pull := m / (m - least)
	return m + pull*(l-m), m + pull*(r-m), m
}

// reconstruct fills the faces with values of fourth order, one-sided at the ends, and the sums.
func (t *transport) reconstruct(w *lane, p []float64, g float64) {
	n, e := t.cells, w.edges
	for i := 2; i <= n-2; i++ {
		e[i] = (7*(p[i-1]+p[i]) - (p[i-2] + p[i+1])) / 12
	}
	e[0] = (25*p[0] - 23*p[1] + 13*p[2] - 3*p[3]) / 12
	e[1] = (3*p[0] + 13*p[1] - 5*p[2] + p[3]) / 12
	e[n] = (25*p[n-1] - 23*p[n-2] + 13*p[n-3] - 3*p[n-4]) / 12
	e[n-1] = (3*p[n-1] + 13*p[n-2] - 5*p[n-3] + p[n-4]) / 12
	if g <= t.law.Rheobase() { // nothing enters
		e[n] = 0
	}
	for i := range e {
		e[i] = math.Max(0, e[i])
	}
	w.sums[0] = 0
	for i, x := range p {
		w.sums[i+1] = w.sums[i] + x*t.width
	}
}

// flux returns ∫ J(V_F, g)₊ p(V_F, g) dg over the width of a row.
func (t *transport) flux(p []float64) float64 {
	sum := 0.0
	for j := range t.rows {
		if g := t.g(j); g > t.law.Rheobase() {
			row := p[j*t.cells : (j+1)*t.cells]
			t.reconstruct(&t.workers[0], row, g)
			copy(t.workers[0].old, row)
			_, r, _ := t.workers[0].parabola(t.cells - 1)
			sum += t.law.Velocity(t.law.Threshold, g) * r
		}
	}
	return sum
}

// current returns ∬ J p over the width of a row: J is linear in v, so means and first moments of the parabolas are enough.
func (t *transport) current(p []float64) float64 {
	sum := 0.0
	w := &t.workers[0]
	for j := range t.rows {
		row := p[j*t.cells : (j+1)*t.cells]
		g := t.g(j)
		copy(w.old, row)
		t.reconstruct(w, row, g)
		for i := range row {
			l, r, m := w.parabola(i)
			v := (float64(i) + 0.5) * t.width
			sum += t.law.Velocity(v, g)*m*t.width - (t.law.Leak+g)*(r-l)/12*t.width*t.width
		}
	}
	return sum
}
