package network

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/exp/rand"

	"lapicque/neuron"
)

// ledger is an observer that writes down all that can be seen of a population.
type ledger struct {
	neurons int
	spikes  int
	text    bytes.Buffer
}

func (l *ledger) Observe(f *Frame) error {
	l.spikes += len(f.Spikes())
	for _, x := range []any{f.Start, f.End, int64(f.Count), f.Spikes(), f.Potential(0), f.Potential(l.neurons - 1), fmt.Appendf(nil, "%v", f.Cascades)} {
		if err := binary.Write(&l.text, binary.LittleEndian, x); err != nil {
			return err
		}
	}
	return nil
}

// trace returns the hash of all that rank 0 sees of a run by that many ranks, and how many neurons
// fired in the largest cascade.
func trace(c Circuit, ranks int, lone bool, stops ...float64) (hash [32]byte, largest int, err error) {
	seats, errs := Together(ranks), make([]error, ranks)
	var group sync.WaitGroup
	for r := range seats {
		group.Go(func() {
			own := c
			if own.Ranks = seats[r]; ranks == 1 {
				own.Ranks = nil
			}
			text, most, err := written(own, r == 0, lone, stops)
			if errs[r] = err; r == 0 {
				hash, largest = sha256.Sum256(text), most
			}
		})
	}
	group.Wait()
	return hash, largest, errors.Join(errs...)
}

// engine is a Network or Populations.
type engine interface {
	run(until float64, obs [][]Observer) error
	see(k int) ([]float64, int)
	Report() Report
}

type alone struct{ *Network }

func (a alone) run(until float64, obs [][]Observer) error {
	return a.Run(context.Background(), until, obs[0]...)
}
func (a alone) see(int) ([]float64, int) { return a.Potentials(nil), a.Refractory() }

type joined struct{ *Populations }

func (j joined) run(until float64, obs [][]Observer) error {
	return j.Run(context.Background(), until, obs)
}
func (j joined) see(k int) ([]float64, int) { return j.Potentials(k, nil), j.Refractory(k) }

// written runs a circuit, or its only population as a Network, and returns what is seen of it.
func written(c Circuit, observed, lone bool, stops []float64) (text []byte, largest int, err error) {
	var e engine
	if lone {
		one := c.config(0)
		one.B, one.Delay = c.B[0][0], c.lag(0, 0)
		n, err := New(one)
		if err != nil {
			return nil, 0, err
		}
		e = alone{n}
	} else {
		n, err := NewCircuit(c)
		if err != nil {
			return nil, 0, err
		}
		e = joined{n}
	}
	obs := make([][]Observer, len(c.Populations))
	ledgers, logs := make([]ledger, len(obs)), make([]CascadeLog, len(obs))
	for k, p := range c.Populations {
		if ledgers[k].neurons = p.N; observed {
			obs[k] = []Observer{&ledgers[k], &logs[k]}
		}
	}
	for _, until := range stops {
		if err := e.run(until, obs); err != nil {
			return nil, 0, err
		}
	}
	for k := range obs {
		text = append(text, ledgers[k].text.Bytes()...)
		v, resting := e.see(k)
		text = fmt.Appendf(text, "%x %d", v, resting)
		for _, e := range logs[k].Events {
			largest = max(largest, e.Size)
		}
		if observed && ledgers[k].spikes == 0 {
			return nil, 0, fmt.Errorf("population %d is silent", k)
		}
	}
	report := e.Report()
	return fmt.Appendf(text, "%v", report), largest, nil
}

