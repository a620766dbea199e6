package network

import "sync"

// Each calls do(worker, i) for i = 0 … count − 1 on so many workers, one of them the caller; a worker has
// contiguous i. It returns when all are done.
func Each(workers, count int, do func(worker, i int)) {
	share := func(w int) {
		for i := w * count / workers; i < (w+1)*count/workers; i++ {
			do(w, i)
		}
	}
	var group sync.WaitGroup
	for w := 1; w < workers; w++ {
		group.Go(func() { share(w) })
	}
	share(0)
	group.Wait()
}
