package network

import (
	"context"
	"math"
)

// clock is the grid of time steps that all populations of a network share; a step is cut into substeps on a
// binary grid.
type clock struct {
	Grid
	level int     // the current substep is Dt·2^−level
	jump  float64 // of the current, the next; −∞ before it is looked up
}

func newClock(dt float64) *clock { return &clock{Grid: Grid{Dt: dt}, jump: math.Inf(-1)} }

// stepper takes the substeps of a clock.
type stepper interface {
	nextJump(t float64) float64          // first time after t at which the current jumps
	substep(start, h, end float64) error // takes one substep, from start over h, and shows it
	wanted() int                         // the level of the next substep
}

// march advances to the time until, exactly.
func (c *clock) march(ctx context.Context, until float64, s stepper) error {
	return c.March(ctx, until, func(t, h float64) error { return c.cross(t, h, s) })
}

// cross takes one step of the grid, from t over length ≤ Dt, cut where the current
// jumps: the crossing test knows a current that bends inside a step, but none that jumps.
func (c *clock) cross(t, length float64, s stepper) error {
	end, near := t+length, c.Dt*1e-9
	for {
		if c.jump <= t+near {
			t = max(t, c.jump)
			c.jump = s.nextJump(t + near)
		}
		if c.jump >= end-near {
			return c.macro(t, length, s)
		}
		if err := c.macro(t, c.jump-t, s); err != nil {
			return err
		}
		t, length = c.jump, end-c.jump
	}
}

// macro takes one step of the grid, from t over length ≤ Dt, in substeps of about Dt·2^−level.
func (c *clock) macro(t, length float64, s stepper) error {
	shorter := int(math.Log2(c.Dt / length)) // levels that the length makes up for
	for at := 0.0; at < 1; {
		part := math.Ldexp(1, -max(0, c.level-shorter))
		end := at + part
		if err := s.substep(t+length*at, length*part, t+length*end); err != nil {
			return err
		}
		at = end
		c.relevel(at, part, s.wanted())
	}
	return nil
}

// relevel chooses the next substep from the state, before any of its noise is
// drawn, so that the choice does not bias the law: finer at once when kicks are
// foretold to be strong, coarser by one level where the grid allows it.
func (c *clock) relevel(at, part float64, want int) {
	if want >= c.level {
		c.level = want
		return
	}
	if at == 1 || math.Mod(at, 2*part) == 0 {
		c.level--
	}
}
