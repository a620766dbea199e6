package contrast

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/compare"
	"lapicque/neuron"
	"lapicque/runs/play"
)

// Names of the sides, as files and tables have them.
const (
	network   = "network"
	meanField = "meanfield"
)

// level is how often chance alone exceeds a bound.
const level = 1e-3

// Runs holds run b against run a. Two mean fields agree when they differ by at most tolerance: distances in units of the standard
// deviation of the potential, rates and moments relative to their size. Runs of different models, or of populations of other names, are refused by neuron.Faults.
func Runs(a, b *Run, tolerance float64) (*Result, error) {
	var faults neuron.Faults
	faults.Add(a.Parameters["model"] == b.Parameters["model"], "run", b.Dir, "a run of model "+a.Parameters["model"]+", as the first one is; this is of model "+b.Parameters["model"])
	faults.Add(slices.Equal(a.names, b.names), "run", b.Dir, fmt.Sprintf("populations %q, as the first run has; this one has %q", a.names, b.names))
	if err := faults.Err(); err != nil {
		return nil, err
	}
	out := &Result{Schema: 1, A: a.source(), B: b.source(), Parameters: different(a.Parameters, b.Parameters), Pairs: []Pair{}}
	for _, sides := range pairs(a, b) {
		p := Pair{A: sides[0], B: sides[1], Snapshots: []Snapshot{}, Rates: []Rates{}}
		for _, name := range a.names {
			if err := p.population(a, b, name, tolerance); err != nil {
				return nil, err
			}
		}
		p.blowUps(a, b, tolerance)
		p.judge(a, b, tolerance)
		out.Pairs = append(out.Pairs, p)
	}
	out.sum()
	return out, nil
}

func (r *Run) source() Source {
	s := Source{Folder: r.Dir, Scenario: r.Summary.Scenario, Outcome: string(r.Summary.Outcome)}
	if n := r.Summary.Network; n != nil {
		s.N, s.Replicas = n.N, n.Replicas
	}
	return s
}

// different lists the keys whose values differ.
func different(a, b map[string]string) []Parameter {
	list := []Parameter{}
	keys := maps.Clone(a)
	maps.Copy(keys, b)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if a[key] != b[key] && !strings.HasPrefix(key, "expect.") {
			list = append(list, Parameter{key, a[key], b[key]})
		}
	}
	return list
}

// pairs returns the sides to be compared: alike ones, or where there are none the unlike.
func pairs(a, b *Run) (list [][2]string) {
	for _, side := range []string{network, meanField} {
		if a.has(side) && b.has(side) {
			list = append(list, [2]string{side, side})
		}
	}
	if list != nil {
		return list
	}
	if a.has(network) {
		return [][2]string{{network, meanField}}
	}
	return [][2]string{{meanField, network}}
}

func (r *Run) has(side string) bool {
	if side == network {
		return r.Summary.Network != nil
	}
	return r.Summary.MeanField != nil
}

// population compares one population at the snapshots and in the bins of the rate.
func (p *Pair) population(a, b *Run, name string, tolerance float64) error {
	left, err := a.densities(p.A, name)
	if err != nil {
		return err
	}
	right, err := b.densities(p.B, name)
	if err != nil {
		return err
	}
	before, after := a.states(p.A, name), b.states(p.B, name)
	for _, t := range slices.Sorted(maps.Keys(before)) {
		x, y := before[t], after[t]
		f, g := left[t], right[t]
		if y.count == 0 || x.count == 0 || len(f.Values) == 0 || len(g.Values) == 0 {
			continue
		}
		f.Count, g.Count = x.count, y.count
		s := Snapshot{Time: t, Population: name, Distances: compare.NewContrast(f, g, 1),
			Rate: deviation(x.rate, y.rate, x.rateSE, y.rateSE), Mean: deviation(x.mean, y.mean, x.meanSE, y.meanSE),
			Variance: deviation(x.variance, y.variance, x.varianceSE, y.varianceSE), Refractory: deviation(x.refractory, y.refractory, x.refractorySE, y.refractorySE)}
		p.Snapshots = append(p.Snapshots, s)
		p.weigh(s, a, b, tolerance)
	}
	return p.rates(a, b, name, tolerance)
}

