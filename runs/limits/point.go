package limits

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"lapicque/compare"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

// Distance is a distance to one candidate. Of networks Value is the mean over replicas, Error its standard error and Each the
// replicas; of the mean field Error is what its solution and the candidate's change on a coarser grid.
type Distance struct {
	Value play.Number   `json:"value"`
	Error play.Number   `json:"error"`
	Each  []play.Number `json:"each,omitempty"`
}

// Landmark is what is found at a snapshot.
type Landmark struct {
	Time    float64     `json:"time"`
	W1      []Distance  `json:"w1"`      // of the density, to each candidate
	Fired   play.Number `json:"fired"`   // spikes per neuron so far,
	FiredSE play.Number `json:"se"`      // of networks its standard error
	Rate    play.Number `json:"rate"`    // mean rate from here to the next snapshot, of the last one to the end; NaN where that is no time
	Density []float64   `json:"density"` // averages over Result.Bins, of networks those of all replicas
	Over    bool        `json:"over"`    // whether as many have fired as the candidates' jump takes
}

// Point is a value of the small parameter with networks of a size or, for N = 0, the mean field.
type Point struct {
	Value     float64            `json:"value"`
	N         int                `json:"N"`
	M1        []Distance         `json:"m1"` // of the spikes per neuron so far, to each candidate
	Landmarks []Landmark         `json:"snapshots"`
	Half      play.Number        `json:"half"` // when half of the candidates' jump has fired,
	HalfSE    play.Number        `json:"half_se"`
	Fired     compare.Cumulative `json:"fired"` // spikes per neuron so far, of replica 0, with few vertices
	Reason    string             `json:"reason,omitempty"`
}

// rough is the tolerance of the cumulative rates that are kept.
const rough = 1e-3

// targets are the candidates, solved.
type targets struct {
	courses, coarser []*course
	bins             []float64
	before, after    float64 // spikes per neuron around their jump
}

// newTargets solves the candidates. It refuses those without a jump before the last snapshot.
func newTargets(ctx context.Context, p *Problem) (*targets, error) {
	t := &targets{}
	for _, s := range p.candidates {
		c, err := solve(ctx, s, scenario.AsAsked, func(float64) {})
		if err != nil {
			return nil, err
		}
		rough, err := solve(ctx, s, scenario.Coarser, func(float64) {})
		if err != nil {
			return nil, err
		}
		t.courses, t.coarser = append(t.courses, c), append(t.coarser, rough)
	}
	head, tail := p.candidates[0].Common()
	jump := t.courses[0].jump
	if last := head.Time.Snapshots[len(head.Time.Snapshots)-1]; !(jump.Time < last) {
		return nil, p.refuseJump(jump.Time, last)
	}
	t.after = t.courses[0].fired.At(jump.Time + 4*jump.TimeError)
	t.before = t.after - jump.Jump
	law := p.candidates[0].Document.(*scenario.NNLIF).Law()
	low := law.Reset
	for _, c := range t.courses {
		for _, d := range c.laws {
			low = math.Min(low, quantile(d, 1e-3))
		}
	}
	n := min(tail.Record.DensityBins, 400)
	high := law.Threshold + 0.05*(law.Threshold-low)
	for k := range n + 1 {
		t.bins = append(t.bins, low+(high-low)*float64(k)/float64(n))
	}
	return t, nil
}

