package scenario

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"lapicque/neuron"
)

// Points is a scenario at every value of a grid, or every pair of values of two.
type Points struct {
	Grids  []Grid
	Values [][]float64 // of each grid; rounded for a key that takes whole numbers
	List   []*Scenario // the values of the last grid follow each other
}

// MaxPoints bounds the points of a sweep.
const MaxPoints = 100_000

// LoadPoints reads a scenario once and checks it at every point of the grids, whose keys are assigned like --set,
// after those of set. The error is Faults: what is wrong at every point as Load tells it, what is wrong at some
// points once, with the first point and the number of them; or the context's.
func LoadPoints(ctx context.Context, name string, set []string, grids []Grid, sides Sides) (*Points, error) {
	text, err := Text(name)
	if err != nil {
		return nil, err
	}
	source, folder := placed(name)
	p := &Points{Grids: grids}
	load := func(more ...string) (Document, error) {
		return read(source, text, slices.Concat(set, more), sides, folder)
	}
	for _, g := range grids {
		p.Values = append(p.Values, g.rounded(load))
	}
	total, err := p.count()
	if err != nil {
		return nil, err
	}
	p.List = make([]*Scenario, total)
	wrong := make([]error, total)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range p.List {
		group.Go(func() error {
			document, err := load(p.assignments(i)...)
			p.List[i] = &Scenario{document, stem(source), text, slices.Concat(set, p.assignments(i))}
			wrong[i] = err
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return p, p.faults(wrong)
}

// count returns the number of points.
func (p *Points) count() (int, error) {
	var faults Faults
	total := 1
	for k, g := range p.Grids {
		total = min(total*g.Count, MaxPoints+1)
		n := len(slices.Compact(slices.Clone(p.Values[k])))
		if n < g.Count {
			faults.add(Origin{}, "grid "+g.Key+", count", g.Count, fmt.Sprintf("at most %d, the whole numbers that there are", n))
		}
	}
	if total > MaxPoints {
		faults.add(Origin{}, "grid", "this many points", fmt.Sprintf("at most %d", MaxPoints))
	}
	return total, faults.err()
}

// At returns the values of the grids at a point.
func (p *Points) At(i int) []float64 {
	at := make([]float64, len(p.Values))
	for k := len(p.Values) - 1; k >= 0; k-- {
		n := len(p.Values[k])
		at[k] = p.Values[k][i%n]
		i /= n
	}
	return at
}

// assignments returns those of the grids at a point.
func (p *Points) assignments(i int) (list []string) {
	for k, x := range p.At(i) {
		list = append(list, p.Grids[k].Key+"="+assigned(x))
	}
	return list
}

// assigned writes a number so that it reads back as itself, a whole one without an exponent.
func assigned(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// rounded returns the values of a grid, those of a key that takes whole numbers rounded.
func (g Grid) rounded(load func(...string) (Document, error)) []float64 {
	values := g.Values()
	_, err := load(g.Key + "=0.5")
	list, _ := err.(Faults)
	if slices.ContainsFunc(list, func(f Fault) bool { return f.Field == g.Key && strings.HasPrefix(f.Accepted, wholeNumber) }) {
		for k := range values {
			values[k] = math.Round(values[k])
		}
	}
	return values
}

var numerals = regexp.MustCompile(`[-+0-9.e−]+`)

// faults gathers what is wrong at the points, those alike as one.
func (p *Points) faults(wrong []error) error {
	type kind struct{ field, accepted string }
	var order []kind
	first, where, times := map[kind]Fault{}, map[kind]int{}, map[kind]int{}
	for i, err := range wrong {
		list, _ := err.(Faults)
		for _, f := range list {
			k := kind{f.Field, numerals.ReplaceAllString(f.Accepted, "")}
			if times[k]++; times[k] == 1 {
				order, first[k], where[k] = append(order, k), f, i
			}
		}
	}
	var faults Faults
	for _, k := range order {
		f := first[k]
		if n := times[k]; n < len(wrong) {
			f.Field, f.At = "grid "+p.describe(where[k])+": "+f.Field, Origin{}
			if n > 1 {
				f.Accepted += fmt.Sprintf(" (%d of the %d points of the grid fail so)", n, len(wrong))
			}
		} else if strings.HasPrefix(f.At.Source, "--set") && slices.ContainsFunc(p.Grids, func(g Grid) bool { return f.Field == g.Key || strings.HasPrefix(f.At.Source, "--set "+g.Key+"=") }) {
			f.At.Source = "--grid"
		}
		if !slices.ContainsFunc(faults, func(g Fault) bool { return g.Fault == f.Fault }) {
			faults = append(faults, f)
		}
	}
	if wrong[0] == nil {
		faults = append(faults, p.texts()...)
	}
	return faults.err()
}

// describe names a point.
func (p *Points) describe(i int) string {
	return strings.ReplaceAll(strings.Join(p.assignments(i), ", "), "=", " = ")
}

// texts returns the faults of grids whose key holds something else than a number.
func (p *Points) texts() (fs Faults) {
	resolved, err := p.List[0].Resolved()
	if err != nil {
		return nil
	}
	root, _ := parse("", resolved)
	for _, g := range p.Grids {
		if n := root.find(g.Key); n != nil {
			if _, ok := n.number(); !ok {
				fs.add(Origin{Source: "--grid"}, g.Key, n.describe(), "a key whose value is a number")
			}
		}
	}
	return fs
}

// find returns the value of a dotted key, nil when it is not written down.
func (n *node) find(field string) *node {
	for key := range strings.SplitSeq(field, ".") {
		child := n.get(key)
		if k, err := strconv.Atoi(key); err == nil && k >= 0 && k < len(n.items) {
			child = n.items[k]
		}
		if child == nil {
			return nil
		}
		n = child
	}
	return n
}

// ParseGrids reads one or two grids of different keys; its error is neuron.Faults, all of them.
func ParseGrids(texts []string) (grids []Grid, err error) {
	var fs neuron.Faults
	fs.Add(len(texts) == 1 || len(texts) == 2, "grid", fmt.Sprintf("given %d times", len(texts)), "one or two: "+gridForm)
	for _, text := range texts {
		g, err := ParseGrid(text)
		if list, ok := err.(neuron.Faults); ok {
			fs = append(fs, list...)
		}
		twice := slices.ContainsFunc(grids, func(other Grid) bool { return other.Key == g.Key && g.Key != "" })
		fs.Add(!twice, "grid", text, "a key that no other grid has")
		grids = append(grids, g)
	}
	return grids, fs.Err()
}
