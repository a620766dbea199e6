package scenario

import (
	"context"
	"errors"
	"fmt"
	"math"

	"lapicque/mfield"
	"lapicque/mfield/elapsed"
	"lapicque/network"
	"lapicque/network/renewal"
)

// renewals is the network of elapsed-time neurons; their ages stand for potentials.
type renewals struct{ *renewal.Network }

// Run passes on.
func (r renewals) Run(ctx context.Context, until float64, observers [][]network.Observer) error {
	return r.Network.Run(ctx, until, observers[0]...)
}

// Potentials returns the ages.
func (r renewals) Potentials(_ int, dst []float64) []float64 { return r.Ages(dst) }

// Refractory returns 0: there is no such state.
func (r renewals) Refractory(int) int { return 0 }

// Report counts the cells of the time grid.
func (r renewals) Report() network.Report {
	return network.Report{Dt: r.Dt(), Steps: int64(math.Ceil(r.Time()/r.Dt() - 1e-9))}
}

// shownJumps bounds the jumps that notes list.
const shownJumps = 5

// Notes tells the jumps of the rate.
func (r renewals) Notes() (list []string) {
	return jumpNotes(len(r.Jumps()), func(k int) (t, from, to float64) { j := r.Jumps()[k]; return j.Time, j.From, j.To })
}

// jumpNotes lists jumps of N.
func jumpNotes(count int, at func(k int) (t, from, to float64)) (list []string) {
	for k := range min(count, shownJumps) {
		t, from, to := at(k)
		list = append(list, fmt.Sprintf("N(t) jumps at t = %.6g from %.6g to %.6g.", t, from, to))
	}
	if count > shownJumps {
		list = append(list, fmt.Sprintf("… and %d times more.", count-shownJumps))
	}
	return list
}

// profileCells is the number of cells of an age density: whoever compares takes it as flat in each.
const profileCells = 4000

// aged is a solution of the elapsed-time equation.
type aged struct {
	*elapsed.Solver
	options elapsed.Options
	onStep  func([]mfield.State) error
	cells   int
	known   *elapsed.Periodic // the explicit solution that it starts from

	ended        *elapsed.Ceased
	steps, sound int     // so far, and of these where the identity must hold
	identity     float64 // largest
	residual     float64 // largest, of known
}

// ageState returns a state with moments of the ages.
func ageState(s elapsed.State) mfield.State {
	return mfield.State{Time: s.Time, Rate: s.Rate, Fired: s.Fired, Mass: s.Mass, Mean: s.Age, Variance: s.Variance}
}

// see hands a step on, at a jump of N with the state before it and the one after, and notes how well identities hold.
func (a *aged) see(s elapsed.State) error {
	if a.steps++; s.Regular {
		a.sound++
		a.identity = math.Max(a.identity, math.Abs(s.Identity))
	}
	if a.known != nil {
		a.residual = math.Max(a.residual, math.Abs(a.Residual(a.known.Rate(s.Time))))
	}
	if a.onStep == nil {
		return nil
	}
	now := ageState(s)
	if math.Abs(s.Before-s.Rate) > 1e-9*(s.Before+s.Rate) {
		left := now
		left.Rate = s.Before
		if err := a.onStep([]mfield.State{left}); err != nil {
			return err
		}
	}
	return a.onStep([]mfield.State{now})
}

// Advance passes on.
func (a *aged) Advance(ctx context.Context, until float64) error {
	err := a.Solver.Advance(ctx, until)
	errors.As(err, &a.ended)
	return err
}

// States returns the state.
func (a *aged) States() []mfield.State { return []mfield.State{ageState(a.State())} }

// Profile copies the age density, on cells of one length up to an age that all but 1e−9 are younger than.
func (a *aged) Profile(_ int, p *mfield.Profile) {
	var coarse elapsed.Profile
	a.Solver.Profile(&coarse)
	reach := coarse.Edges[len(coarse.Edges)-1]
	fine := elapsed.Profile{Edges: p.Edges[:0], Density: p.Density}
	for k := range a.cells + 1 {
		fine.Edges = append(fine.Edges, reach*float64(k)/float64(a.cells))
	}
	a.Solver.Profile(&fine)
	p.Edges, p.Density = fine.Edges, fine.Density
}

// BlowUps returns none: the rate is bounded.
func (a *aged) BlowUps() []mfield.CircuitBlowUp { return nil }

// Notes tells how many solutions the equation for N(t) has, jumps, an end, and how well identities hold.
func (a *aged) Notes() (list []string) {
	if s := a.Several(); s.Most > 1 {
		list = append(list, fmt.Sprintf("The solution is not unique: the implicit equation for N(t) was seen to have up to %d solutions, more than one first at t = %.6g. "+
			"This one starts from the %v N(0) and is continuous but for the jumps told here.", s.Most, s.First, a.options.Start))
	}
	jumps := a.Jumps()
	list = append(list, jumpNotes(len(jumps), func(k int) (t, from, to float64) { return jumps[k].Time, jumps[k].From, jumps[k].To })...)
	if a.ended != nil {
		list = append(list, "Ceased: "+a.ended.Error()+". It is a result, not a failure: meanfield.continue: true goes on by a jump to the solution that meanfield.jump names.")
	}
	if a.sound > 0 {
		others := ""
		if a.sound < a.steps {
			others = "; at the others σ(X) has risen faster than time and it need not be"
		}
		list = append(list, fmt.Sprintf("N/φ(X) + ∫ N over the last σ(X) is 1 within %.1e at %d of %d steps%s.", a.identity, a.sound, a.steps, others))
	}
	if k := a.known; k != nil {
		list = append(list, fmt.Sprintf("The explicit solution %.10g·e^(−t), repeated with period %g, solves the implicit equation with the age density computed here within %.1e at all steps (Pakdaman, Perthame and Salort 2013).",
			k.High(), k.Period, a.residual))
	}
	return list
}

// Parts returns the first time at which a network need not follow this solution.
func (a *aged) Parts() (from float64, reason string) {
	several, jumps := a.Several(), a.Jumps()
	switch {
	case a.options.JumpAt > 0 && several.Most > 1:
		return several.First, fmt.Sprintf("The implicit equation for N(t) has several solutions from t = %.6g on and the mean field is told when to jump from one to another "+
			"(meanfield.jump_at). Nobody tells the network, which takes the solution that chance leads it to: distances are given without a verdict.", several.First)
	case len(jumps) > 0:
		return jumps[0].Time, fmt.Sprintf("The continuous solution N(t) has ended by t = %.6g and the mean field has jumped to another one. A finite network jumps at a random time, "+
			"perhaps elsewhere: distances are given without a verdict.", jumps[0].Time)
	}
	return math.Inf(1), ""
}
