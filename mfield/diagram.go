package mfield

import (
	"cmp"
	"slices"
)

// Branch is a connected curve of steady states, in order along the curve.
type Branch []BranchPoint

// BranchPoint is a point of a branch.
type BranchPoint struct {
	Value float64 // of the parameter
	Steady
	Fold bool // the turning point itself, where only Rate is given
}

// Branches joins the states of sections, ascending in value and without gaps between strips, to curves: between two
// sections with as many states they are joined in order, where two states meet through the fold, and
// where one leaves for infinity the others. Sections with an error end their branches. Branches are in the order of their
// first points, by value and then by rate.
func Branches(sections []Section, folds []Fold) []Branch {
	w := newWeave(sections)
	for k := 0; k+1 < len(sections); k++ {
		w.join(k, folds)
	}
	var list []Branch
	for _, ends := range []bool{true, false} { // curves with ends first, then closed ones
		for k := range w.nodes {
			if n := &w.nodes[k]; !n.used && (len(n.links) < 2 || !ends) {
				list = append(list, w.walk(k))
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Branch) int {
		return cmp.Or(cmp.Compare(a[0].Value, b[0].Value), cmp.Compare(a[0].Rate, b[0].Rate))
	})
	return list
}

// weave is the graph of states: nodes and what each is joined to.
type weave struct {
	sections []Section
	first    []int // index of the first state of each section
	nodes    []node
}

type node struct {
	point BranchPoint
	links []thread
	used  bool
}

// thread leads to a node, over a fold or not.
type thread struct {
	to   int
	over *Fold
}

func newWeave(sections []Section) *weave {
	w := &weave{sections: sections}
	for _, s := range sections {
		w.first = append(w.first, len(w.nodes))
		for _, state := range s.States {
			w.nodes = append(w.nodes, node{point: BranchPoint{Value: s.Value, Steady: state}})
		}
	}
	return w
}

// join links the states of sections k and k + 1.
func (w *weave) join(k int, folds []Fold) {
	left, right := w.sections[k], w.sections[k+1]
	n, m := len(left.States), len(right.States)
	if left.Err != nil || right.Err != nil {
		return
	}
	at := slices.IndexFunc(folds, func(f Fold) bool { return f.Value >= left.Value && f.Value <= right.Value })
	turns := at >= 0 && (n-m == 2 || m-n == 2)
	for i := range min(n, m) {
		a, b := i, i
		if turns && i >= folds[at].low && n > m {
			a += 2
		} else if turns && i >= folds[at].low {
			b += 2
		}
		if n-m != 2 && m-n != 2 || turns {
			w.link(w.first[k]+a, w.first[k+1]+b, nil)
		}
	}
	if turns {
		low := w.first[k] + folds[at].low
		if m > n {
			low = w.first[k+1] + folds[at].low
		}
		w.link(low, low+1, &folds[at])
	}
}

func (w *weave) link(a, b int, over *Fold) {
	w.nodes[a].links = append(w.nodes[a].links, thread{b, over})
	w.nodes[b].links = append(w.nodes[b].links, thread{a, over})
}

// walk follows the curve from a node.
func (w *weave) walk(from int) (b Branch) {
	for at := from; ; {
		n := &w.nodes[at]
		n.used = true
		b = append(b, n.point)
		next := slices.IndexFunc(n.links, func(l thread) bool { return !w.nodes[l.to].used })
		if next < 0 {
			return b
		}
		if f := n.links[next].over; f != nil {
			b = append(b, BranchPoint{Value: f.Value, Steady: Steady{Rate: f.Rate, Unstable: -1}, Fold: true})
		}
		at = n.links[next].to
	}
}
