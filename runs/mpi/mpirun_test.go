//go:build mpi

package mpi

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// launcher is an mpirun that starts more ranks than there are cores, also for root.
var launcher = []string{"--allow-run-as-root", "--oversubscribe", "--mca", "odls_base_sigkill_timeout", "5", "-n"}

// TestMain lets the test program be what mpirun starts.
func TestMain(m *testing.M) {
	switch os.Getenv("LAPICQUE_MPI_TEST") {
	case "collectives":
		onWorld(collectives)
	case "latency":
		onWorld(latency)
	default:
		os.Exit(m.Run())
	}
}

func onWorld(do func(World) error) {
	w, err := Start()
	if err == nil {
		err = do(w)
		w.Finalize()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// mpirun runs this test program as one of its parts on so many ranks.
func mpirun(t *testing.T, ranks int, part string) string {
	t.Helper()
	if _, err := exec.LookPath("mpirun"); err != nil {
		t.Skip("there is no mpirun (Debian: openmpi-bin)")
	}
	c := exec.Command("mpirun", append(slices.Clone(launcher), fmt.Sprint(ranks), "-x", "LAPICQUE_MPI_TEST="+part, os.Args[0])...)
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%d ranks: %v\n%s", ranks, err, text)
	}
	return string(text)
}

// collectives checks them on messages of lengths around that of a header, from ranks that wait for each other.
func collectives(w World) error {
	rank, size := w.Rank(), w.Size()
	for length := range 40 {
		x := []int64{int64(rank), -int64(length), 1 << 60}
		w.Sum(x)
		if want := []int64{int64(size * (size - 1) / 2), -int64(length * size), int64(size) << 60}; !slices.Equal(x, want) {
			return fmt.Errorf("rank %d: the sum is %v, want %v", rank, x, want)
		}
		for r, part := range w.Gather(message(rank, length)) {
			if want := message(r, length); !slices.Equal(part, want) {
				return fmt.Errorf("rank %d: rank %d gave %v, want %v", rank, r, part, want)
			}
		}
		var given []uint64
		if rank == 0 {
			time.Sleep(time.Duration(length%2) * 2 * time.Millisecond)
			given = message(7, length)
		}
		if got, want := w.Broadcast(given), message(7, length); !slices.Equal(got, want) {
			return fmt.Errorf("rank %d: rank 0 sent %v, want %v", rank, got, want)
		}
	}
	return nil
}

// message is one of a length that depends on the rank.
func message(rank, length int) (words []uint64) {
	for k := range length * (rank % 3) {
		words = append(words, uint64(rank)<<40|uint64(length)<<20|uint64(k))
	}
	return words
}

func TestCollectives(t *testing.T) {
	for _, ranks := range []int{1, 2, 5} {
		mpirun(t, ranks, "collectives")
	}
}

// latency prints the time of each collective.
func latency(w World) error {
	const turns = 20000
	took := func(do func()) float64 {
		for range turns / 10 {
			do()
		}
		began := time.Now()
		for range turns {
			do()
		}
		return time.Since(began).Seconds() / turns * 1e6
	}
	if w.Rank() == 0 {
		fmt.Printf("%d ranks, microseconds a collective, mean of %d\n%8s %10s %10s %10s\n", w.Size(), turns, "words", "sum", "gather", "broadcast")
	}
	for _, words := range []int{1, 7, 64, 1024} {
		x, y := make([]int64, words), make([]uint64, words)
		sum := took(func() { w.Sum(x) })
		gather := took(func() { w.Gather(y) })
		broadcast := took(func() { w.Broadcast(y) })
		if w.Rank() == 0 {
			fmt.Printf("%8d %10.2f %10.2f %10.2f\n", words, sum, gather, broadcast)
		}
	}
	return nil
}

// TestLatency prints what collectives cost here: go test -tags mpi -run Latency -v ./runs/mpi
func TestLatency(t *testing.T) {
	if os.Getenv("LAPICQUE_LONG") == "" {
		t.Skip("LAPICQUE_LONG=1 measures")
	}
	t.Log("\n" + mpirun(t, 2, "latency"))
}

// program builds the command with MPI.
func program(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("mpirun"); err != nil {
		t.Skip("there is no mpirun (Debian: openmpi-bin)")
	}
	path := filepath.Join(t.TempDir(), "lapicque")
	if text, err := exec.Command("go", "build", "-tags", "mpi", "-o", path, "lapicque").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	return path
}

// blowUp is a network of three blocks that blows up soon, all its spikes in the raster.
var blowUp = []string{"network", "blow-up", "--mpi", "--set", "particles.N=9000", "--set", "record.raster.neurons=9000", "--set", "expect=[]",
	"--set", "initial.mean=1.7", "--set", "initial.variance=0.02", "--set", "time.end=0.2", "--set", "time.snapshots=[0.1,0.2]", "-q"}

// TestSameRasterOnAnyRanks: 1, 2 and 4 ranks of 1 and 3 workers write the raster and the tables of a process without MPI, through a
// cascade of a large part of the network.
func TestSameRasterOnAnyRanks(t *testing.T) {
	command := program(t)
	sum := func(dir string) string {
		h := sha256.New()
		for _, name := range []string{"raster.parquet", "tables/cascades.csv", "tables/traces.csv", "arrays/density_network.npy"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			h.Write(text)
		}
		return fmt.Sprintf("%x", h.Sum(nil))
	}
	run := func(name string, args ...string) string {
		dir := filepath.Join(t.TempDir(), "run")
		if text, err := exec.Command(name, append(args, "-o", dir)...).CombinedOutput(); err != nil {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
		}
		return dir
	}
	alone := slices.DeleteFunc(slices.Clone(blowUp), func(arg string) bool { return arg == "--mpi" })
	first := run(command, alone...)
	want := sum(first)
	if text, err := os.ReadFile(filepath.Join(first, "summary.json")); err != nil || !strings.Contains(string(text), `"outcome": "blow-up"`) {
		t.Errorf("the network does not blow up (%v)", err)
	}
	for _, ranks := range []string{"1", "2", "4"} {
		for _, workers := range []string{"1", "3"} {
			args := slices.Concat(launcher, []string{ranks, command}, blowUp, []string{"-j", workers})
			got := sum(run("mpirun", args...))
			t.Logf("%s ranks, %s workers: %s", ranks, workers, got)
			if got != want {
				t.Errorf("%s ranks of %s workers differ from one process", ranks, workers)
			}
		}
	}
}

// TestEnsembleOverRanks: 2 and 3 ranks leave the tables of one process, and go on where a shard is missing.
func TestEnsembleOverRanks(t *testing.T) {
	command, dir := program(t), t.TempDir()
	play := func(out string, ranks int, more ...string) map[string]string {
		t.Helper()
		args := append([]string{"ensemble", "excitatory", "--replicas", "4", "--grid", "coupling.b=0:0.5:2", "--set", "particles.N=200",
			"--set", "time={end: 1}", "-q", "-j", "1", "-o", filepath.Join(dir, out)}, more...)
		c := exec.Command(command, args...)
		if ranks > 0 {
			c = exec.Command("mpirun", slices.Concat(launcher, []string{fmt.Sprint(ranks), command}, args, []string{"--mpi"})...)
		}
		if text, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%d ranks: %v\n%s", ranks, err, text)
		}
		files := map[string]string{}
		for _, name := range []string{"ensemble.json", "tables/members.csv", "tables/members.parquet", "tables/summary.csv", "resolved.yaml"} {
			text, err := os.ReadFile(filepath.Join(dir, out, name))
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(text)
		}
		return files
	}
	whole := play("whole", 0)
	for _, ranks := range []int{2, 3} {
		out := fmt.Sprint("over", ranks)
		if !maps.Equal(play(out, ranks), whole) {
			t.Errorf("%d ranks differ from one process", ranks)
		}
		lost := []string{out, fmt.Sprintf("%s-shard-1-of-%d", out, ranks)}
		for _, name := range lost {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if !maps.Equal(play(out, ranks, "--resume"), whole) {
			t.Errorf("%d ranks that go on differ from one process", ranks)
		}
	}
}

// TestSignalsCancelAllRanks: a signal to one rank that is not 0, and one to mpirun, which passes it on, leave a folder that
// says so.
func TestSignalsCancelAllRanks(t *testing.T) {
	command := program(t)
	for _, to := range []string{"rank", "mpirun"} {
		dir := t.TempDir()
		run := filepath.Join(dir, "run")
		script := `echo $$ >"$0/pid.$OMPI_COMM_WORLD_RANK"; exec "$@"`
		args := slices.Concat(launcher, []string{"2", "sh", "-c", script, dir, command, "network", "inhibitory", "--mpi", "-j", "1", "-q", "-o", run,
			"--set", "particles.N=1000000", "--set", "time.end=1000", "--set", "record.rate_bin=1"})
		c := exec.Command("mpirun", args...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if info, err := os.Stat(filepath.Join(run, "tables", "traces.csv")); err == nil && info.Size() > 0 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		pid := c.Process.Pid
		if to == "rank" {
			text, err := os.ReadFile(filepath.Join(dir, "pid.1"))
			if err != nil {
				t.Fatal(err)
			}
			if pid, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
				t.Fatal(err)
			}
		}
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		err := c.Wait()
		text, wrong := os.ReadFile(filepath.Join(run, "manifest.json"))
		if wrong != nil || !strings.Contains(string(text), `"outcome": "cancelled"`) || err == nil {
			t.Errorf("SIGTERM to %s: mpirun ends with %v, the manifest (%v) is %.100s", to, err, wrong, text)
		}
	}
}
