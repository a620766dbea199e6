package play

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lapicque/compare"
	law "lapicque/neuron/neuralfield"
	"lapicque/runs/scenario"
)

// neural is a neural field being played.
type neural struct {
	*run
	field    *scenario.Field
	solution *neuralSolution // nil without the equation
	crowd    *neuralCrowd    // nil without particles
	records  []neuralRecord  // of the network, one a snapshot
	list     []compare.Assessment
}

// neuralRecord is the network at a snapshot: mean and standard error over the replicas by population and site.
type neuralRecord struct {
	time     float64
	mean, se [][]float64
}

// populationsOf lists the populations of a field with the number of their units.
func populationsOf(f *scenario.Field) (list []scenario.Population) {
	for _, name := range f.Names() {
		list = append(list, scenario.Population{Name: name, N: f.Particles.Units * f.Law.Domain.Total()})
	}
	return list
}

// play runs both sides of a neural field and writes what there is, whatever happened.
func (n *neural) play(ctx context.Context) (err error) {
	n.populations = populationsOf(n.field)
	n.recorder = &recorder{folder: n.options.Folder, populations: n.populations}
	n.out.Neural = &Neural{}
	n.total = 0.1 * n.plan.end
	if n.options.Sides.Network {
		n.total += float64(n.field.Particles.Replicas) * n.plan.end
	}
	defer func() { err = errors.Join(err, n.results()) }()
	if n.options.Sides.MeanField {
		if err := n.meanField(ctx); err != nil {
			return err
		}
	}
	if n.options.Sides.Network {
		return n.network(ctx)
	}
	return nil
}

// meanField solves the equation.
func (n *neural) meanField(ctx context.Context) (err error) {
	began, before := time.Now(), 0.0
	n.solution, err = solveNeural(ctx, n.field, n.plan, func(t float64) {
		n.advance(0.1 * (t - before))
		before = t
	})
	out := &NeuralMeanField{Snapshots: []NeuralSnapshot{}, Notes: nil}
	for k, fields := range n.solution.snapshots {
		line := NeuralSnapshot{Time: n.plan.snapshots[k]}
		states := newNamed[NeuralState](n.populations, &line.Populations)
		for p, one := range fields {
			states.put(p, n.state(p, [][]float64{one}))
		}
		line.NeuralState = states.only
		out.Snapshots = append(out.Snapshots, line)
	}
	if err == nil {
		out.Rhythm = n.solution.rhythm(n.plan.end, n.field.Rtol)
	}
	n.out.Neural.MeanField = out
	n.out.Seconds.MeanField = time.Since(began).Seconds()
	return err
}

// state describes the fields of a population in replicas, or of the equation as the only one.
func (n *neural) state(population int, fields [][]float64) (s NeuralState) {
	count := Number(len(fields))
	var means, widths []float64
	theta, above := threshold(n.field, population)
	for _, f := range fields {
		m := momentOf(f)
		means = append(means, m.mean)
		s.Mean, s.Variance = s.Mean+Number(m.mean)/count, s.Variance+Number(m.variance)/count
		s.Least, s.Greatest = s.Least+Number(m.least)/count, s.Greatest+Number(m.greatest)/count
		if above {
			widths = append(widths, n.field.Law.Domain.ActiveWidth(f, theta))
		}
	}
	if above {
		width, _ := compare.Moments(widths)
		s.Width = pointer(Number(width))
	}
	if n.crowd != nil {
		s.MeanSE = pointer(standardError(means))
		if above {
			s.WidthSE = pointer(standardError(widths))
		}
	}
	return s
}

// standardError returns that of the mean over replicas, NaN for one.
func standardError(values []float64) Number {
	if len(values) < 2 {
		return nan
	}
	return Number(compare.StandardError(values))
}

// threshold returns that of a population's gain where a width above it makes sense.
func threshold(f *scenario.Field, population int) (theta float64, known bool) {
	if f.Law.Domain.Dims != 1 || f.Law.Form != law.Potential {
		return 0, false
	}
	switch g := f.Law.Populations[population].Gain.(type) {
	case law.Heaviside:
		return g.Theta, true
	case law.Logistic:
		return g.Theta, true
	}
	return 0, false
}

func pointer[T any](x T) *T { return &x }

