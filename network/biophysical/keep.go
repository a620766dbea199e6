package biophysical

import (
	"io"

	"lapicque/network/state"
)

// layout of the state; it goes up whenever keep changes.
const layout = 1

// Save writes the state of the network (see network.Keeper).
func (n *Network) Save(w io.Writer) error { return state.Save(w, "biophysical", layout, n.keep) }

// Restore reads a state of the network (see network.Keeper).
func (n *Network) Restore(r io.Reader) error { return state.Restore(r, "biophysical", layout, n.keep) }

func (n *Network) keep(c *state.Codec) {
	c.Same("number of neurons", uint64(n.config.N))
	c.Same("seed", n.config.Seed)
	c.Same("replica", n.config.Replica)
	c.Same("scheme", uint64(n.config.Scheme))
	n.grid.Keep(c)
	c.Long(&n.passes)
	c.Float(&n.step.h, &n.step.rate, &n.step.excess, &n.conductance) // what a step leaves for the next
	for k := range n.blocks {
		b := &n.blocks[k]
		c.Same("number of variables", uint64(len(b.y)))
		for j := range b.y {
			c.Floats(b.y[j])
		}
		c.Flags(b.armed)
		for j := range b.lanes {
			c.Words(b.lanes[j][:])
		}
	}
}
