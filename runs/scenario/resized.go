package scenario

import (
	"math"
	"slices"

	law "lapicque/neuron/neuralfield"
)

// Resized returns a copy of the scenario with n ≥ 1 neurons in all, otherwise the same. Several populations keep their
// proportions, rounded, with at least one neuron each. A neural field scales the units of a site, at least one: its number of
// neurons, that of Neurons, is then near n.
func (s *Scenario) Resized(n int) *Scenario {
	if n < 1 {
		panic("scenario: a network has at least one neuron")
	}
	c := *s
	c.Document = s.resized(n)
	return &c
}

// Stepped returns a copy of the scenario whose network takes steps of at most dt > 0, otherwise the same.
func (s *Scenario) Stepped(dt float64) *Scenario {
	if !(dt > 0) {
		panic("scenario: a time step is positive")
	}
	c := *s
	c.Document = s.stepped(dt)
	return &c
}

// Size returns the number of neurons of a scenario, all populations and places together.
func (s *Scenario) Size() (n int) {
	if f, ok := s.Field(); ok {
		return f.Particles.Units * f.Law.Domain.Total() * len(f.Start)
	}
	for _, p := range s.Populations() {
		n += p.N
	}
	return n
}

func (s *NNLIF) resized(n int) Document {
	c := *s
	c.Particles.N = n
	return &c
}

func (s *Circuit) resized(n int) Document {
	sizes := make([]int, len(s.Members))
	for k, m := range s.Members {
		sizes[k] = m.N
	}
	c := *s
	c.Members = append(Members(nil), s.Members...)
	for k, size := range apportioned(n, sizes) {
		c.Members[k].N = size
	}
	return &c
}

func (s *ElapsedTime) resized(n int) Document {
	c := *s
	c.Particles.N = n
	return &c
}

func (s *VoltageConductance) resized(n int) Document {
	c := *s
	c.Particles.N = n
	return &c
}

func (s *Biophysical) resized(n int) Document {
	c := *s
	c.Particles.N = n
	return &c
}

func (s *NeuralField) resized(n int) Document {
	c := *s
	c.Particles.Units = unitsOf(n, law.Domain(s.Domain).Total())
	return &c
}

func (s *NeuralFields) resized(n int) Document {
	c := *s
	c.Particles.Units = unitsOf(n, law.Domain(s.Domain).Total()*len(s.Members))
	return &c
}

// unitsOf returns the units of each of so many places that make about n.
func unitsOf(n, places int) int { return max(1, (n+places/2)/places) }

// apportioned splits n in the proportion of sizes: rounded sums, so that the parts add up to n, but for parts of at least one.
func apportioned(n int, sizes []int) []int {
	total := 0.0
	for _, size := range sizes {
		total += float64(size)
	}
	parts := make([]int, len(sizes))
	sum, before := 0.0, 0
	for k, size := range sizes {
		sum += float64(size)
		upTo := int(math.Round(float64(n) * (sum / total)))
		parts[k], before = upTo-before, upTo
	}
	for k := range parts {
		if most := slices.Max(parts); parts[k] < 1 {
			if parts[k] = 1; most > 1 {
				parts[slices.Index(parts, most)]--
			}
		}
	}
	return parts
}

func (s *NNLIF) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}

func (s *Circuit) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}

func (s *ElapsedTime) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}

func (s *VoltageConductance) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}

func (s *Biophysical) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}

func (s *NeuralField) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}

func (s *NeuralFields) stepped(dt float64) Document {
	c := *s
	c.Particles.Dt = dt
	return &c
}
