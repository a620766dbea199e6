package network

import "sync"

// Together returns size ranks of one process, for as many goroutines: what runs under a message
// passing library runs under them too.
func Together(size int) []Ranks {
	t := &together{size: size, given: make([][]uint64, size), sums: make([][]int64, size)}
	t.all.L = &t.mutex
	list := make([]Ranks, size)
	for r := range list {
		list[r] = seat{t, r}
	}
	return list
}

// together is where the goroutines meet.
type together struct {
	size    int
	mutex   sync.Mutex
	all     sync.Cond
	arrived int
	turn    int
	given   [][]uint64
	sums    [][]int64
}

// wait returns when every rank has called it.
func (t *together) wait() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	turn := t.turn
	if t.arrived++; t.arrived == t.size {
		t.arrived, t.turn = 0, turn+1
		t.all.Broadcast()
	}
	for turn == t.turn {
		t.all.Wait()
	}
}

// seat is one of them.
type seat struct {
	*together
	rank int
}

func (s seat) Rank() int { return s.rank }
func (s seat) Size() int { return s.size }

func (s seat) Sum(x []int64) {
	s.sums[s.rank] = append([]int64(nil), x...)
	s.wait()
	clear(x)
	for _, one := range s.sums {
		for i := range x {
			x[i] += one[i]
		}
	}
	s.wait()
}

func (s seat) Gather(own []uint64) [][]uint64 {
	s.given[s.rank] = append([]uint64(nil), own...)
	s.wait()
	parts := append([][]uint64(nil), s.given...)
	s.wait()
	return parts
}

func (s seat) Broadcast(from0 []uint64) []uint64 { return s.Gather(from0)[0] }
