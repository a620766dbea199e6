package scenario

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"math"
	"strings"
	"testing"

	"lapicque/network"
	"lapicque/network/neuralfield"
)

// subject is an engine of any model, as a test of interruptions sees it.
type subject interface {
	network.Keeper
	Time() float64
	run(context.Context, float64, hash.Hash) error
	potentials(hash.Hash)
}

// crowd is the network of a document of populations.
type crowd struct {
	Network
	populations int
}

func (c crowd) run(ctx context.Context, until float64, sum hash.Hash) error {
	lists := make([][]network.Observer, c.populations)
	for k := range lists {
		lists[k] = []network.Observer{spikes{sum, k}}
	}
	return c.Run(ctx, until, lists)
}

func (c crowd) potentials(sum hash.Hash) {
	for k := range c.populations {
		write(sum, c.Potentials(k, nil), c.Refractory(k), c.Report())
	}
}

// spikes hashes all that a frame shows.
type spikes struct {
	hash.Hash
	population int
}

func (s spikes) Observe(f *network.Frame) error {
	write(s, int64(s.population), f.Start, f.End, int64(f.Count), f.Spikes())
	for _, c := range f.Cascades {
		write(s, c.ID, c.Time, int64(c.Size), int64(c.Generations))
	}
	return nil
}

// fields is the network of a neural field.
type fields struct{ *neuralfield.Network }

func (f fields) run(ctx context.Context, until float64, sum hash.Hash) error {
	return f.Run(ctx, until, counts{sum})
}

func (f fields) potentials(sum hash.Hash) {
	for k := range f.Populations() {
		write(sum, f.Field(k, nil), f.Spikes())
	}
}

type counts struct{ hash.Hash }

func (s counts) Observe(f *neuralfield.Frame) error {
	write(s, f.Start, f.End)
	for _, row := range f.Counts {
		write(s, row)
	}
	return nil
}

