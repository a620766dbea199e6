//go:build mpi

package mpi

// #cgo pkg-config: ompi-c
// #include <mpi.h>
// #include <stdint.h>
// #include <unistd.h>
//
// static int start(int *rank, int *size) {
//   int level;
//   int wrong = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
//   if (wrong != MPI_SUCCESS) return wrong;
//   MPI_Comm_rank(MPI_COMM_WORLD, rank);
//   MPI_Comm_size(MPI_COMM_WORLD, size);
//   return level < MPI_THREAD_SERIALIZED;
// }
//
// static void sum(int64_t *x, int n) {
//   MPI_Allreduce(MPI_IN_PLACE, x, n, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
// }
//
// static void gather(uint64_t *own, int n, uint64_t *all) {
//   MPI_Allgather(own, n, MPI_UINT64_T, all, n, MPI_UINT64_T, MPI_COMM_WORLD);
// }
//
// static void gatherv(uint64_t *own, int n, uint64_t *all, int *counts, int *places) {
//   MPI_Allgatherv(own, n, MPI_UINT64_T, all, counts, places, MPI_UINT64_T, MPI_COMM_WORLD);
// }
//
// // broadcast waits without taking a core away from rank 0, which may be at something else for long.
// static void broadcast(uint64_t *x, int n) {
//   MPI_Request request;
//   MPI_Ibcast(x, n, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request);
//   int done = 0;
//   for (int tries = 0; ; tries++) {
//     MPI_Test(&request, &done, MPI_STATUS_IGNORE);
//     if (done) return;
//     if (tries > 10000) usleep(500);
//   }
// }
//
// static void finalize(void) { MPI_Finalize(); }
import "C"

import (
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// header is how many words of a message, its length first, go ahead of the rest: short ones take one collective.
const header = 8

// world is MPI_COMM_WORLD, whose errors end the job.
type world struct {
	rank, size     int
	ahead, headers []uint64 // own header, those of all ranks
	rest           []uint64 // long messages of all ranks
	counts, places []C.int  // of them
	parts          [][]uint64
}

// Start begins the use of MPI. It may be called once.
func Start() (World, error) {
	var rank, size C.int
	if C.start(&rank, &size) != 0 {
		return nil, errors.New("mpi: MPI does not start, or serves one thread only")
	}
	n := int(size)
	return &world{
		rank: int(rank), size: n, ahead: make([]uint64, header), headers: make([]uint64, header*n),
		counts: make([]C.int, n), places: make([]C.int, n), parts: make([][]uint64, n),
	}, nil
}

func (w *world) Rank() int { return w.rank }

func (w *world) Size() int { return w.size }

func (w *world) Finalize() { C.finalize() }

func (w *world) Sum(x []int64) {
	C.sum((*C.int64_t)(unsafe.SliceData(x)), number(len(x)))
}

// Gather gathers headers, and messages that do not fit there once more as a whole.
func (w *world) Gather(own []uint64) [][]uint64 {
	w.head(own)
	C.gather(first(w.ahead), header, first(w.headers))
	total, long := 0, false
	for r := range w.size {
		n := int(w.headers[r*header])
		long = long || n >= header
		w.counts[r], w.places[r] = number(n), number(total)
		total += n
	}
	if long {
		if cap(w.rest) < total {
			w.rest = make([]uint64, total+total/4)
		}
		C.gatherv(first(own), number(len(own)), first(w.rest[:cap(w.rest)]), &w.counts[0], &w.places[0])
	}
	for r := range w.size {
		n := int(w.counts[r])
		if at := int(w.places[r]); long {
			w.parts[r] = w.rest[at : at+n : at+n]
		} else {
			w.parts[r] = w.headers[r*header+1 : r*header+1+n]
		}
	}
	return w.parts
}

// Broadcast sends the header, and a message that does not fit there once more as a whole.
func (w *world) Broadcast(from0 []uint64) []uint64 {
	w.head(from0)
	C.broadcast(first(w.ahead), header)
	n := int(w.ahead[0])
	if n < header {
		return w.ahead[1 : 1+n]
	}
	if w.rank != 0 {
		from0 = make([]uint64, n)
	}
	C.broadcast(first(from0), number(n))
	return from0
}

// head fills the header of a message.
func (w *world) head(own []uint64) {
	w.ahead[0] = uint64(len(own))
	copy(w.ahead[1:], own)
}

// first returns the address of the first word, nil without one.
func first(words []uint64) *C.uint64_t { return (*C.uint64_t)(unsafe.SliceData(words)) }

// number returns a count for MPI, which counts in 32 bits.
func number(n int) C.int {
	if n > math.MaxInt32 {
		panic(fmt.Sprintf("mpi: %d words are too many for one message", n))
	}
	return C.int(n)
}
