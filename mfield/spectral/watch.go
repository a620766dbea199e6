package spectral

import (
	"math"
	"slices"
)

// pointsInside is the number of times per step at which OnStep is called: a cubic
// between them is as exact as the dense output.
const pointsInside = 4

// tell calls OnStep at the times of the last step, up to until, that it has not seen.
func (s *Solver) tell(until float64) error {
	if s.opts.OnStep == nil {
		return nil
	}
	from := s.now.time
	if s.began {
		from = s.before.time
	}
	for k := 1; k <= pointsInside; k++ {
		t := s.now.time
		if k < pointsInside {
			t = from + float64(k)/pointsInside*(s.now.time-from)
		}
		if err := s.tellAt(t, until); err != nil {
			return err
		}
	}
	return nil
}

// tellAt calls OnStep at time t unless that is past until or has been seen.
func (s *Solver) tellAt(t, until float64) error {
	if s.opts.OnStep == nil || t <= s.told || t > until {
		return nil
	}
	s.look(t)
	s.told = t
	return s.opts.OnStep()
}

// finestCut bounds the parts into which Edges cuts a piece.
const finestCut = 1024

// Edges returns edges from the far end to V_F, V_R among them, so fine that the
// integral of the density, linear between them, is off by at most about tol
// (mass, not relative): a piece of length h with a slope up to D is cut into
// h·√(D/(8 tol)) equal parts, at least 4 and at most 1024. Parts of the law that
// are not on the mesh yet get edges of their own.
func (s *Solver) Edges(tol float64) []float64 {
	marks := s.marks()
	edges := []float64{marks[0]}
	for i := range len(marks) - 1 {
		lo, hi := marks[i], marks[i+1]
		parts := s.parts(lo, hi, tol)
		for k := 1; k < parts; k++ {
			edges = append(edges, lo+(hi-lo)*float64(k)/float64(parts))
		}
		edges = append(edges, hi)
	}
	return distinctAscending(edges)
}

// marks returns the nodes of the mesh and, around each part of the cloud, points
// at standard deviations; an atom gets a cell of 1e−9 of the gap.
func (s *Solver) marks() []float64 {
	marks := s.Nodes()
	lo, hi := marks[0], marks[len(marks)-1]
	for _, p := range s.viewed.parts {
		sd := math.Max(math.Sqrt(p.variance), 1e-9*s.problem.Law.Gap())
		lo = math.Min(lo, p.mean-8*sd)
		for k := -8; k <= 8; k++ {
			if v := p.mean + float64(k)*sd; v < hi {
				marks = append(marks, v)
			}
		}
	}
	slices.Sort(marks)
	return distinctAscending(marks)
}

// parts returns into how many equal parts a piece is to be cut.
func (s *Solver) parts(lo, hi, tol float64) int {
	const samples = 8
	steepest, last := 0.0, s.Density(lo)
	for k := 1; k <= samples; k++ {
		n := s.Density(lo + (hi-lo)*float64(k)/samples)
		steepest = math.Max(steepest, math.Abs(n-last)/((hi-lo)/samples))
		last = n
	}
	return int(math.Min(math.Max(4, math.Ceil((hi-lo)*math.Sqrt(steepest/(8*tol)))), finestCut))
}

// distinctAscending drops edges closer than rounding allows a cell to be, V_F last.
func distinctAscending(edges []float64) []float64 {
	last := edges[len(edges)-1]
	kept := edges[:1]
	for _, v := range edges[1:] {
		if v-kept[len(kept)-1] > 1e-13*(1+math.Abs(v)) {
			kept = append(kept, v)
		}
	}
	if kept[len(kept)-1] != last {
		kept[len(kept)-1] = last
	}
	return kept
}
