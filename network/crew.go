package network

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// crew runs one job at a time on a fixed set of goroutines. Between jobs they
// spin, then yield, then sleep: waking a sleeping thread costs more than a step
// of a small network.
type crew struct {
	size   int
	job    func(worker int)
	turn   atomic.Uint32 // counts jobs
	left   atomic.Int32  // workers that have not finished the job
	mutex  sync.Mutex
	asleep sync.Cond
	done   bool
}

const (
	spins  = 3000 // loads before yielding
	yields = 2000 // yields before sleeping
)

// newCrew starts size − 1 goroutines; the caller of do is worker 0.
func newCrew(size int) *crew {
	c := &crew{size: size}
	c.asleep.L = &c.mutex
	for w := 1; w < size; w++ {
		go c.work(w)
	}
	return c
}

// do runs job(0) … job(size−1), one on each worker, and waits for all.
func (c *crew) do(job func(worker int)) {
	if c.size == 1 {
		job(0)
		return
	}
	c.job = job
	c.left.Store(int32(c.size - 1))
	c.release()
	job(0)
	for spun := 0; c.left.Load() > 0; spun++ {
		if spun > spins {
			runtime.Gosched()
		}
	}
}

// stop ends the goroutines.
func (c *crew) stop() {
	c.done = true
	c.release()
}

func (c *crew) release() {
	c.mutex.Lock()
	c.turn.Add(1)
	c.mutex.Unlock()
	c.asleep.Broadcast()
}

func (c *crew) work(worker int) {
	for seen := uint32(0); ; {
		c.await(seen)
		seen++
		if c.done {
			return
		}
		c.job(worker)
		c.left.Add(-1)
	}
}

// await returns once the turn has moved past seen.
func (c *crew) await(seen uint32) {
	for spun := 0; spun < spins; spun++ {
		if c.turn.Load() != seen {
			return
		}
	}
	for range yields {
		runtime.Gosched()
		if c.turn.Load() != seen {
			return
		}
	}
	c.mutex.Lock()
	for c.turn.Load() == seen {
		c.asleep.Wait()
	}
	c.mutex.Unlock()
}