// compareRanks holds runs by 2, 3 and 4 ranks with 1 and 3 workers each against one process.
func compareRanks(t *testing.T, name string, c Circuit, lone bool, macroscopic int, stops ...float64) {
	t.Helper()
	c.Workers = 1
	want, largest, err := trace(c, 1, lone, stops...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if largest < macroscopic {
		t.Errorf("%s: the largest cascade is of %d neurons, want at least %d", name, largest, macroscopic)
	}
	for _, ranks := range []int{2, 3, 4} {
		for _, c.Workers = range []int{1, 3} {
			if got, _, err := trace(c, ranks, lone, stops...); err != nil || got != want {
				t.Errorf("%s: %d ranks of %d workers differ from one process (%v)", name, ranks, c.Workers, err)
			}
		}
	}
}

// TestBitsDoNotDependOnRanks: what an observer sees, cascades, potentials and the engine's report are
// the same to the last bit, smooth and through macroscopic cascades, by all schemes.
func TestBitsDoNotDependOnRanks(t *testing.T) {
	base := Config{N: 2*4096 + 1, Law: standard(), Initial: gaussian(0, 0.25), Dt: 0.02, Seed: 7}
	const few, many = 17, 500
	cases := map[string]struct {
		until       float64
		macroscopic int
		change      func(*Config)
	}{
		"uncoupled":    {0.2, 0, func(*Config) {}},
		"excitatory":   {0.2, 0, func(c *Config) { c.B = 0.9 }},
		"inhibitory":   {0.2, 0, func(c *Config) { c.B = -5 }},
		"cascade":      {0.002, many, func(c *Config) { c.B, c.Initial = 0.5, gaussian(1.93, 0.003) }},
		"hard":         {0.2, many, func(c *Config) { c.B, c.Rule, c.Initial = 3, neuron.Hard, gaussian(1.8, 0.01) }},
		"sequential":   {0.002, many, func(c *Config) { c.B, c.Rule, c.Initial = 0.5, neuron.Sequential, gaussian(1.93, 0.003) }},
		"delayed":      {0.2, 0, func(c *Config) { c.B, c.Delay = -20, 0.037 }},
		"rest, jump":   {0.2, many, func(c *Config) { c.B, c.Law.Refractory, c.Initial = 3, fixed(0.013), gaussian(1.8, 0.01) }},
		"late rest":    {0.2, 0, func(c *Config) { c.B, c.Delay, c.Law.Refractory = 3, 0.037, exponential(0.004) }},
		"escape":       {0.1, 0, func(c *Config) { c.B, c.Law, c.Initial = 5, escaping(0.02), wholeLine(1.5, 0.25) }},
		"noise":        {0.2, 0, func(c *Config) { c.B, c.Law.A1 = 0.5, 0.3 }},
		"late noise":   {0.2, 0, func(c *Config) { c.B, c.Delay, c.Law.A1, c.Law.Refractory = 0.5, 0.037, 0.3, fixed(0.02) }},
		"euler":        {0.2, many, func(c *Config) { c.Scheme, c.B, c.Initial = Euler, 0.9, gaussian(1.8, 0.003) }},
		"euler escape": {0.2, 0, func(c *Config) { c.Scheme, c.B, c.Law, c.Initial = Euler, 5, escaping(0.02), wholeLine(1.5, 0.25) }},
		"late euler":   {0.2, 0, func(c *Config) { c.Scheme, c.B, c.Delay, c.Law.A1 = Euler, 3, 0.02, 0.1 }},
		"few":          {1, 0, func(c *Config) { c.N, c.B, c.Dt = few, 0.9, 0.5 }},
		"event":        {2, 0, func(c *Config) { c.N, c.B, c.Scheme, c.Law.Refractory = few, 0.9, Event, fixed(0.013) }},
		"late event":   {2, 0, func(c *Config) { c.N, c.B, c.Scheme, c.Delay, c.Law.A1 = few, 0.9, Event, 0.05, 1 }},
	}
	for name, one := range cases {
		c := base
		one.change(&c)
		circuit := Circuit{
			Populations: []Population{{Name: "A", N: c.N, Law: c.Law, Initial: c.Initial}}, B: [][]float64{{c.B}}, Delay: [][]float64{{c.Delay}},
			Rule: c.Rule, Scheme: c.Scheme, Dt: c.Dt, Seed: c.Seed,
		}
		compareRanks(t, name, circuit, true, one.macroscopic, one.until/3, one.until)
	}
}

// TestEventBitsDoNotDependOnRanks: spike by spike, with neurons on several ranks.
func TestEventBitsDoNotDependOnRanks(t *testing.T) {
	c := pair(4096+5, 300, [][]float64{{2, -1}, {1, -1}})
	c.Scheme, c.Populations[0].Initial, c.Populations[1].Initial = Event, gaussian(1.5, 0.1), gaussian(1.9, 0.01)
	compareRanks(t, "pair", c, false, 0, 0.0001)
	c.Populations[0].Law, c.Populations[0].Initial = escaping(0.02), wholeLine(1.9, 0.25)
	compareRanks(t, "escape", c, false, 0, 0.0001)
	c.Populations, c.B, c.Rule = pair(4096+5, 300, c.B).Populations[:1], [][]float64{{3}}, neuron.Hard
	c.Populations[0].Initial = gaussian(1.8, 0.01)
	compareRanks(t, "cascade", c, true, 500, 0.001)
}

// TestCircuitBitsDoNotDependOnRanks: populations that excite and inhibit each other, one of them on one
// rank only, smooth, late, through a cascade, and with noise that follows the rate.
func TestCircuitBitsDoNotDependOnRanks(t *testing.T) {
	smooth := pair(2*4096+5, 300, [][]float64{{2, -1}, {1, -1}})
	smooth.Populations[1].Initial = gaussian(1.5, 0.1)
	late := smooth
	late.Delay = [][]float64{{0.03, 0}, {0.05, 0.02}}
	cascade := pair(2*4096+5, 4096+1, [][]float64{{0.9, -0.3}, {0.5, -0.2}})
	cascade.Populations[0].Initial = gaussian(1.9, 0.003)
	noisy := pair(4096+5, 300, [][]float64{{0.5, -1}, {1, -1}})
	noisy.Populations[0].Law.A1, noisy.Populations[1].Law.Refractory = 0.3, exponential(0.02)
	noisy.Populations[1].Initial = gaussian(1.5, 0.1)
	compareRanks(t, "smooth", smooth, false, 0, 0.2)
	compareRanks(t, "late", late, false, 0, 0.2)
	compareRanks(t, "cascade", cascade, false, 500, 0.1)
	compareRanks(t, "noisy", noisy, false, 0, 0.2)
}

// notNumber is a law of potentials that are none.
type notNumber struct{ neuron.TruncatedGaussian }

func (notNumber) Sample(dst []float64, _ rand.Source) {
	for i := range dst {
		dst[i] = math.NaN()
	}
}

// runTogether runs a network on every rank and returns their errors.
func runTogether(t *testing.T, ranks int, c Config, run func(rank int, n *Network) error) []error {
	t.Helper()
	errs := make([]error, ranks)
	var group sync.WaitGroup
	for r, seat := range Together(ranks) {
		group.Go(func() {
			own := c
			own.Ranks = seat
			n, err := New(own)
			if err == nil {
				err = run(r, n)
			}
			errs[r] = err
		})
	}
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the ranks wait for each other")
	}
	return errs
}