func deviation(a, b, sa, sb float64) Deviation {
	return Deviation{play.Number(a), play.Number(b), play.Number(b - a), play.Number(math.Hypot(sa, sb))}
}

// weigh lists what is beyond chance, or between mean fields beyond the tolerance.
func (p *Pair) weigh(s Snapshot, a, b *Run, tolerance float64) {
	at := fmt.Sprintf("at t = %g", s.Time)
	if s.Population != "" {
		at = s.Population + " " + at
	}
	spread := math.Sqrt(float64(s.Variance.A))
	d := s.Distances
	allowed := compare.Distances{W1: tolerance * spread, KS: tolerance, L1: 2 * tolerance}
	if d.Null != nil {
		allowed = compare.Distances{W1: d.Null.W1.Q999, KS: d.Null.KS.Q999, L1: d.Null.L1.Q999}
	}
	p.bound("W1 "+at, d.W1, allowed.W1)
	p.bound("KS "+at, d.KS, allowed.KS)
	p.bound("L1 "+at, d.L1, allowed.L1)
	for _, one := range []struct {
		name  string
		x     Deviation
		scale float64
	}{{"the rate", s.Rate, math.Abs(float64(s.Rate.A))}, {"the mean", s.Mean, spread}, {"the variance", s.Variance, spread * spread}, {"the refractory fraction", s.Refractory, float64(s.Refractory.A)}} {
		if p.exact() {
			p.bound(one.name+" "+at, math.Abs(float64(one.x.Difference)), tolerance*one.scale)
		} else if one.x.SE > 0 {
			p.bound(one.name+" "+at, math.Abs(float64(one.x.Difference)), p.quantile(a, b, level/2)*float64(one.x.SE))
		}
	}
}

// bound judges one difference.
func (p *Pair) bound(name string, size, allowed float64) {
	if p.judged++; size > allowed {
		p.beyond = append(p.beyond, fmt.Sprintf("%s: %.3g > %.3g", name, size, allowed))
	}
}

// exact reports that no side has chance in it.
func (p *Pair) exact() bool { return p.A == meanField && p.B == meanField }

// quantile returns that of Student's law with the fewer replicas, of the normal law where they do not scatter by replicas.
func (p *Pair) quantile(a, b *Run, tail float64) float64 {
	freedom := math.Inf(1)
	for _, one := range []struct {
		side string
		run  *Run
	}{{p.A, a}, {p.B, b}} {
		if n := one.run.Summary.Network; one.side == network && n.Replicas > 1 {
			freedom = math.Min(freedom, float64(n.Replicas-1))
		}
	}
	if math.IsInf(freedom, 1) {
		return distuv.UnitNormal.Quantile(1 - tail)
	}
	return distuv.StudentsT{Sigma: 1, Nu: freedom}.Quantile(1 - tail)
}

// rates compares the rates bin by bin. Standard errors of single bins from a few replicas are too rough: each is that of counting
// times one factor for all bins, the root of the mean square of those from replicas over those of counting.
func (p *Pair) rates(a, b *Run, name string, tolerance float64) error {
	x, err := a.rates(p.A, name)
	if err != nil {
		return err
	}
	y, err := b.rates(p.B, name)
	if err != nil {
		return err
	}
	if !slices.Equal(x.from, y.from) || !slices.Equal(x.to, y.to) {
		p.Notes = append(p.Notes, "The rates are in other bins (record.rate_bin, time.end) and are not compared over time.")
		return nil
	}
	sx, sy := a.steady(p.A, name, x), b.steady(p.B, name, y)
	out := Rates{Population: name, a: x, b: y}
	squares, chance := 0.0, 0.0
	for k := range x.rate {
		d := math.Abs(y.rate[k] - x.rate[k])
		if math.IsNaN(d) || math.IsInf(d, 0) {
			continue
		}
		se := math.Hypot(sx[k], sy[k])
		out.Bins++
		squares, chance = squares+d*d, chance+se*se
		out.Sup = play.Number(math.Max(float64(out.Sup), d))
		if se > 0 {
			out.Largest = play.Number(math.Max(float64(out.Largest), d/se))
		}
	}
	if out.Bins == 0 {
		return nil
	}
	out.RMS, out.Chance = play.Number(math.Sqrt(squares/float64(out.Bins))), play.Number(math.Sqrt(chance/float64(out.Bins)))
	of := strings.TrimSpace("the rate over time " + name)
	if p.exact() {
		p.bound(of+" (root mean square)", float64(out.RMS), tolerance*stat.Mean(finite(x.rate), nil))
	} else {
		out.Allowed = play.Number(distuv.UnitNormal.Quantile(1 - level/2/float64(out.Bins)))
		p.bound(of+", in standard errors", float64(out.Largest), float64(out.Allowed))
	}
	p.Rates = append(p.Rates, out)
	return nil
}

