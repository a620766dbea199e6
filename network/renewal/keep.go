package renewal

import (
	"io"

	"lapicque/network/state"
)

// layout of the state; it goes up whenever keep changes.
const layout = 1

// Save writes the state of the network (see network.Keeper).
func (n *Network) Save(w io.Writer) error { return state.Save(w, "renewal", layout, n.keep) }

// Restore reads a state of the network (see network.Keeper).
func (n *Network) Restore(r io.Reader) error { return state.Restore(r, "renewal", layout, n.keep) }

func (n *Network) keep(c *state.Codec) {
	c.Same("number of neurons", uint64(n.config.N))
	c.Same("seed", n.config.Seed)
	c.Same("replica", n.config.Replica)
	c.SameFloat("time step", n.dt)
	c.SameFloat("connectivity", n.config.Synapses.B)
	c.Long(&n.cells)
	c.Float(&n.cell.start, &n.cell.end, &n.cell.first, &n.cell.last, &n.begun, &n.time, &n.rate, &n.slope)
	c.Same("number of cells in the delay", uint64(len(n.under)))
	for k := range n.under {
		c.Float(&n.under[k].first, &n.under[k].last)
	}
	state.List(c, &n.jumps, func(j *Jump) { c.Float(&j.Time, &j.From, &j.To) })
	for k := range n.blocks {
		b := &n.blocks[k]
		c.Floats(b.born)
		c.Floats(b.next)
		for j := range b.lanes {
			c.Words(b.lanes[j][:])
		}
		c.Words(b.words[:])
		c.Int(&b.used)
		c.Check(b.used >= 0 && b.used <= len(b.words), "more random words were used than there are")
		c.Float(&b.seen)
	}
}
