package play

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"time"

	"lapicque/network"
	"lapicque/network/state"
	"lapicque/runs/checkpoint"
	"lapicque/runs/store"
)

// Checkpoints say where and when the state of a run is kept. The mean field is not: it is solved again, to the same bits.
type Checkpoints struct {
	Store *checkpoint.Store
	Wall  time.Duration      // from one to the next; 0: not by wall time
	Model float64            // model time from one to the next; 0: not by model time
	From  *checkpoint.Reader // to go on from; nil: from the beginning. Play closes it
	Warn  func(string)       // is told, once, that one could not be kept; the run goes on
}

// Close closes the checkpoint to go on from, for a run that is not played after all.
func (c *Checkpoints) Close() error {
	if c.From == nil {
		return nil
	}
	return c.From.Close()
}

// Phases of a run in which networks are simulated.
const (
	phaseDoubled = "doubled" // those of twice the neurons
	phaseNetwork = "network"
)

// keptLayout is that of what a run keeps beside its networks; it goes up whenever a description changes.
const keptLayout = 1

// keeper keeps the state of a run in checkpoints and takes it up. A run without checkpoints has none: nil, which keeps nothing.
type keeper struct {
	Checkpoints
	marks  map[string]checkpoint.Mark // of files that are gone on with
	grown  []grown
	paused atomic.Bool // a network has stopped for a checkpoint
	failed atomic.Bool // a network has failed: its state is not to be kept
	due    atomic.Bool // one is due by wall time …
	timer  *time.Timer // … which this tells
	next   float64     // model time of the next one
	warned bool
}

// grown is a file that grows with the run.
type grown struct {
	name  string
	flush func() error
}

// errPause ends a call of Run at the end of a step, for a checkpoint.
var errPause = errors.New("play: a checkpoint is due")

func newKeeper(c *Checkpoints) *keeper {
	if c == nil {
		return nil
	}
	k := &keeper{Checkpoints: *c, marks: map[string]checkpoint.Mark{}}
	if k.From != nil {
		for _, m := range k.From.Head.Files {
			k.marks[m.Name] = m
		}
	}
	if k.Wall > 0 {
		k.timer = time.AfterFunc(k.Wall, func() { k.due.Store(true) })
	}
	k.schedule(0)
	return k
}

// close ends the keeper.
func (k *keeper) close() error {
	if k == nil {
		return nil
	}
	if k.timer != nil {
		k.timer.Stop()
	}
	return k.Checkpoints.Close()
}

// schedule sets when the next checkpoint is due, for a run that has come to a time.
func (k *keeper) schedule(now float64) {
	k.next = math.Inf(1)
	if k.Model > 0 {
		k.next = (math.Floor(now/k.Model*(1+1e-12)) + 1) * k.Model
	}
	k.due.Store(false)
	if k.timer != nil {
		k.timer.Reset(k.Wall)
	}
}

// pausing is a context that also ends when a checkpoint is due.
type pausing struct {
	context.Context
	keeper *keeper
	net    interface{ Time() float64 }
}

// Err returns errPause when a checkpoint is due.
func (p pausing) Err() error {
	if p.keeper.due.Load() || p.net.Time() >= p.keeper.next {
		return errPause
	}
	return p.Context.Err()
}

// pausing returns the context of a network's run.
func (k *keeper) pausing(ctx context.Context, net interface{ Time() float64 }) context.Context {
	if k == nil {
		return ctx
	}
	return pausing{ctx, k, net}
}

// watched notes why a network's run has ended; a pause is no error.
func (k *keeper) watched(err error) error {
	switch {
	case k == nil || err == nil:
	case err == errPause:
		k.paused.Store(true)
		return nil
	case !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded):
		k.failed.Store(true)
	}
	return err
}

// kept is what a checkpoint holds: networks and what a run knows beside them.
type kept struct {
	phase    string
	networks []network.Keeper
	advance  func(context.Context, float64) error
	time     func() float64
	before   map[string]func(*state.Codec) // sections before, of phases that are over
	describe func(*state.Codec)
}

// reach brings networks to a time, with checkpoints on the way and, when it is cancelled, at its end.
func (k *keeper) reach(ctx context.Context, what kept, until float64) error {
	if k == nil {
		return what.advance(ctx, until)
	}
	for {
		err := what.advance(ctx, until)
		paused := k.paused.Swap(false)
		if (paused || ctx.Err() != nil) && !k.failed.Load() {
			k.keep(what)
		}
		if err != nil || !paused {
			return err
		}
	}
}

// keep writes a checkpoint. What fails is told once; the run goes on.
func (k *keeper) keep(what kept) {
	now := what.time()
	defer k.schedule(now)
	var names []string
	var err error
	for _, g := range k.grown {
		names, err = append(names, g.name), errors.Join(err, g.flush())
	}
	if err == nil {
		err = k.Store.Write(what.phase, now, names, func(w *checkpoint.Writer) error {
			for _, s := range what.sections() {
				if err := w.Section(s.name, s.save); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil && !k.warned && k.Warn != nil {
		k.warned = true
		k.Warn(fmt.Sprintf("a checkpoint could not be kept at t = %.6g; the run goes on, the checkpoint before it stays: %v", now, err))
	}
}

// section is a part of a checkpoint.
type section struct {
	name    string
	save    func(io.Writer) error
	restore func(io.Reader) error
}

// described returns the section of a description.
func described(name string, describe func(*state.Codec)) section {
	return section{name,
		func(w io.Writer) error { return state.Save(w, name, keptLayout, describe) },
		func(r io.Reader) error { return state.Restore(r, name, keptLayout, describe) }}
}

// sections returns the parts in their order.
func (what kept) sections() (list []section) {
	if d := what.before[phaseDoubled]; d != nil {
		list = append(list, described(phaseDoubled, d))
	}
	list = append(list, described("run", what.describe))
	for i, n := range what.networks {
		list = append(list, section{fmt.Sprintf("network %d", i), n.Save, n.Restore})
	}
	return list
}

// beyond reports whether the checkpoint to go on from is of a later phase.
func (k *keeper) beyond(phase string) bool {
	return k != nil && k.From != nil && k.From.Head.Phase != phase
}

// take takes up a section of the checkpoint to go on from.
func (k *keeper) take(s section) error {
	if err := k.From.Section(s.name, s.restore); err != nil {
		return fmt.Errorf("the checkpoint could not be taken up: %w", err)
	}
	return nil
}

// resume takes up the state of a phase, if the checkpoint to go on from is of that phase.
func (k *keeper) resume(what kept) error {
	if k == nil || k.From == nil || k.From.Head.Phase != what.phase {
		return nil
	}
	what.before = nil // was taken up by itself
	for _, s := range what.sections() {
		if err := k.take(s); err != nil {
			return err
		}
	}
	err := k.From.Close()
	k.From = nil
	k.schedule(what.time())
	return err
}

// table opens a table that grows with a run.
func (k *keeper) table(folder *store.Folder, name string, columns []string) (t *store.Table, err error) {
	if k == nil {
		return folder.Table(name, columns...)
	}
	if m, ok := k.marks[name]; ok {
		file, err := m.Cut(folder.Dir())
		if err != nil {
			return nil, err
		}
		t = folder.Append(name, file, len(columns))
	} else if t, err = folder.Table(name, columns...); err != nil {
		return nil, err
	}
	k.grown = append(k.grown, grown{name, t.Flush})
	return t, nil
}
