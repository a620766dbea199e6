package converge

import (
	"context"
	"strings"

	"lapicque/runs/scenario"
)

// Measure is a number that every network leaves.
type Measure struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Unit  string `json:"unit,omitempty"` // of potentials or times, none for pure numbers
	// Signed measures are errors with a sign, whose mean falls like 1/N; the others are distances, which fall like a root of N.
	Signed bool `json:"signed"`
	// Leading measures decide how many networks are simulated.
	Leading bool `json:"leading"`
}

// expects reports whether the distance is to fall like a root of N. Of jumps nothing is proven; W2 falls like it only where
// ∫F(1 − F)/f is finite, which Gaussian and exponential tails miss by a logarithm (Bobkov and Ledoux 2019, Mem. AMS 261, theorem 5.1).
func (m Measure) expects() bool {
	return !m.Signed && m.Name != "w2" && !strings.HasPrefix(m.Name, "jump")
}

// subject is what can be measured of a scenario whose limit is solved.
type subject interface {
	// measures lists what a network leaves, in the order of all that follows.
	measures() []Measure
	// measure simulates the network number replica of a scenario, the subject's but for its size and step. What does not exist is NaN.
	measure(ctx context.Context, s *scenario.Scenario, replica uint64, workers int) ([]float64, error)
	// grid returns how far a coarser solution of the limit is from the one that is used, by every measure.
	grid(ctx context.Context) ([]float64, error)
	// notes says what a reader must know of the comparison.
	notes() []string
}

// solved solves the limit of a scenario. The progress receives the fraction done.
func solved(ctx context.Context, s *scenario.Scenario, progress func(float64)) (subject, error) {
	if f, placed := s.Field(); placed {
		return newPlaces(ctx, s, f, progress)
	}
	return newNeurons(ctx, s, progress)
}
