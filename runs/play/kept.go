package play

import (
	"context"

	"lapicque/compare"
	"lapicque/mfield"
	"lapicque/network"
	"lapicque/network/state"
)

// keepers returns the networks of a crowd.
func (c *crowd) keepers() (list []network.Keeper) {
	for _, m := range c.members {
		list = append(list, m.net)
	}
	return list
}

// describe visits what was counted in the replicas.
func (c *crowd) describe(s *state.Codec) {
	for _, m := range c.members {
		for _, p := range m.parts {
			s.Same("number of bins", uint64(len(p.counter.Counts)))
			for i := range p.counter.Counts {
				s.Long(&p.counter.Counts[i])
			}
			s.Long(&p.tally.spikes)
			s.Value(&p.cascades.Events)
		}
	}
}

// describe visits a sample.
func (s *sample) describe(c *state.Codec) {
	lists := func(x *[][]float64) { state.List(c, x, func(row *[]float64) { c.Numbers(row) }) }
	lists(&s.potentials)
	lists(&s.second)
	c.Numbers(&s.refractory)
}

// describe visits what a recorder holds until the end.
func (o *recorder) describe(s *state.Codec) {
	s.Numbers(&o.times)
	for k := range o.rows {
		state.List(s, &o.rows[k], func(row *[]float64) { s.Numbers(row) })
		s.Numbers(&o.pairs[k])
	}
	for _, t := range o.tracers {
		s.Float(&t.next)
	}
}

// verdicts visits those of assessments, of which nothing else is looked at again.
func verdicts(s *state.Codec, list *[]compare.Assessment) {
	words := make([]string, len(*list))
	for i, a := range *list {
		words[i] = string(a.Verdict)
	}
	if s.Value(&words); !s.Reading() {
		return
	}
	*list = nil
	for _, w := range words {
		*list = append(*list, compare.Assessment{Verdict: compare.Verdict(w)})
	}
}

// kept returns the state of the replicas of a run.
func (r *run) kept() kept {
	return kept{phase: phaseNetwork, networks: r.crowd.keepers(), advance: r.crowd.advance, time: r.crowd.time,
		before: r.before, describe: func(s *state.Codec) {
			s.Int(&r.landed)
			s.Value(&r.out.Network)
			s.Value(&r.out.Compare)
			verdicts(s, &r.evidence.list)
			state.List(s, &r.pending, func(one *snapshot) {
				s.Int(&one.index)
				state.List(s, &one.samples, func(x *sample) { x.describe(s) })
			})
			r.recorder.describe(s)
			r.crowd.describe(s)
		}}
}

// resume takes up the replicas where a checkpoint left them.
func (r *run) resume() error {
	if r.keeper == nil || r.keeper.From == nil {
		return nil
	}
	if err := r.keeper.resume(r.kept()); err != nil {
		return err
	}
	if len(r.out.Network.BlowUps) > 0 {
		r.evidence.jumps = r.out.Network.BlowUps
	}
	r.progressed(r.crowd.keepers())
	return nil
}

// progressed reports the model time that networks have covered.
func (r *run) progressed(networks []network.Keeper) {
	for _, n := range networks {
		r.advance(n.(interface{ Time() float64 }).Time())
	}
}

// reach brings the replicas to a time.
func (r *run) reach(ctx context.Context, until float64) error {
	if r.keeper == nil {
		return r.crowd.advance(ctx, until)
	}
	return r.keeper.reach(ctx, r.kept(), until)
}

// doubling is the state of networks of twice the neurons.
type doubling struct {
	landed  int
	samples [][]sample // at the snapshots so far
}

// kept returns the state of the networks of twice the neurons.
func (d *doubling) kept(c *crowd) kept {
	return kept{phase: phaseDoubled, networks: c.keepers(), advance: c.advance, time: c.time, describe: func(s *state.Codec) {
		s.Int(&d.landed)
		state.List(s, &d.samples, func(list *[]sample) {
			state.List(s, list, func(x *sample) { x.describe(s) })
		})
		c.describe(s)
	}}
}

// ofDoubled visits what the networks of twice the neurons have left, which stands in place of a mean field.
func (r *run) ofDoubled(s *state.Codec) {
	f := r.evidence.field
	s.Value(&r.out.Doubled)
	state.List(s, &f.snapshots, func(one *fieldSnapshot) {
		s.Float(&one.time)
		state.List(s, &one.parts, func(p *fieldPart) {
			s.Value(&p.State)
			s.Value(&p.Profile)
			s.Float(&p.windowRate, &p.negative)
		})
	})
	state.List(s, &f.curve, func(step *[]mfield.State) { s.Value(step) })
}

// kept returns the state of the replicas of a neural field.
func (n *neural) kept() kept {
	networks := make([]network.Keeper, len(n.crowd.members))
	for i, m := range n.crowd.members {
		networks[i] = m
	}
	rows := func(s *state.Codec, x *[][]float64) { state.List(s, x, func(row *[]float64) { s.Numbers(row) }) }
	return kept{phase: phaseNetwork, networks: networks, advance: n.crowd.advance, time: n.crowd.time, describe: func(s *state.Codec) {
		s.Int(&n.landed)
		s.Value(&n.out.Neural.Network)
		s.Value(&n.out.Neural.Compare)
		verdicts(s, &n.list)
		state.List(s, &n.records, func(one *neuralRecord) {
			s.Float(&one.time)
			rows(s, &one.mean)
			rows(s, &one.se)
		})
	}}
}
