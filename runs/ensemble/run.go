package ensemble

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lapicque/runs/play"
)

// Record is a finished member.
type Record struct {
	Member   int     `json:"member"`
	Values   Row     `json:"values,omitempty"` // one a measure; none when it failed
	Note     string  `json:"note,omitempty"`   // why it failed, or what its numbers lack
	Attempts int     `json:"attempts"`         // 1, or 2 when the first one failed
	First    string  `json:"first,omitempty"`  // why the first attempt failed
	Seconds  float64 `json:"seconds"`          // on the clock: the only number that no repetition gives again
}

// Row is numbers that JSON writes as such, and null where they do not exist.
type Row []float64

// MarshalJSON writes every digit that a number needs to be read back as itself.
func (r Row) MarshalJSON() ([]byte, error) { return r.append(make([]byte, 0, 12*len(r)+2)), nil }

func (r Row) append(text []byte) []byte {
	text = append(text, '[')
	for k, x := range r {
		if k > 0 {
			text = append(text, ',')
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			text = append(text, "null"...)
		} else {
			text = strconv.AppendFloat(text, x, 'g', -1, 64)
		}
	}
	return append(text, ']')
}

// append writes a record as encoding/json does; that would check what Row writes a second time, which costs as much as all
// the rest of the bookkeeping.
func (r Record) append(text []byte) ([]byte, error) {
	text = strconv.AppendInt(append(text, `{"member":`...), int64(r.Member), 10)
	if len(r.Values) > 0 {
		text = r.Values.append(append(text, `,"values":`...))
	}
	for _, one := range []struct{ key, text string }{{`,"note":`, r.Note}, {`,"first":`, r.First}} {
		if one.text == "" {
			continue
		}
		quoted, err := json.Marshal(one.text)
		if err != nil {
			return nil, err
		}
		text = append(append(text, one.key...), quoted...)
	}
	text = strconv.AppendInt(append(text, `,"attempts":`...), int64(r.Attempts), 10)
	text = strconv.AppendFloat(append(text, `,"seconds":`...), r.Seconds, 'g', -1, 64)
	return append(text, '}'), nil
}

// UnmarshalJSON reads numbers, null as NaN.
func (r *Row) UnmarshalJSON(text []byte) error {
	var list []play.Number
	err := json.Unmarshal(text, &list)
	*r = make(Row, len(list))
	for k, x := range list {
		(*r)[k] = float64(x)
	}
	return err
}

// Failed reports whether the member has no result.
func (r *Record) Failed() bool { return len(r.Values) == 0 }

// Options say how members are played; nothing of it changes a result.
type Options struct {
	Workers int                // 0: all cores
	Known   func(int) bool     // members that are not played again; may be nil
	Keep    func(Record) error // receives each member as it is finished, from many goroutines; an error ends the run
}

// Run plays the members of a shard. A member that fails or panics is tried once more, and kept with its reason when it fails again: it
// stops no other. The error is the context's or that of Keep; what was kept stays kept. The points of a Plan may be
// shared by runs.
func Run(ctx context.Context, p *Plan, shard Shard, o Options) error {
	return run(ctx, p, shard, o, newSamplers(p).sample)
}

// sampling plays a member on so many workers.
type sampling func(ctx context.Context, member, workers int) (values []float64, note string, err error)

func run(ctx context.Context, p *Plan, shard Shard, o Options, sample sampling) error {
	var open []int
	for k := shard.Index; k < p.Members(); k += shard.Count {
		if o.Known == nil || !o.Known(k) {
			open = append(open, k)
		}
	}
	if len(open) == 0 {
		return ctx.Err()
	}
	workers := o.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	parallel := min(workers, len(open))
	group, ctx := errgroup.WithContext(ctx)
	var lock sync.Mutex
	next := func() (member int, ok bool) {
		lock.Lock()
		defer lock.Unlock()
		if len(open) == 0 || ctx.Err() != nil {
			return 0, false
		}
		member, open = open[0], open[1:]
		return member, true
	}
	for range parallel {
		group.Go(func() error {
			for member, ok := next(); ok; member, ok = next() {
				r := attempt(ctx, member, workers/parallel, sample)
				if ctx.Err() != nil {
					break
				}
				if err := o.Keep(r); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// attempt plays a member, and once more when it fails.
func attempt(ctx context.Context, member, workers int, sample sampling) Record {
	r := Record{Member: member}
	for ctx.Err() == nil {
		r.Attempts++
		began := time.Now()
		values, note, err := guarded(ctx, member, workers, sample)
		r.Seconds += time.Since(began).Seconds()
		switch {
		case err == nil:
			r.Note, r.Values = note, values
			return r
		case r.Attempts == 2:
			r.Note = err.Error()
			return r
		}
		r.First = err.Error()
	}
	return r
}

// guarded turns a panic into an error, which a mistake of the program then is.
func guarded(ctx context.Context, member, workers int, sample sampling) (values []float64, note string, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			values, err = nil, fmt.Errorf("panic: %v", problem)
		}
	}()
	values, note, err = sample(ctx, member, workers)
	if err == nil && len(values) == 0 {
		err = errors.New("nothing was measured")
	}
	return values, note, err
}

// samplers prepare each point once, when its first member is played, and forget it after its last.
type samplers struct {
	plan *Plan
	lock sync.Mutex
	used map[int]*prepared
}

// prepared is a point that members are played at.
type prepared struct {
	once    sync.Once
	sampler *play.Sampler
	err     error
}

// mostPrepared bounds the points that are remembered.
const mostPrepared = 64

func newSamplers(p *Plan) *samplers { return &samplers{plan: p, used: map[int]*prepared{}} }

// at returns a point, prepared by whom comes first.
func (s *samplers) at(ctx context.Context, point int) (*play.Sampler, error) {
	s.lock.Lock()
	one := s.used[point]
	if one == nil {
		for k := range s.used { // members come in the order of points
			if len(s.used) >= mostPrepared && k < point {
				delete(s.used, k)
			}
		}
		one = &prepared{}
		s.used[point] = one
	}
	s.lock.Unlock()
	one.once.Do(func() {
		defer func() {
			if problem := recover(); problem != nil {
				one.err = fmt.Errorf("panic: %v", problem)
			}
		}()
		one.sampler, one.err = play.NewSampler(ctx, s.plan.Points[point], s.plan.Windows, s.plan.MeanField)
	})
	if one.err != nil { // the second attempt prepares anew
		s.lock.Lock()
		if s.used[point] == one {
			delete(s.used, point)
		}
		s.lock.Unlock()
	}
	return one.sampler, one.err
}

// sample plays a member. Replica r of point p has the number p·2³² + r in its network, so that those of point 0 are
// those of a run.
func (s *samplers) sample(ctx context.Context, member, workers int) ([]float64, string, error) {
	point, replica := member/s.plan.Replicas, member%s.plan.Replicas
	sampler, err := s.at(ctx, point)
	if err != nil {
		return nil, "", err
	}
	values, err := sampler.Sample(ctx, uint64(point)<<32|uint64(replica), workers)
	return values, sampler.Note(), err
}