func finite(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return x-x != 0 })
}

// blowUps compares the first blow-ups.
func (p *Pair) blowUps(a, b *Run, tolerance float64) {
	ta, ja, sta, sja, one := a.first(p.A)
	tb, jb, stb, sjb, other := b.first(p.B)
	if one != other {
		p.bound("a blow-up on one side only", 1, 0)
	}
	if !one || !other {
		return
	}
	p.BlowUps = &BlowUps{deviation(ta, tb, sta, stb), deviation(ja, jb, sja, sjb)}
	for name, d := range map[string]Deviation{"time of the first blow-up": p.BlowUps.Time, "its jump": p.BlowUps.Jump} {
		switch {
		case p.exact():
			p.bound(name, math.Abs(float64(d.Difference)), tolerance*math.Abs(float64(d.A)))
		case d.SE > 0: // NaN with one replica, which does not tell its scatter
			p.bound(name, math.Abs(float64(d.Difference)), p.quantile(a, b, level/2)*float64(d.SE))
		}
	}
}

// judge puts the findings of a pair into words.
func (p *Pair) judge(a, b *Run, tolerance float64) {
	between := fmt.Sprintf("%s against %s", p.A, p.B)
	within := "what chance alone gives"
	basis := fmt.Sprintf("Bounds are exceeded by chance once in 1000; %d differences are judged. Neurons are counted as independent in W1, KS and L1: neurons of one network are not.", p.judged)
	if p.exact() {
		within = "the tolerance"
		basis = fmt.Sprintf("%d differences are held against the tolerance %g.", p.judged, tolerance)
	}
	slices.Sort(p.beyond)
	switch {
	case p.judged == 0:
		p.Verdict, p.Text = compare.NotEnoughData, between+": no snapshot at a common time and no common bins."
	case len(p.beyond) > 0:
		shown := p.beyond[:min(5, len(p.beyond))]
		p.Verdict, p.Text = compare.Disagrees, fmt.Sprintf("%s: %d of %d differences are beyond %s: %s. %s", between, len(p.beyond), p.judged, within, strings.Join(shown, "; "), basis)
	case p.dull():
		p.Verdict, p.Text = compare.NotEnoughData, between+": nothing is beyond chance, but a difference of a quarter of the standard deviation of the potential would not have been seen. "+basis
	default:
		p.Verdict, p.Text = compare.Agrees, fmt.Sprintf("%s: every difference is within %s. %s", between, within, basis)
	}
}

// dull reports that chance alone reaches a quarter of the spread of the potentials.
func (p *Pair) dull() bool {
	return slices.ContainsFunc(p.Snapshots, func(s Snapshot) bool {
		return s.Distances.Null != nil && s.Distances.Null.W1.Q999 > math.Sqrt(float64(s.Variance.A))/4
	})
}

// sum makes the verdict of the runs from those of the pairs: the worst.
func (r *Result) sum() {
	r.Verdict = compare.Agrees
	var texts []string
	for _, v := range []compare.Verdict{compare.NotEnoughData, compare.Disagrees} {
		if slices.ContainsFunc(r.Pairs, func(p Pair) bool { return p.Verdict == v }) {
			r.Verdict = v
		}
	}
	for _, p := range r.Pairs {
		texts = append(texts, p.Text)
	}
	r.Text = strings.Join(texts, " ")
}
