package conductance

import (
	"io"

	"lapicque/network/state"
)

// layout of the state; it goes up whenever keep changes.
const layout = 1

// Save writes the state of the network (see network.Keeper).
func (n *Network) Save(w io.Writer) error { return state.Save(w, "conductance", layout, n.keep) }

// Restore reads a state of the network (see network.Keeper).
func (n *Network) Restore(r io.Reader) error { return state.Restore(r, "conductance", layout, n.keep) }

func (n *Network) keep(c *state.Codec) {
	c.Same("number of neurons", uint64(n.config.N))
	c.Same("seed", n.config.Seed)
	c.Same("replica", n.config.Replica)
	n.grid.Keep(c)
	c.Long(&n.passes)
	c.Float(&n.rate, &n.before, &n.offset)
	for k := range n.blocks {
		b := &n.blocks[k]
		c.Floats(b.v)
		c.Floats(b.g)
		for j := range b.lanes {
			c.Words(b.lanes[j][:])
		}
	}
}
