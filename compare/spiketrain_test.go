package compare_test

import (
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/exp/rand"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"

	"lapicque/compare"
)

// renewal returns the spikes until a time of a stationary renewal process: far from its start.
func renewal(interval func() float64, mean, until float64) (train []float64) {
	for t := -50 * mean; ; {
		if t += interval(); t > until {
			return train
		} else if t >= 0 {
			train = append(train, t)
		}
	}
}

// gammas draws intervals of mean 1 and shape k.
func gammas(k float64, src rand.Source) func() float64 {
	return distuv.Gamma{Alpha: k, Beta: k, Src: src}.Rand
}

// gammaRegularity returns CV, CV2 and LV of a gamma renewal process with shape k: X = I/(I + I′) has the law beta(k, k),
// CV2 = 2·E|2X − 1| and LV = 3·E(2X − 1)² = 3/(2k + 1).
func gammaRegularity(k float64) (cv, cv2, lv float64) {
	two, _ := math.Lgamma(2 * k)
	one, _ := math.Lgamma(k)
	return 1 / math.Sqrt(k), 4 * math.Exp(two-2*one-2*k*math.Ln2) / k, 3 / (2*k + 1)
}

// By hand: spikes 0, 1, 3, 4 have intervals 1, 2, 1 of mean 4/3 and variance 2/9.
func TestDefinitions(t *testing.T) {
	train := []float64{0, 1, 3, 4}
	isi := compare.ISI(train)
	cv, _ := compare.CV(isi)
	cv2, _ := compare.CV2(isi)
	lv, _ := compare.LV(isi)
	fano, _ := compare.FanoFactor([]float64{1, 2, 3})
	windows, _ := compare.FanoWindows(train, 0, 4, 2)
	chi, _ := compare.Synchrony([][]float64{{1, 1}, {2, 2}, {4, 4}})
	matrix := compare.CorrelationCoefficient([][]float64{{0, 1, 2}, {2, 1, 0}, {1, 1, 1}})
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"isi", floats.Distance(isi, []float64{1, 2, 1}, 1), 0},
		{"rate, ends included", compare.MeanFiringRate(train, 1, 4), 1},
		{"cv", cv, math.Sqrt(2.0/9) / (4.0 / 3)}, {"cv2", cv2, 2.0 / 3}, {"lv", lv, 3.0 / 9},
		{"fano", fano, (2.0 / 3) / 2}, {"fano of windows 2 and 1", windows, 0.5 / 1.5},
		{"chi of one rhythm", chi, 1},
		{"correlation", matrix[0][1], -1}, {"diagonal", matrix[0][0], 1},
		{"bins", floats.Distance(compare.TimeHistogram([][]float64{train}, 0, 4, 2), []float64{2, 1}, 1), 0},
	} {
		if math.Abs(c.got-c.want) > 1e-14 {
			t.Errorf("%s: %v, not %v", c.name, c.got, c.want)
		}
	}
	if !math.IsNaN(matrix[2][0]) || !math.IsNaN(matrix[2][2]) {
		t.Error("a constant train has no correlation")
	}
	for name, f := range map[string]func([]float64) (float64, bool){"cv": compare.CV, "cv2": compare.CV2, "lv": compare.LV, "fano": compare.FanoFactor} {
		if x, ok := f(nil); ok || x != 0 {
			t.Errorf("%s of nothing: %v", name, x)
		}
	}
}

