package neuralfield

import (
	"io"

	"lapicque/network/state"
)

// layout of the state; it goes up whenever keep changes.
const layout = 1

// Save writes the state of the network (see network.Keeper).
func (n *Network) Save(w io.Writer) error { return state.Save(w, "neural field", layout, n.keep) }

// Restore reads a state of the network (see network.Keeper).
func (n *Network) Restore(r io.Reader) error { return state.Restore(r, "neural field", layout, n.keep) }

func (n *Network) keep(c *state.Codec) {
	c.Same("number of units", uint64(n.config.Units))
	c.Same("number of populations", uint64(len(n.trace)))
	c.Same("seed", n.config.Seed)
	c.Same("replica", n.config.Replica)
	n.grid.Keep(c)
	c.Long(&n.passes, &n.spikes)
	for p := range n.trace {
		c.Floats(n.trace[p])
		c.Floats(n.rest[p])
	}
}
