package network

import (
	"fmt"
	"io"

	"lapicque/network/state"
)

// Keeper is an engine whose state can be kept and taken up again, by another process too: what follows has the same bits as
// without the interruption, whatever the number of workers. States are kept between calls of Run that returned nil or the
// context's error. Of observers they know nothing. Under more than one rank both are refused.
type Keeper interface {
	// Save writes the state. It takes no memory to speak of.
	Save(w io.Writer) error
	// Restore reads r to its end: a state that was saved by a network of the same configuration. After an error
	// the network is not to be used.
	Restore(r io.Reader) error
}

// Layouts of the states; a number goes up whenever a description changes.
const (
	networkLayout = 1
	circuitLayout = 1
)

// Keep visits the place on the grid.
func (g *Grid) Keep(c *state.Codec) {
	c.SameFloat("time step", g.Dt)
	c.Float(&g.origin)
	c.Long(&g.steps)
}

func (c *clock) keep(s *state.Codec) {
	c.Grid.Keep(s)
	s.Int(&c.level)
	s.Float(&c.jump)
}

// Save writes the state of the network (see Keeper).
func (n *Network) Save(w io.Writer) error {
	if err := n.whole(); err != nil {
		return err
	}
	return state.Save(w, "network", networkLayout, n.keep)
}

// Restore reads a state of the network (see Keeper).
func (n *Network) Restore(r io.Reader) error {
	if err := n.whole(); err != nil {
		return err
	}
	return state.Restore(r, "network", networkLayout, n.keep)
}

func (n *Network) keep(c *state.Codec) {
	c.SameFloat("connectivity", n.config.B)
	n.clock.keep(c)
	n.axons.keep(c)
	n.neurons(c)
}

// neurons visits the neurons of a network or of a population, and what they have done lately.
func (n *Network) neurons(c *state.Codec) {
	c.Same("number of neurons", uint64(n.config.N))
	c.Same("seed", n.config.Seed)
	c.Same("replica", n.config.Replica)
	c.Same("scheme", uint64(n.config.Scheme))
	c.Same("first block", uint64(n.span.first))
	c.Same("number of blocks", uint64(len(n.blocks)))
	c.Flag(&n.started)
	c.Long(&n.substeps)
	c.Int(&n.last, &n.prior)
	c.Float(&n.lastStep, &n.priorStep, &n.offset, &n.law.diffusion, &n.gauge.first, &n.gauge.second, &n.waited)
	c.Word(&n.cascades)
	c.Long(&n.stretches)
	n.report.keep(c)
	for k := range n.blocks {
		b := &n.blocks[k]
		c.Floats(b.v)
		for j := range b.lanes {
			c.Words(b.lanes[j][:])
		}
		b.absent.keep(c, b.size)
	}
}

func (r *Report) keep(c *state.Codec) {
	c.Long(&r.Steps, &r.Halved, &r.Corrected, &r.Overrun)
	c.Float(&r.Correction)
}

// keep visits the kicks that are still under way.
func (a *axons) keep(c *state.Codec) {
	due := a.due[a.past:]
	if c.Numbers(&due); c.Reading() {
		a.due, a.past = due, 0
	}
}

// keep visits who is away, in the order in which they are looked at.
func (c *calendar) keep(s *state.Codec, size int) {
	s.Same("number of buckets", uint64(len(c.buckets)))
	s.Long(&c.now)
	c.held = 0
	for k := range c.buckets {
		state.List(s, &c.buckets[k], func(a *absence) {
			s.Index(&a.index, size)
			s.Float(&a.until)
		})
		c.held += len(c.buckets[k])
	}
}

// Save writes the state of the populations (see Keeper).
func (n *Populations) Save(w io.Writer) error {
	if err := n.parts[0].whole(); err != nil {
		return err
	}
	return state.Save(w, "circuit", circuitLayout, n.keep)
}

// Restore reads a state of the populations (see Keeper).
func (n *Populations) Restore(r io.Reader) error {
	if err := n.parts[0].whole(); err != nil {
		return err
	}
	return state.Restore(r, "circuit", circuitLayout, n.keep)
}

func (n *Populations) keep(c *state.Codec) {
	c.Same("number of populations", uint64(len(n.parts)))
	n.clock.keep(c)
	c.Flag(&n.started)
	c.Word(&n.cascades)
	c.Long(&n.overruns, &n.stretches)
	c.Float(&n.waited)
	for p, part := range n.parts {
		for q := range n.parts {
			c.SameFloat(fmt.Sprintf("connectivity from %s to %s", n.circuit.Populations[q].Name, n.circuit.Populations[p].Name), n.circuit.B[p][q])
			n.axons[p][q].keep(c)
		}
		part.neurons(c)
	}
}