// Renewal processes whose statistics are known, within 4 standard errors over independent trains.
func TestRenewalProcesses(t *testing.T) {
	for _, k := range []float64{0.5, 1, 4} {
		src := rand.NewSource(uint64(10 * k))
		var cvs, cv2s, lvs, fanos, rates []float64
		for range 300 {
			train := renewal(gammas(k, src), 1, 400)
			isi := compare.ISI(train)
			cv, _ := compare.CV(isi)
			cv2, _ := compare.CV2(isi)
			lv, _ := compare.LV(isi)
			fano, _ := compare.FanoWindows(train, 0, 400, 20)
			cvs, cv2s, lvs, fanos, rates = append(cvs, cv), append(cv2s, cv2), append(lvs, lv), append(fanos, fano), append(rates, compare.MeanFiringRate(train, 0, 400))
		}
		cv, cv2, lv := gammaRegularity(k)
		// The variance of counts in T of a stationary gamma process of mean 1 is T/k + (1 − 1/k²)/6 (Cox 1962, §4.5).
		fano := 1/k + (1-1/(k*k))/6/20
		for _, c := range []struct {
			name   string
			values []float64
			want   float64
			slack  float64 // of order 1/n: windows bias CV, the ends of trains the choice of intervals
		}{{"cv", cvs, cv, cv * 1.5 / 400 / k}, {"cv2", cv2s, cv2, 0.5 / 400}, {"lv", lvs, lv, 0.5 / 400}, {"fano", fanos, fano, fano / 400}, {"rate", rates, 1, 0}} {
			m := compare.Student(c.values)
			t.Logf("shape %v: %s %.4f ± %.4f, theory %.4f", k, c.name, m.Value, m.SE, c.want)
			if math.Abs(m.Value-c.want) > 4*m.SE+c.slack {
				t.Errorf("shape %v: %s is %v ± %v, not %v", k, c.name, m.Value, m.SE, c.want)
			}
		}
	}
}

// The kernel estimate conserves spikes in the middle and is the rate itself at the ends of a regular train.
func TestInstantaneousRate(t *testing.T) {
	var train []float64
	for k := range 1000 {
		train = append(train, (float64(k)+0.5)/10)
	}
	for i, r := range compare.InstantaneousRate([][]float64{train, train}, 1, 0, 100, []float64{0, 0.5, 3, 50, 100}) {
		if math.Abs(r-20) > 0.03 {
			t.Errorf("time %d: rate %v, not 20", i, r)
		}
	}
	one := compare.InstantaneousRate([][]float64{{50}}, 2, 0, 100, []float64{50, 52})
	if math.Abs(one[0]-1/(2*math.Sqrt(2*math.Pi))) > 1e-12 || math.Abs(one[1]/one[0]-math.Exp(-0.5)) > 1e-12 {
		t.Errorf("kernel %v", one)
	}
}

// Against scipy.signal.welch, where Debian's Python has it.
func TestWelchAgainstScipy(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import scipy.signal").Run() != nil {
		t.Skip("Debian's python3-scipy is not here")
	}
	r := rand.New(rand.NewSource(5))
	signal, text := make([]float64, 300), make([]string, 300)
	for k := range signal {
		signal[k] = 3 + r.NormFloat64()
		text[k] = strconv.FormatFloat(signal[k], 'g', -1, 64)
	}
	for _, segment := range []int{64, 75} {
		program := "import scipy.signal as s\nf, p = s.welch([" + strings.Join(text, ",") + "], fs=2.0, nperseg=" + strconv.Itoa(segment) + ")\nprint(*f, *p)"
		out, err := exec.Command(python, "-c", program).Output()
		if err != nil {
			t.Fatal(err)
		}
		f, p := compare.WelchPSD(signal, 0.5, compare.Welch{Length: segment})
		for k, x := range strings.Fields(string(out)) {
			want, _ := strconv.ParseFloat(x, 64)
			if got := append(append([]float64(nil), f...), p...)[k]; math.Abs(got-want) > 1e-12 {
				t.Fatalf("segments of %d, number %d: %v, scipy %v", segment, k, got, want)
			}
		}
	}
}

// The integral of the density is the variance.
func TestWelchPower(t *testing.T) {
	r := rand.New(rand.NewSource(6))
	signal := make([]float64, 1<<16)
	for k := range signal {
		signal[k] = r.NormFloat64()
	}
	f, p := compare.WelchPSD(signal, 0.25, compare.Welch{})
	if power := floats.Sum(p) * (f[1] - f[0]); math.Abs(power-1) > 4*math.Sqrt(2.0/(1<<16)) {
		t.Errorf("power %v of unit noise", power)
	}
}
