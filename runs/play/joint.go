package play

import (
	"errors"
	"math"

	"lapicque/compare"
	"lapicque/runs/scenario"
)

// jointBins is the number of cells along each coordinate of the histograms of pairs.
const jointBins = 50

// JointState is what a state of two coordinates has beside its potential v: the law of the second one, g.
type JointState struct {
	MeanG     Number  `json:"mean_g"`
	VarianceG Number  `json:"variance_g"`
	Current   *Number `json:"current,omitempty"`   // ∬ J p of the mean field
	Imbalance *Number `json:"imbalance,omitempty"` // ∬ J p / (V_F N) − 1, which vanishes in a steady state
	Least     *Number `json:"least,omitempty"`     // smallest average of a cell of the mean field
	Beyond    *Number `json:"beyond,omitempty"`    // mass in the last row of cells of g
}

// JointDifference compares the laws of the pairs (v, g): l1 on cells, sliced_w1 over 8 directions in the (v, g) plane, in
// standard deviations of the mean field; and the laws of g by itself. Null holds the laws of l1 and sliced_w1, null_g those
// of the others; l1_counting is the mean of l1 for independent neurons.
type JointDifference struct {
	compare.JointDistances
	Counting float64            `json:"l1_counting"`
	Null     compare.JointNulls `json:"null"`

	W1          float64       `json:"g_w1"`
	KS          float64       `json:"g_ks"`
	NullG       compare.Nulls `json:"null_g"`
	MeanError   float64       `json:"mean_g_error"`
	MeanErrorSE float64       `json:"mean_g_error_se"`

	VarianceError   float64         `json:"variance_g_error"`
	VarianceErrorSE float64         `json:"variance_g_error_se"`
	Verdict         compare.Verdict `json:"verdict"`
	Text            string          `json:"text"`
}

// plane holds the cells of a population on which pairs are counted, nil where states have one coordinate.
type plane struct{ v, g []float64 }

// newPlane chooses the cells: v where the densities of v have bins, g where the mean field has all but tail of its mass on
// either side at its snapshots.
func newPlane(f *field, population int, bins []float64) *plane {
	if f == nil || len(f.snapshots) == 0 || f.snapshots[0].parts[population].joint == nil {
		return nil
	}
	lo, hi := math.Inf(1), 0.0
	for _, s := range f.snapshots {
		_, g := s.parts[population].joint.Marginals()
		lo = math.Min(lo, quantile(g.Edges, g.Values, tail))
		hi = math.Max(hi, quantile(g.Edges, g.Values, 1-tail))
	}
	return &plane{equal(bins[0], bins[len(bins)-1]), equal(lo, hi)}
}

// equal returns the edges of equal bins.
func equal(from, to float64) []float64 {
	edges := make([]float64, jointBins+1)
	for i := range edges {
		edges[i] = from + (to-from)*float64(i)/jointBins
	}
	edges[jointBins] = to
	return edges
}

// jointState returns the second coordinate of a mean field, nil without one.
func (s fieldPart) jointState(threshold float64) *JointState {
	if s.joint == nil {
		return nil
	}
	out := &JointState{MeanG: Number(s.joint.Mean), VarianceG: Number(s.joint.Variance),
		Current: new(Number), Imbalance: new(Number), Least: new(Number), Beyond: new(Number)}
	*out.Current, *out.Imbalance, *out.Least = Number(s.joint.Current), Number(s.joint.Current/(threshold*s.Rate)-1), Number(math.Inf(1))
	for _, p := range s.joint.Values {
		*out.Least = min(*out.Least, Number(p))
	}
	_, g := s.joint.Marginals()
	last := len(g.Values) - 1
	*out.Beyond = Number(g.Values[last] * (g.Edges[last+1] - g.Edges[last]))
	return out
}

// jointState returns the second coordinate of a network, nil without one.
func (s sample) jointState() *JointState {
	if s.second == nil {
		return nil
	}
	mean, variance := momentsOf(s.second)
	return &JointState{MeanG: Number(mean), VarianceG: Number(variance)}
}

// joint compares the second coordinate, and the pairs, of population k at snapshot i.
func (e *evidence) joint(k, i int, at sample) compare.Assessment {
	f, cells := e.field.snapshots[i].parts[k].joint, e.planes[k]
	_, g := f.Marginals()
	return compare.Assess(compare.Snapshot{
		MeanField: g, Mean: f.Mean, Variance: f.Variance,
		Samples: at.second, Bins: cells.g,
		Plane:      &compare.Plane{MeanField: f.Joint, Others: at.potentials, Bins: cells.v},
		Amplifying: e.exciting, Grid: e.jointGrid(k, i), Seed: e.seed + uint64(i) + uint64(k)<<32 + 1<<63,
	})
}