// TestRanksEndTogether: an interrupted rank, an observer that fails, a neuron that only fires and a
// potential that is no number end the run of all ranks, which then stand at the same time.
func TestRanksEndTogether(t *testing.T) {
	c := Config{N: 2*4096 + 1, Law: standard(), B: 0.5, Initial: gaussian(0, 0.25), Dt: 0.02, Seed: 7, Workers: 1}
	times := make([]float64, 3)
	errs := runTogether(t, 3, c, func(rank int, n *Network) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if rank == 1 {
			time.AfterFunc(50*time.Millisecond, cancel)
		}
		err := n.Run(ctx, 1e6)
		times[rank] = n.Time()
		return err
	})
	for rank, err := range errs {
		if !errors.Is(err, context.Canceled) || times[rank] != times[0] {
			t.Errorf("interrupted: rank %d stands at %v with %v, rank 0 at %v", rank, times[rank], err, times[0])
		}
	}
	full := errors.New("no space")
	errs = runTogether(t, 3, c, func(rank int, n *Network) error {
		if rank > 0 {
			return n.Run(context.Background(), 1)
		}
		return n.Run(context.Background(), 1, observe(func(*Frame) error { return full }))
	})
	if !errors.Is(errs[0], full) || errs[1] == nil || errs[2] == nil {
		t.Errorf("an observer fails: %v", errs)
	}
	for what, change := range map[string]func(*Config){
		"fires more than": func(c *Config) { c.Law.Current = neuron.Constant(1e7) },
		"neuron 0 is":     func(c *Config) { c.Initial = notNumber{} },
	} {
		wrong := c
		wrong.N = 4096 + 1
		change(&wrong)
		for rank, err := range runTogether(t, 3, wrong, func(_ int, n *Network) error { return n.Run(context.Background(), 0.05) }) {
			if err == nil || !strings.Contains(err.Error(), what) {
				t.Errorf("%s: rank %d ends with %v", what, rank, err)
			}
		}
	}
}
