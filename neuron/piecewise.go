package neuron

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Line is I(t) = Value + Rise·(t − Start): a piece of the currents in this file.
type Line struct{ Start, Value, Rise float64 }

// At returns I(t).
func (l Line) At(t float64) float64 {
	if l.Rise == 0 {
		return l.Value
	}
	return l.Value + l.Rise*(t-l.Start)
}

// Slope returns dI/dt.
func (l Line) Slope(float64) float64 { return l.Rise }

// Piece returns the current.
func (l Line) Piece(float64) Piece { return smooth(l) }

// Filtered returns I(t)·∫₀ʰ e^{−leak·s} ds + Rise·∫₀ʰ Relaxed(leak, s) ds.
func (l Line) Filtered(leak, t, h float64) float64 {
	sum := l.At(t) * Relaxed(leak, h)
	if l.Rise != 0 {
		sum += l.Rise * h * h * ramp(leak*h)
	}
	return sum
}

// ramp returns (x − 1 + e^{−x})/x² = Σ (−x)ᵏ/(k + 2)!.
func ramp(x float64) float64 {
	if x > 0.5 {
		return (x + math.Expm1(-x)) / (x * x)
	}
	sum, term := 0.5, 0.5
	for k := 3.0; math.Abs(term) > 1e-18; k++ {
		term *= -x / k
		sum += term
	}
	return sum
}

// Constant reports whether there is no slope.
func (l Line) Constant() bool { return l.Rise == 0 }

// Validate refuses numbers that are not finite.
func (l Line) Validate() error {
	var fs Faults
	fs.Add(finite(l.Start), "start", l.Start, "a finite number")
	fs.Add(finite(l.Value), "value", l.Value, "a finite number")
	fs.Add(finite(l.Rise), "rise", l.Rise, "a finite number")
	return fs.Err()
}

// lines is a current made of lines.
type lines interface {
	// line returns the line at t and the time after t at which it ends.
	line(t float64) (l Line, until float64)
}

// filtered adds up what the lines of a step add, each decayed to the end of the step.
func filtered[C lines](c C, leak, t, h float64) float64 {
	sum, end := 0.0, t+h
	for {
		l, until := c.line(t)
		if until >= end {
			return sum*math.Exp(-leak*h) + l.Filtered(leak, t, h)
		}
		sum = sum*math.Exp(-leak*(until-t)) + l.Filtered(leak, t, until-t)
		t, h = until, end-until
	}
}

// Steps is a current that jumps from one value to the next. Make one with NewSteps.
type Steps struct {
	initial float64
	changes []Change
}

// Change is a jump of a current at a time to a value.
type Change struct{ Time, Current float64 }

// NewSteps returns the current that is initial before the first change and from
// each change on what that says. It keeps a copy of the changes.
func NewSteps(initial float64, changes ...Change) *Steps {
	return &Steps{initial, slices.Clone(changes)}
}

// Initial returns the value before the first change.
func (s *Steps) Initial() float64 { return s.initial }

// Changes returns a copy of the changes.
func (s *Steps) Changes() []Change { return slices.Clone(s.changes) }

func (s *Steps) line(t float64) (Line, float64) {
	next := sort.Search(len(s.changes), func(k int) bool { return s.changes[k].Time > t })
	value, until := s.initial, math.Inf(1)
	if next > 0 {
		value = s.changes[next-1].Current
	}
	if next < len(s.changes) {
		until = s.changes[next].Time
	}
	return Line{Value: value}, until
}

// At returns I(t).
func (s *Steps) At(t float64) float64 { l, _ := s.line(t); return l.Value }

// Slope returns 0.
func (s *Steps) Slope(float64) float64 { return 0 }

// Piece returns the value up to the next change.
func (s *Steps) Piece(t float64) Piece {
	l, until := s.line(t)
	return Piece{Constant(l.Value), until, !math.IsInf(until, 1)}
}

// Filtered returns the exact filtered current of a step.
func (s *Steps) Filtered(leak, t, h float64) float64 { return filtered(s, leak, t, h) }

// Constant reports whether no change changes anything.
func (s *Steps) Constant() bool {
	return !slices.ContainsFunc(s.changes, func(c Change) bool { return c.Current != s.initial })
}

// Validate refuses numbers that are not finite and times that do not ascend.
func (s *Steps) Validate() error {
	var fs Faults
	fs.Add(finite(s.initial), "initial", s.initial, "a finite number")
	for k, c := range s.changes {
		time := fmt.Sprintf("steps.%d.time", k)
		fs.Add(finite(c.Time), time, c.Time, "a finite number")
		if k > 0 {
			last := s.changes[k-1].Time
			fs.Add(!(c.Time <= last), time, c.Time, fmt.Sprintf("a time after the one before it, %v", last))
		}
		fs.Add(finite(c.Current), fmt.Sprintf("steps.%d.current", k), c.Current, "a finite number")
	}
	return fs.Err()
}

// String names the current in a message.
func (s *Steps) String() string { return fmt.Sprintf("a current of %d steps", len(s.changes)) }