// jointGrid is grid for the second coordinate and the pairs.
func (e *evidence) jointGrid(k, i int) *compare.Budget {
	if e.coarse == nil || i >= len(e.coarse.snapshots) {
		return nil
	}
	fine, coarse, cells := e.field.snapshots[i].parts[k].joint, e.coarse.snapshots[i].parts[k].joint, e.planes[k]
	_, g := fine.Marginals()
	_, rough := coarse.Marginals()
	return &compare.Budget{
		Distances: compare.Refinement(g, rough, cells.g).Scale(0.5),
		Mean:      math.Abs(fine.Mean-coarse.Mean) / 2,
		Variance:  math.Abs(fine.Variance-coarse.Variance) / 2,
		Joint:     compare.JointRefinement(fine.Joint, coarse.Joint, cells.v, cells.g).Scale(0.5),
	}
}

// newJointDifference returns an assessment as the summary writes it.
func newJointDifference(a compare.Assessment) *JointDifference {
	return &JointDifference{
		JointDistances: a.Joint.JointDistances, Counting: a.Joint.Counting, Null: a.Joint.Null,
		W1: a.W1, KS: a.KS, NullG: a.Null, MeanError: a.Mean.Error, MeanErrorSE: a.Mean.SE,
		VarianceError: a.Variance.Error, VarianceErrorSE: a.Variance.SE, Verdict: a.Verdict, Text: a.Text,
	}
}

// joint keeps the histograms of pairs of a snapshot of the network.
func (o *recorder) joint(r *run, samples []sample) {
	for k, one := range samples {
		if r.planes[k] == nil || one.second == nil {
			continue
		}
		var total []float64
		for m, g := range one.second {
			h := compare.JointHistogram(one.potentials[m], g, r.planes[k].v, r.planes[k].g)
			if total == nil {
				total = make([]float64, len(h.Values))
			}
			for c, p := range h.Values {
				total[c] += p / float64(len(one.second))
			}
		}
		o.pairs[k] = append(o.pairs[k], total...)
	}
}

// joints writes the densities of pairs of both sides, snapshots × cells in g × cells in v.
func (o *recorder) joints(r *run) error {
	var errs []error
	for k, cells := range r.planes {
		if cells == nil {
			continue
		}
		array := func(what string) string { return "arrays/" + o.named("joint_"+what, k) + ".npy" }
		errs = append(errs, o.folder.Vector(array("v_edges"), cells.v), o.folder.Vector(array("g_edges"), cells.g))
		if len(o.pairs[k]) > 0 {
			errs = append(errs, o.folder.Array(array("network"), o.pairs[k], len(o.times), jointBins, jointBins))
		}
		if f := r.evidence.field; f != nil && len(f.snapshots) > 0 {
			var all []float64
			for _, s := range f.snapshots {
				all = append(all, s.parts[k].joint.Rebin(cells.v, cells.g).Values...)
			}
			errs = append(errs, o.folder.Array(array("meanfield"), all, len(f.snapshots), jointBins, jointBins))
		}
	}
	return errors.Join(errs...)
}

// jointOf returns the density of a population of a solver, nil where states have one coordinate.
func jointOf(solver scenario.Solver, population int) *scenario.Joint {
	p, ok := solver.(scenario.PlaneSolver)
	if !ok {
		return nil
	}
	j := p.Joint(population)
	return &j
}

// paired says that states have two coordinates: tables then have more columns.
type paired bool

// paired reports whether the states of a summary have two coordinates.
func (s Summary) paired() paired {
	if s.MeanField != nil && len(s.MeanField.Snapshots) > 0 {
		x := s.MeanField.Snapshots[0].FieldState
		return x != nil && x.Joint != nil
	}
	if s.Network != nil && len(s.Network.Snapshots) > 0 {
		x := s.Network.Snapshots[0].NetworkState
		return x != nil && x.Joint != nil
	}
	return false
}

// names returns the names of columns about the second coordinate, none where there is none.
func (p paired) names(list ...string) []string {
	if !p {
		return nil
	}
	return list
}

// cells returns the cells of a table of snapshots.
func (s *JointState) cells() []any {
	if s == nil {
		return nil
	}
	return []any{float64(s.MeanG), float64(s.VarianceG)}
}

// cells returns the cells of the table of errors, empty ones where nothing was compared.
func (d *JointDifference) cells(p paired) []any {
	if d == nil {
		return make([]any, len(p.names(make([]string, jointColumns)...)))
	}
	return []any{d.L1, d.Null.L1.Q999, d.Counting, d.SlicedW1, d.Null.SlicedW1.Q999, d.W1, d.NullG.W1.Q999, d.KS, d.NullG.KS.Q999,
		d.MeanError, d.MeanErrorSE, d.VarianceError, d.VarianceErrorSE, string(d.Verdict)}
}

const jointColumns = 14 // that errors.csv has more