// write hashes values bit by bit.
func write(sum hash.Hash, values ...any) {
	for _, v := range values {
		switch x := v.(type) {
		case int:
			v = int64(x)
		case network.Report:
			v = []float64{float64(x.Steps), float64(x.Halved), float64(x.Corrected), float64(x.Overrun), x.Correction, x.Dt}
		}
		if err := binary.Write(sum, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
}

// until is a context that ends when an engine has come to a time: Run then stands at the end of a step.
type until struct {
	context.Context
	at   float64
	time func() float64
}

func (u until) Err() error {
	if u.time() >= u.at {
		return context.Canceled
	}
	return nil
}

// battery is the embedded scenarios, and variants of them that reach every part of the engines' state.
func battery() (list [][]string) {
	for _, name := range Names() {
		list = append(list, []string{name})
	}
	return append(list,
		[]string{"inhibitory", "particles.scheme=euler", "coupling.delay=0.13"},
		[]string{"refractory", "particles.scheme=euler"},
		[]string{"excitatory", "particles.scheme=event", "particles.N=200"},
		[]string{"excitatory", "particles.scheme=event", "particles.N=200", "coupling.delay=0.3", "coupling.b=0.9", "coupling.reset=sequential"},
		[]string{"blow-up", "initial.mean=0.7", "particles.scheme=event", "particles.N=300"},
		[]string{"blow-up", "coupling.delay=0.2"},
		[]string{"blow-up", "initial.mean=0.7", "neuron.refractory={law: exponential, tau: 0.3}"},
		[]string{"blow-up", "initial.mean=0.7", "neuron.refractory={law: fixed, tau: 0.4}", "coupling.delay=0.07"},
		[]string{"noise-feedback", "coupling.delay=0.2"},
		[]string{"noise-feedback", "particles.scheme=event", "particles.N=200"},
		[]string{"random-threshold", "particles.scheme=euler"},
		[]string{"random-threshold", "particles.scheme=event", "particles.N=200"},
		[]string{"random-threshold", "neuron.a1=0.5", "neuron.refractory={law: exponential, tau: 0.1}"},
		[]string{"driven", "neuron.current={law: steps, initial: 1, steps: [{time: 0.71, current: 3}, {time: 1.3, current: 2}]}"},
		[]string{"ei-oscillation", "particles.scheme=event", "populations.E.N=150", "populations.I.N=50"},
		[]string{"elapsed-excitatory", "coupling.transmission=discrete"},
		[]string{"hodgkin-huxley", "particles.scheme=heun", "particles.dt=0.01"},
		[]string{"hodgkin-huxley", "coupling={pulse: 1, conductance: 0.5, decay: 3, reversal: 0}"},
	)
}

// maker returns what makes the engine of a scenario for some workers, the step and the horizon of its test.
func maker(t *testing.T, what []string) (create func(workers int) subject, dt, horizon float64) {
	s, err := Load(what[0], what[1:], Sides{Network: true})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := s.Field(); ok {
		f.Particles.Units = min(f.Particles.Units, 50)
		return func(workers int) subject {
			n, err := f.Network(3, workers)
			if err != nil {
				t.Fatal(err)
			}
			return fields{n}
		}, f.Particles.Dt, 9 * f.Particles.Dt
	}
	const neurons = 5000 // two blocks, or five
	s = s.Shrunk(neurons)
	_, tail := s.Common()
	start, err := s.Neurons().Start()
	if err != nil {
		t.Fatal(err)
	}
	return func(workers int) subject {
		n, err := s.Neurons().Network(start, 3, workers)
		if err != nil {
			t.Fatal(err)
		}
		return crowd{n, len(s.Populations())}
	}, tail.Particles.Dt, 70 * tail.Particles.Dt
}

// A network that is kept and taken up by another one, with another number of workers, goes on with the same bits: for every engine,
// at any step, between landings and at one, again and again.
func TestInterruptedEqualsUndisturbed(t *testing.T) {
	for _, what := range battery() {
		t.Run(strings.Join(what, " "), func(t *testing.T) {
			t.Parallel()
			create, dt, horizon := maker(t, what)
			landing := 0.413 * horizon // no multiple of dt: the grid begins anew there
			whole, sum := create(2), sha256.New()
			for _, end := range []float64{landing, horizon} {
				if err := whole.run(context.Background(), end, sum); err != nil {
					t.Fatal(err)
				}
			}
			whole.potentials(sum)
			for k, stops := range [][]float64{{0, landing}, {dt, 0.2 * horizon, 0.6 * horizon, 0.61 * horizon, 0.95 * horizon}} {
				again := sha256.New()
				end := interrupted(t, create, stops, landing, horizon, again)
				end.potentials(again)
				if !bytes.Equal(sum.Sum(nil), again.Sum(nil)) {
					t.Errorf("interruptions %d: other bits", k)
				}
			}
		})
	}
}

// interrupted runs to the horizon through a landing and is kept and taken up anew at each of the stops.
func interrupted(t *testing.T, create func(int) subject, stops []float64, landing, horizon float64, sum hash.Hash) subject {
	workers := []int{1, 3, 2}
	one := create(workers[0])
	for k, at := range append(stops, math.Inf(1)) {
		for _, end := range []float64{landing, horizon} {
			if end < one.Time() {
				continue
			}
			err := one.run(until{context.Background(), at, one.Time}, end, sum)
			if err != nil && err != context.Canceled {
				t.Fatal(err)
			}
			if err != nil {
				break
			}
		}
		if math.IsInf(at, 1) {
			return one
		}
		var kept bytes.Buffer
		if err := one.Save(&kept); err != nil {
			t.Fatal(err)
		}
		one = create(workers[(k+1)%len(workers)])
		if err := one.Restore(&kept); err != nil {
			t.Fatal(err)
		}
	}
	return one
}

// A state that is cut short, longer, of another network or of another engine is refused.
func TestRestoreRefuses(t *testing.T) {
	create, _, _ := maker(t, []string{"refractory"})
	one := create(1)
	if err := one.run(context.Background(), 1, sha256.New()); err != nil {
		t.Fatal(err)
	}
	var kept bytes.Buffer
	if err := one.Save(&kept); err != nil {
		t.Fatal(err)
	}
	whole := kept.Bytes()
	newer := bytes.Clone(whole)
	newer[8+8+8+len("network")] = 9
	other := func(what ...string) func(int) subject { c, _, _ := maker(t, what); return c }
	for name, c := range map[string]struct {
		create func(int) subject
		state  []byte
		want   string
	}{
		"cut short":            {create, whole[:len(whole)/2], io.ErrUnexpectedEOF.Error()},
		"empty":                {create, nil, io.ErrUnexpectedEOF.Error()},
		"longer":               {create, append(bytes.Clone(whole), 0), "more than the state"},
		"no state":             {create, bytes.Repeat([]byte{7}, 5000), "no state"},
		"newer":                {create, newer, "newer version"},
		"another seed":         {other("refractory", "seed=1"), whole, "seed"},
		"another size":         {other("refractory", "particles.N=4000"), whole, "number of neurons"},
		"another connectivity": {other("refractory", "coupling.b=0.25"), whole, "connectivity"},
		"another step":         {other("refractory", "particles.dt=0.01"), whole, "time step"},
		"another engine":       {other("hodgkin-huxley"), whole, `one of "network"`},
	} {
		err := c.create(1).Restore(bytes.NewReader(c.state))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for k := range 40 { // a state of which a part is damaged never takes the program down
		broken := bytes.Clone(whole)
		for j := range 8 {
			broken[(k*len(broken)/40+j)%len(broken)] ^= 0xff
		}
		_ = create(1).Restore(bytes.NewReader(broken))
	}
}

// failing is a disk that is full after so many bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, fmt.Errorf("no space left")
	}
	return len(p), nil
}

// An error of the writer is an error of Save, and the network goes on as if nothing had been.
func TestSaveReportsErrors(t *testing.T) {
	for _, what := range [][]string{{"refractory"}, {"conductance"}, {"elapsed-excitatory"}, {"hodgkin-huxley"}, {"ei-asynchronous"}, {"wilson-cowan-bump"}} {
		create, _, horizon := maker(t, what)
		one, two := create(1), create(1)
		sums := []hash.Hash{sha256.New(), sha256.New()}
		for k, s := range []subject{one, two} {
			if err := s.run(context.Background(), horizon/2, sums[k]); err != nil {
				t.Fatal(err)
			}
			if k == 0 {
				for _, room := range []int{0, 1 << 10} {
					if err := s.Save(&failing{room}); err == nil || !strings.Contains(err.Error(), "no space left") {
						t.Errorf("%s, room %d: %v", what[0], room, err)
					}
				}
			}
			if err := s.run(context.Background(), horizon, sums[k]); err != nil {
				t.Fatal(err)
			}
			s.potentials(sums[k])
		}
		if !bytes.Equal(sums[0].Sum(nil), sums[1].Sum(nil)) {
			t.Errorf("%s: other bits after a state that could not be written", what[0])
		}
	}
}