// measure returns what courses of one point have to do with the candidates; coarser, of a mean field, bounds their errors.
func (t *targets) measure(p *Problem, at cell, courses []*course, coarser *course) Point {
	out := Point{Value: p.Values[at.value], N: p.neurons(at), Fired: courses[0].fired.Thinned(rough)}
	head, _ := p.candidates[0].Common()
	for k, target := range t.courses {
		out.M1 = append(out.M1, gather(courses, func(c *course) float64 { return compare.M1(c.fired, target.fired) }))
		if coarser != nil {
			out.M1[k].Error = play.Number(compare.M1(coarser.fired, courses[0].fired) + compare.M1(t.coarser[k].fired, target.fired))
		}
	}
	for i, time := range head.Time.Snapshots {
		mark := Landmark{Time: time, Density: make([]float64, len(t.bins)-1), Rate: play.Number(math.NaN())}
		for k, target := range t.courses {
			mark.W1 = append(mark.W1, gather(courses, func(c *course) float64 { return c.apart(i, target.laws[i]) }))
			if coarser != nil {
				mark.W1[k].Error = play.Number(compare.Between(coarser.laws[i], courses[0].laws[i]).W1 + compare.Between(t.coarser[k].laws[i], target.laws[i]).W1)
			}
		}
		for _, c := range courses {
			for k, n := range c.binned(i, t.bins) {
				mark.Density[k] += n / float64(len(courses))
			}
		}
		fired := gather(courses, func(c *course) float64 { return c.fired.At(time) })
		mark.Fired, mark.FiredSE = fired.Value, fired.Error
		mark.Over = float64(fired.Value) > t.after-0.05*(t.after-t.before)
		until := head.Time.End
		if i+1 < len(head.Time.Snapshots) {
			until = head.Time.Snapshots[i+1]
		}
		if until > time {
			mark.Rate = gather(courses, func(c *course) float64 { return (c.fired.At(until) - c.fired.At(time)) / (until - time) }).Value
		}
		out.Landmarks = append(out.Landmarks, mark)
	}
	half := gather(courses, func(c *course) float64 { return c.reaches((t.before + t.after) / 2) })
	out.Half, out.HalfSE = half.Value, half.Error
	return out
}

// gather returns the mean of a measure over courses with its standard error, NaN for a single one.
func gather(courses []*course, measure func(*course) float64) (d Distance) {
	values := make([]float64, len(courses))
	for k, c := range courses {
		values[k] = measure(c)
	}
	d.Value, d.Error = play.Number(stat.Mean(values, nil)), play.Number(math.NaN())
	if len(values) > 1 {
		d.Error = play.Number(stat.StdDev(values, nil) / math.Sqrt(float64(len(values))))
		for _, x := range values {
			d.Each = append(d.Each, play.Number(x))
		}
	}
	return d
}

// apart returns W1 from the law at a snapshot to another one.
func (c *course) apart(snapshot int, d compare.Density) float64 {
	if c.laws != nil {
		return compare.Between(c.laws[snapshot], d).W1
	}
	return compare.W1(c.sample[snapshot], d)
}

// binned returns the law at a snapshot as averages over bins.
func (c *course) binned(snapshot int, bins []float64) []float64 {
	if c.laws != nil {
		return compare.Rebin(c.laws[snapshot], bins)
	}
	density := make([]float64, len(bins)-1)
	width := bins[1] - bins[0]
	for _, v := range c.sample[snapshot] {
		if k := int(math.Floor((v - bins[0]) / width)); k >= 0 && k < len(density) {
			density[k] += 1 / (width * float64(len(c.sample[snapshot])))
		}
	}
	return density
}

// reaches returns when the spikes per neuron reach a value, NaN when they do not.
func (c *course) reaches(value float64) float64 {
	f := c.fired
	for k, y := range f.Value {
		if y >= value && k > 0 {
			if y == f.Value[k-1] {
				return f.Time[k]
			}
			return f.Time[k-1] + (value-f.Value[k-1])/(y-f.Value[k-1])*(f.Time[k]-f.Time[k-1])
		}
	}
	return math.NaN()
}

// quantile returns a potential below which a part of a density lies, up to a cell.
func quantile(d compare.Density, part float64) float64 {
	total, sum := 0.0, 0.0
	for i, n := range d.Values {
		total += n * (d.Edges[i+1] - d.Edges[i])
	}
	for i, n := range d.Values {
		if sum += n * (d.Edges[i+1] - d.Edges[i]); sum > part*total {
			return d.Edges[i]
		}
	}
	return d.Edges[0]
}

// fail says why a point has no result.
func (p *Problem) fail(at cell, err error) Point {
	return Point{Value: p.Values[at.value], N: p.neurons(at), Reason: fmt.Sprint(err), Half: play.Number(math.NaN()), HalfSE: play.Number(math.NaN())}
}