// Pulses is a train of rectangular pulses: I(t) = Baseline + Amplitude while
// First + k·Period ≤ t < First + k·Period + Width for a k = 0, 1, …, Baseline otherwise.
type Pulses struct{ Baseline, Amplitude, Width, Period, First float64 }

func (p Pulses) line(t float64) (Line, float64) {
	low, high := Line{Value: p.Baseline}, Line{Value: p.Baseline + p.Amplitude}
	switch {
	case p.Constant():
		return low, math.Inf(1)
	case t < p.First:
		return low, p.First
	}
	k := math.Floor((t - p.First) / p.Period)
	if p.onset(k+1) <= t { // by rounding
		k++
	} else if p.onset(k) > t {
		k--
	}
	if end := p.onset(k) + p.Width; t < end {
		return high, end
	}
	return low, max(p.onset(k+1), math.Nextafter(t, math.Inf(1)))
}

// onset returns the time at which pulse k begins.
func (p Pulses) onset(k float64) float64 { return p.First + k*p.Period }

// At returns I(t).
func (p Pulses) At(t float64) float64 { l, _ := p.line(t); return l.Value }

// Slope returns 0.
func (p Pulses) Slope(float64) float64 { return 0 }

// Piece returns the value up to the next edge.
func (p Pulses) Piece(t float64) Piece {
	l, until := p.line(t)
	return Piece{Constant(l.Value), until, !math.IsInf(until, 1)}
}

// Filtered returns the exact filtered current of a step.
func (p Pulses) Filtered(leak, t, h float64) float64 { return filtered(p, leak, t, h) }

// Constant reports whether the pulses are too low to change the baseline.
func (p Pulses) Constant() bool { return p.Baseline+p.Amplitude == p.Baseline }

// Validate refuses numbers that are not finite and pulses without a gap between them.
func (p Pulses) Validate() error {
	var fs Faults
	fs.Add(finite(p.Baseline), "baseline", p.Baseline, "a finite number")
	fs.Add(finite(p.Amplitude), "amplitude", p.Amplitude, "a finite number")
	fs.Add(finite(p.Period) && p.Period > 0, "period", p.Period, "a finite number > 0")
	fs.Add(p.Width > 0 && !(p.Width >= p.Period), "width", p.Width, "a number > 0 and below period")
	fs.Add(finite(p.First), "first", p.First, "a finite number")
	return fs.Err()
}

// Table is a current that is linear between the rows of a table and constant
// before the first and after the last. Make one with NewTable.
type Table struct{ rows []Line }

// NewTable returns the current through the points (times[k], currents[k]), which it
// copies. It panics unless there are as many times as currents and at least one.
func NewTable(times, currents []float64) *Table {
	if len(times) != len(currents) || len(times) == 0 {
		panic("neuron: NewTable needs a current a time, and one at least")
	}
	rows := make([]Line, len(times))
	for k := range rows {
		rows[k] = Line{Start: times[k], Value: currents[k]}
		if k+1 < len(rows) {
			rows[k].Rise = (currents[k+1] - currents[k]) / (times[k+1] - times[k])
		}
	}
	return &Table{rows}
}

func (c *Table) line(t float64) (Line, float64) {
	next := sort.Search(len(c.rows), func(k int) bool { return c.rows[k].Start > t })
	until := math.Inf(1)
	if next < len(c.rows) {
		until = c.rows[next].Start
	}
	if next == 0 {
		return Line{Value: c.rows[0].Value}, until
	}
	return c.rows[next-1], until
}

// At returns I(t).
func (c *Table) At(t float64) float64 { l, _ := c.line(t); return l.At(t) }

// Slope returns dI/dt.
func (c *Table) Slope(t float64) float64 { l, _ := c.line(t); return l.Rise }

// Piece returns the line between two rows.
func (c *Table) Piece(t float64) Piece {
	l, until := c.line(t)
	return Piece{Current: l, Until: until}
}

// Filtered returns the exact filtered current of a step.
func (c *Table) Filtered(leak, t, h float64) float64 { return filtered(c, leak, t, h) }

// Constant reports whether all rows hold the same current.
func (c *Table) Constant() bool {
	return !slices.ContainsFunc(c.rows, func(l Line) bool { return l.Value != c.rows[0].Value })
}

// Validate refuses numbers that are not finite, times that do not ascend, and rows
// so steep that the slope overflows. Rows count from 0.
func (c *Table) Validate() error {
	var fs Faults
	for k, l := range c.rows {
		field := fmt.Sprintf("rows.%d", k)
		fs.Add(finite(l.Start), field+".time", l.Start, "a finite number")
		fs.Add(finite(l.Value), field+".current", l.Value, "a finite number")
		switch {
		case k > 0 && l.Start <= c.rows[k-1].Start:
			fs.Add(false, field+".time", l.Start, fmt.Sprintf("a time after the one before it, %v", c.rows[k-1].Start))
		case k > 0 && finite(l.Start) && finite(l.Value):
			fs.Add(finite(c.rows[k-1].Rise), field, l.Value, "a current that a finite slope leads to")
		}
	}
	return fs.Err()
}

// String names the current in a message.
func (c *Table) String() string { return fmt.Sprintf("a table of %d rows", len(c.rows)) }
