package renewal

import "math"

// Exponentials of mean 1 by the ziggurat of Marsaglia and Tsang (2000) with 256 layers of equal area: layer j reaches from 0 to
// edge[j], and a point of it left of edge[j+1] lies below the density. One word makes layer (lower 8 bits) and place (upper 53).
const (
	layers = 256
	tail   = 7.69711747013104972       // edge of the bottom layer, beyond which is the tail
	area   = 3.9496598225815571993e-03 // of each layer
)

var ziggurat = func() (z struct {
	layer [layers]struct{ width, sure float64 } // edge/2⁵³; the places below which a point is accepted, of 2⁵³
	edge  [layers + 1]float64
}) {
	z.edge[0], z.edge[1] = area*math.Exp(tail), tail
	for j := 1; j < layers-1; j++ {
		z.edge[j+1] = -math.Log(math.Exp(-z.edge[j]) + area/z.edge[j])
	}
	for j := range z.layer {
		z.layer[j].width = z.edge[j] * 0x1p-53
		z.layer[j].sure = z.edge[j+1] / z.edge[j] * 0x1p53
	}
	return z
}()

// exponential returns an exponential of mean 1.
func (b *block) exponential() float64 {
	w := b.word()
	l := &ziggurat.layer[w&(layers-1)]
	if place := float64(w >> 11); place < l.sure {
		return place * l.width
	}
	return b.unsure(w)
}

// unsure finishes an exponential of which the first word has led outside of the sure part of a layer.
func (b *block) unsure(w uint64) float64 {
	for {
		j := w & (layers - 1)
		place := float64(w >> 11)
		x := place * ziggurat.layer[j].width
		if place < ziggurat.layer[j].sure {
			return x
		}
		if j == 0 {
			return tail - math.Log(b.uniform())
		}
		low, high := math.Exp(-ziggurat.edge[j]), math.Exp(-ziggurat.edge[j+1])
		if low+b.uniform()*(high-low) < math.Exp(-x) {
			return x
		}
		w = b.word()
	}
}
