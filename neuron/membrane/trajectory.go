package membrane

import (
	"context"
	"math"

	"lapicque/neuron"
	"lapicque/neuron/ode"
)

// Trajectory is the solution of a Model under a current. Steps end where the current or its slope jumps, where a Switching model
// changes side, where a Hybrid fires and where it ceases to be refractory, so that the order of the integrator is
// kept. It is not safe for concurrent use.
type Trajectory struct {
	model    Model
	hybrid   Hybrid    // nil unless it is one
	switches Switching // nil unless it is one
	ode      *ode.Solver
	current  neuron.Current
	piece    neuron.Piece
	flat     bool // the piece is constant, at level
	level    float64
	above    bool    // side of a Switching model
	free     float64 // end of the refractory period
	hold     bool    // whether the potential rests now
	spike    float64 // level of a spike, for models that are no Hybrid
	fired    bool
	last     float64    // time of the last spike
	ended    [2]float64 // potential and the size of its slope at the end of the last step
	pending  func()     // change of the state or of the equations to be made as the next step begins
}

// NewTrajectory returns the solution that starts from y at time 0; y is copied. Stiff methods use the Jacobian of the model unless the options name one. The model, the current and the options must be valid,
// and y must have the length of the state; it panics otherwise.
func NewTrajectory(m Model, current neuron.Current, y []float64, o ode.Options) *Trajectory {
	dimension(m, y)
	t := &Trajectory{model: m, current: current, free: math.Inf(-1), last: math.NaN(), spike: m.Card().Spike}
	t.hybrid, _ = m.(Hybrid)
	t.switches, _ = m.(Switching)
	if o.Jacobian == nil && t.switches == nil {
		o.Jacobian = t.jacobian
	}
	t.ode = ode.New(t.slope, 0, y, o)
	t.enter()
	if t.switches != nil {
		t.above = t.switches.Side(y) >= 0
	}
	t.ended = [2]float64{y[0], math.Abs(t.ode.Slope()[0])}
	if t.hybrid != nil && t.hybrid.Excess(t.ode.State()) >= 0 {
		t.fire()
	}
	return t
}

// enter takes the piece of the current that begins now.
func (t *Trajectory) enter() {
	t.piece = t.current.Piece(t.ode.Time())
	t.flat, t.level = t.piece.Constant(), t.piece.At(t.ode.Time())
}

func (t *Trajectory) slope(at float64, y, dy []float64) {
	current := t.level
	if !t.flat {
		current = t.piece.At(at)
	}
	if t.switches != nil {
		t.switches.SlopeOn(t.above, current, y, dy)
		return
	}
	t.model.Slope(current, y, dy)
	if t.hold {
		dy[0] = 0
	}
}

// restart begins anew where the state or the equations have jumped.
func (t *Trajectory) restart() {
	t.ended[1] = math.Inf(1)
	t.ode.Restart()
}

// jacobian is that of slope, for stiff methods.
func (t *Trajectory) jacobian(_ float64, y, j []float64) {
	t.model.Jacobian(y, j)
	if t.hold {
		clear(j[:len(y)])
	}
}

// Time returns the time that the solution has come to.
func (t *Trajectory) Time() float64 { return t.ode.Time() }

// State returns the state at that time; where a Hybrid has just fired, the state before its reset, which opens the next step.
// The slice belongs to the solution.
func (t *Trajectory) State() []float64 { return t.ode.State() }

// Current returns I at that time.
func (t *Trajectory) Current() float64 { return t.current.At(t.ode.Time()) }

// Before returns the time at which the last step began.
func (t *Trajectory) Before() float64 { return t.ode.Before() }

// At writes the state at a time within the last step into y.
func (t *Trajectory) At(time float64, y []float64) { t.ode.At(time, y) }

// Spike returns the time of the spike of the last step, if there was one.
func (t *Trajectory) Spike() (float64, bool) { return t.last, t.fired }

// Step makes one step, at most to the time limit, with at most one spike. The error is *ode.Stuck.
func (t *Trajectory) Step(limit float64) error {
	t.fired = false
	if t.pending != nil {
		t.pending()
		t.pending = nil
		t.restart()
	}
	now := t.ode.Time()
	if now >= t.piece.Until {
		t.enter()
		t.restart()
	}
	if now < t.free {
		limit = math.Min(limit, t.free)
	}
	if err := t.ode.Step(math.Min(limit, t.piece.Until)); err != nil {
		return err
	}
	switch {
	case t.switches != nil:
		t.cross()
	case t.hybrid != nil:
		t.reach()
		return nil
	}
	t.watch()
	return nil
}

// watch looks for a spike of a model that is no Hybrid, in the steps in which the potential can have come to its level.
func (t *Trajectory) watch() {
	v, rise := t.ode.State()[0], math.Abs(t.ode.Slope()[0])
	h := t.ode.Time() - t.ode.Before()
	most, reach := math.Max(v, t.ended[0]), h*math.Max(rise, t.ended[1])
	least := math.Min(v, t.ended[0])
	t.ended = [2]float64{v, rise}
	if t.spike > most+reach || t.spike < least-reach {
		return
	}
	if at, found := t.ode.Crossing(t.overSpike, true, t.ode.Before()); found {
		t.last, t.fired = at, true
	}
}

// overSpike is the potential over the level of a spike.
func (t *Trajectory) overSpike(_ float64, y []float64) float64 { return y[0] - t.spike }

// cross ends the step on the surface of a Switching model where it was met.
func (t *Trajectory) cross() {
	side := func(_ float64, y []float64) float64 { return t.switches.Side(y) }
	if t.ode.Stop(side, !t.above, t.ode.Before()) {
		t.pending = func() { t.above = !t.above }
	}
}

// reach ends the step at the threshold of a Hybrid where it was met, and at the end of a refractory period lets it go.
func (t *Trajectory) reach() {
	excess := func(_ float64, y []float64) float64 { return t.hybrid.Excess(y) }
	switch {
	case t.ode.Time() < t.free:
	case t.ode.Before() < t.free:
		t.pending = t.release
		if t.hybrid.Excess(t.ode.State()) >= 0 {
			t.fire()
		}
	case t.ode.Stop(excess, true, t.ode.Before()):
		t.fire()
	}
}

// fire notes a spike at the present time.
func (t *Trajectory) fire() {
	t.fired, t.last = true, t.ode.Time()
	t.pending = t.reset
}

// reset makes the state after a spike.
func (t *Trajectory) reset() {
	y := t.ode.State()
	t.hybrid.Reset(y)
	duration, held := t.hybrid.Refractory()
	t.free = t.last + duration
	t.hold = held && duration > 0
}

// release ends a refractory period.
func (t *Trajectory) release() { t.hold = false }

// Advance integrates to exactly the time until, and appends the times of spikes. The error is that of the context or *ode.Stuck.
func (t *Trajectory) Advance(ctx context.Context, until float64, spikes []float64) ([]float64, error) {
	for k := 0; t.ode.Time() < until; k++ {
		if k%64 == 0 && ctx.Err() != nil {
			return spikes, ctx.Err()
		}
		if err := t.Step(until); err != nil {
			return spikes, err
		}
		if t.fired {
			spikes = append(spikes, t.last)
		}
	}
	return spikes, nil
}
