package limits

import (
	"math"

	"lapicque/compare"
	"lapicque/runs/play"
	"lapicque/runs/scenario"
)

// Result is limits.json.
type Result struct {
	Schema     int               `json:"schema"`
	Study      Study             `json:"study"`
	Title      string            `json:"title,omitempty"`
	Outcome    play.Outcome      `json:"outcome"`
	Total      int               `json:"total"` // points
	Finished   int               `json:"finished"`
	Verdicts   []Verdict         `json:"verdicts"`
	Rows       []Row             `json:"limits"`
	Candidates []Candidate       `json:"candidates"`
	Absent     map[string]string `json:"absent,omitempty"` // rules that do not exist here, and why
	Times      []float64         `json:"times"`            // of the snapshots
	Separation []play.Number     `json:"separation"`       // least W1 between two candidates at the snapshots
	Bins       []float64         `json:"bins"`             // of the densities
	Threshold  float64           `json:"V_F"`
	Reset      float64           `json:"V_R"`
	Points     []Point           `json:"points"`
}

// Candidate is the mean field continued by a rule.
type Candidate struct {
	Rule      string             `json:"rule"`
	JumpTime  play.Number        `json:"jump_time"`
	Jump      play.Number        `json:"jump"`
	TimeError play.Number        `json:"jump_time_error"`
	JumpError play.Number        `json:"jump_error"`
	Fired     compare.Cumulative `json:"fired"`
	Densities [][]float64        `json:"densities"` // averages over the bins at the snapshots
	Rates     []play.Number      `json:"rates"`     // as those of points
}

// Broken returns how many points have no result.
func (r *Result) Broken() (n int) {
	for _, p := range r.Points {
		if p.Reason != "" {
			n++
		}
	}
	return n
}

func (r *Result) names() (list []string) {
	for _, c := range r.Candidates {
		list = append(list, c.Rule)
	}
	return list
}

// result returns what is known before the first point.
func (p *Problem) result() *Result {
	head, _ := p.candidates[0].Common()
	r := &Result{Schema: 1, Study: p.Study, Title: head.Title, Outcome: "running", Absent: p.absent, Total: len(p.cells()),
		Times: head.Time.Snapshots, Bins: p.targets.bins, Points: []Point{}, Verdicts: []Verdict{}, Rows: []Row{}}
	law := p.candidates[0].Document.(*scenario.NNLIF).Law()
	r.Threshold, r.Reset = law.Threshold, law.Reset
	for k, c := range p.targets.courses {
		one := Candidate{Rule: p.rules[k].String(), JumpTime: play.Number(c.jump.Time), Jump: play.Number(c.jump.Jump), TimeError: play.Number(c.jump.TimeError),
			JumpError: play.Number(c.jump.JumpError), Fired: c.fired.Thinned(rough)}
		for i := range head.Time.Snapshots {
			one.Densities = append(one.Densities, c.binned(i, r.Bins))
		}
		for _, mark := range p.targets.measure(p, cell{}, []*course{c}, nil).Landmarks {
			one.Rates = append(one.Rates, mark.Rate)
		}
		r.Candidates = append(r.Candidates, one)
	}
	for i := range head.Time.Snapshots {
		least := math.NaN()
		for k, a := range p.targets.courses {
			for _, b := range p.targets.courses[:k] {
				if d := compare.Between(a.laws[i], b.laws[i]).W1; !(d > least) {
					least = d
				}
			}
		}
		r.Separation = append(r.Separation, play.Number(least))
	}
	return r
}

// limits takes both limits in an order, for each candidate of M1 and of W1 at each snapshot.
func (r *Result) limits(order string) (rows []Row) {
	for k, rule := range r.names() {
		rows = append(rows, r.row(order, rule, "M1", nil, func(p *Point) (Distance, bool) { return p.M1[k], p.over(len(r.Times) - 1) }))
		for i := range r.Times {
			rows = append(rows, r.row(order, rule, "W1", &r.Times[i], func(p *Point) (Distance, bool) { return p.Landmarks[i].W1[k], p.over(i) }))
		}
	}
	return rows
}

// over reports whether the jump is over at a snapshot.
func (p *Point) over(snapshot int) bool { return p.Landmarks[snapshot].Over }

// row takes both limits of one distance, over the points at which it is to be had.
func (r *Result) row(order, rule, measure string, time *float64, take func(*Point) (Distance, bool)) Row {
	out := Row{Order: order, Rule: rule, Measure: measure, Time: time, Limit: unknown, MeanField: order == NFirst}
	if order == NFirst {
		out.Limit, _ = r.along(func(p *Point) (float64, bool) { return p.Value, p.N == 0 }, take, inKey)
		for _, value := range r.Study.Values {
			l, n := r.along(func(p *Point) (float64, bool) { return 1 / float64(p.N), p.N > 0 && p.Value == value }, take, inSize)
			if n >= 2 {
				out.Inner, out.At = append(out.Inner, l), append(out.At, value)
			}
		}
		return out
	}
	var x, d, e []float64
	for _, size := range r.Study.Sizes {
		l, n := r.along(func(p *Point) (float64, bool) { return p.Value, p.N == size }, take, inKey)
		if n < leastValues {
			continue
		}
		out.Inner, out.At = append(out.Inner, l), append(out.At, float64(size))
		x, d, e = append(x, 1/float64(size)), append(d, float64(l.Value)), append(e, l.spread())
	}
	out.Limit = extrapolate(x, d, e, inSize)
	return out
}

// along extrapolates over the points that coordinate takes, in their order, and returns how many they are.
func (r *Result) along(coordinate func(*Point) (float64, bool), take func(*Point) (Distance, bool), exponents []float64) (Limit, int) {
	var x, d, e []float64
	for i := range r.Points {
		p := &r.Points[i]
		at, wanted := coordinate(p)
		if !wanted || p.Reason != "" {
			continue
		}
		if one, usable := take(p); usable {
			x, d, e = append(x, at), append(d, float64(one.Value)), append(e, float64(one.Error))
		}
	}
	if len(exponents) > 0 && len(x) < 2 {
		return unknown, len(x)
	}
	return extrapolate(x, d, e, exponents), len(x)
}
