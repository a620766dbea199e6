package fit

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// The stages of a search: the wide one is made from every start, the others from the few best places.
var (
	wide   = stage{size: 1, generations: 100}
	narrow = stage{size: 0.2, generations: 60}
	last   = stage{size: 0.05, generations: 100}
)

const (
	screened = 60  // random places, the best of which is where a start begins
	kept     = 2   // starts of a model that go on to the narrow stages
	enough   = 120 // spikes that lead the stages of predictions
)

// stage is an amount of work for CMA-ES: the initial step size in the real space of the axes, and generations at most.
type stage struct {
	size        float64
	generations int
}

// place is a point of the real space that the axes map to parameters, with its worth.
type place struct {
	x     []float64
	worth float64
}

// search looks for the parameters of one model. It serves one goroutine.
type search struct {
	space  space
	ctx    context.Context
	source *rand.PCG
	tick   func() // once an evaluation
}

// population returns the size of a generation.
func (s space) population() int { return 8 + 2*len(s.axes) }

// parameters maps a place to the parameters.
func (s space) parameters(x []float64) []float64 {
	p := make([]float64, len(x))
	for k, a := range s.axes {
		p[k] = a.at(x[k])
	}
	return p
}

func (s space) candidate(x []float64) candidate { return s.build(s.parameters(x)) }

// begin makes the wide stage: from the best of some places drawn evenly, for the predictions from spike to spike of one repeat.
func (s *search) begin(t *trial, repeat int) (place, error) {
	random := rand.New(s.source)
	worth := func(c candidate) float64 { return t.prediction(c, repeat, 5) }
	best, x := place{worth: math.Inf(-1)}, make([]float64, len(s.space.axes))
	for range screened {
		for k := range x {
			part := 0.02 + 0.96*random.Float64()
			x[k] = math.Log(part / (1 - part))
		}
		if w := worth(s.space.candidate(x)); w > best.worth {
			best = place{slices.Clone(x), w}
		}
		s.tick()
	}
	return s.climb(worth, best, wide)
}

// finish makes the other stages, on shorter steps: predictions held to a tenth of the errors, then Γ itself, of the neuron left alone.
func (s *search) finish(t *trial, repeat int, from place) (place, error) {
	worth := func(c candidate) float64 { return t.prediction(c, repeat, 0.5) }
	sharp, err := s.climb(worth, place{from.x, worth(s.space.candidate(from.x))}, narrow)
	if err != nil {
		return from, err
	}
	best := place{worth: math.Inf(-1)}
	for _, x := range [][]float64{from.x, sharp.x} {
		if w := t.coincidence(s.space.candidate(x)); w > best.worth {
			best = place{x, w}
		}
	}
	return s.climb(t.coincidence, best, last)
}

// climb improves a place. It ends where the places of a generation come within 10⁻⁴ of each other.
func (s *search) climb(worth func(candidate) float64, from place, g stage) (place, error) {
	e, random, best := newEvolution(from.x, g.size, s.space.population()), rand.New(s.source), from
	for e.generation < g.generations && e.spread() > 1e-4 {
		if err := s.ctx.Err(); err != nil {
			return from, err
		}
		for k, p := range e.draw(random) {
			e.places[k].worth = worth(s.space.candidate(p.x))
			s.tick()
		}
		if e.learn(); e.places[0].worth > best.worth {
			best = e.places[0]
		}
	}
	return best, nil
}