// network runs the replicas from snapshot to snapshot and compares them there.
func (n *neural) network(ctx context.Context) (err error) {
	began := time.Now()
	defer func() { n.out.Seconds.Network = time.Since(began).Seconds() - n.out.Seconds.Compare }()
	out := &NeuralNetwork{N: n.field.Particles.Units * n.field.Law.Domain.Total() * len(n.populations), Units: n.field.Particles.Units,
		Replicas: n.field.Particles.Replicas, Snapshots: []NeuralSnapshot{}}
	n.out.Neural.Network = out
	if n.crowd, err = newNeuralCrowd(n.field, n.options.Workers, n.advance); err != nil {
		return err
	}
	n.crowd.keeper = n.keeper
	if n.solution != nil {
		n.out.Neural.Compare = &NeuralCompare{Snapshots: []NeuralComparison{}}
		n.sum()
	}
	if err := n.keeper.resume(n.kept()); err != nil {
		return err
	}
	for _, t := range n.plan.landings()[n.landed:] {
		err := n.keeper.reach(ctx, n.kept(), t)
		out = n.out.Neural.Network
		out.Spikes = n.crowd.spikes()
		if err != nil {
			return err
		}
		if k, found := slices.BinarySearch(n.plan.snapshots, t); found {
			if err := n.settle(ctx, k); err != nil {
				return err
			}
		}
		n.landed++
	}
	return nil
}

// settle records and compares a snapshot.
func (n *neural) settle(ctx context.Context, k int) error {
	fields := n.crowd.fields()
	line := NeuralSnapshot{Time: n.plan.snapshots[k]}
	states := newNamed[NeuralState](n.populations, &line.Populations)
	for p := range n.populations {
		states.put(p, n.state(p, fields[p]))
	}
	line.NeuralState = states.only
	n.out.Neural.Network.Snapshots = append(n.out.Neural.Network.Snapshots, line)
	began := time.Now()
	defer func() { n.out.Seconds.Compare += time.Since(began).Seconds() }()
	record := neuralRecord{time: line.Time}
	if n.solution != nil {
		a, err := n.align(ctx, k, fields)
		if err != nil {
			return err
		}
		fields = a.fields
		n.out.Neural.Compare.Snapshots = append(n.out.Neural.Compare.Snapshots, n.assess(k, a))
		n.sum()
	}
	for p := range n.populations {
		mean, se := scatterOf(fields[p])
		record.mean, record.se = append(record.mean, mean), append(record.se, se)
	}
	n.records = append(n.records, record)
	return nil
}

// assess compares the replicas, moved onto the equation, with it.
func (n *neural) assess(k int, a aligned) NeuralComparison {
	out := NeuralComparison{Time: n.plan.snapshots[k], Aligned: a.how, ShiftX: Number(a.x), ShiftY: Number(a.y), ShiftT: Number(a.t)}
	differences := newNamed[NeuralDifference](n.populations, &out.Populations)
	var judged []compare.Assessment
	for p := range n.populations {
		s := compare.FieldSample{Numerical: n.solution.numerical(p, n.field.Rtol), Scale: n.solution.scale(p)}
		for _, field := range a.fields[p] {
			d := make([]float64, len(field))
			for i, x := range field {
				d[i] = x - n.solution.snapshots[k][p][i]
			}
			s.Differences = append(s.Differences, d)
		}
		one := compare.AssessField(s)
		judged = append(judged, compare.Assessment{Verdict: one.Verdict})
		differences.put(p, newNeuralDifference(one))
		if out.Text != "" {
			out.Text += " "
		}
		if several(n.populations) {
			out.Text += n.populations[p].Name + ": "
		}
		out.Text += one.Text
	}
	out.NeuralDifference = differences.only
	out.Verdict, _ = compare.Overall(judged)
	n.list = append(n.list, compare.Assessment{Verdict: out.Verdict})
	return out
}

// sum writes the verdict on all snapshots so far.
func (n *neural) sum() {
	c := n.out.Neural.Compare
	c.Verdict, _ = compare.Overall(n.list)
	counts, moved := map[compare.Verdict]int{}, map[string]int{}
	for _, s := range c.Snapshots {
		counts[s.Verdict]++
		moved[s.Aligned]++
	}
	c.Text = fmt.Sprintf("%d of %d snapshots agree, by the mean over the sites, the root mean square and the largest of the differences, each judged at "+
		"the level 1/1000 for each population.", counts[compare.Agrees], len(c.Snapshots))
	if counts[compare.Disagrees] > 0 {
		c.Text += " What the time step of the network adds, of second order in particles.dt, is not among what is allowed for."
	}
	if k := counts[compare.NotEnoughData]; k > 0 {
		c.Text += fmt.Sprintf(" Not enough data at %d.", k)
	}
	if k := moved[byTranslation]; k > 0 {
		c.Text += fmt.Sprintf(" At %d of the snapshots each replica was moved in space to where it is most like the equation: a pattern of a finite network wanders.", k)
	}
	if k := moved[byPhase]; k > 0 {
		c.Text += fmt.Sprintf(" At %d of the snapshots each replica was compared with the equation at its own phase: a finite network loses that of an oscillation.", k)
	}
}
