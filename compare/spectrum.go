package compare

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Welch says how a signal is cut for WelchPSD. The zero value is Elephant's default.
type Welch struct {
	Segments int     // that cover the signal, 0: 8; ignored where Length is given
	Length   int     // samples of a segment; 0: by Segments
	Overlap  float64 // part of a segment that the next one shares, in [0, 1); 0: ½
}

// length returns the samples of a segment and of what neighbours share.
func (w Welch) length(n int) (segment, shared int) {
	if w.Overlap == 0 {
		w.Overlap = 0.5
	}
	if w.Segments == 0 {
		w.Segments = 8
	}
	if segment = w.Length; segment == 0 {
		segment = int(float64(n) / (float64(w.Segments) - w.Overlap*float64(w.Segments-1)))
	}
	if segment < 2 || segment > n || w.Overlap < 0 || w.Overlap >= 1 {
		panic("compare: segments of at least two samples that the signal holds, and an overlap below 1")
	}
	return segment, int(float64(segment) * w.Overlap)
}

// WelchPSD returns the one-sided power spectral density of a signal that is sampled every dt, and its frequencies, in
// cycles per unit time: periodograms of segments, their mean taken away, under Hann's window, averaged (Welch 1967; as welch_psd of
// Elephant and scipy.signal.welch, scaling density).
func WelchPSD(signal []float64, dt float64, w Welch) (frequencies, density []float64) {
	segment, shared := w.length(len(signal))
	transform := fourier.NewFFT(segment)
	window, power := make([]float64, segment), 0.0
	for k := range window {
		window[k] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(k)/float64(segment))
		power += window[k] * window[k]
	}
	density = make([]float64, segment/2+1)
	frequencies = make([]float64, len(density))
	work, values, count := make([]float64, segment), []complex128(nil), 0.0
	for at := 0; at+segment <= len(signal); at += segment - shared {
		mean := stat.Mean(signal[at:at+segment], nil)
		for k, x := range signal[at : at+segment] {
			work[k] = (x - mean) * window[k]
		}
		values = transform.Coefficients(values, work)
		for k, c := range values {
			density[k] += real(c)*real(c) + imag(c)*imag(c)
		}
		count++
	}
	for k := range density {
		frequencies[k] = transform.Freq(k) / dt
		density[k] *= dt / (power * count)
		if k > 0 && (segment%2 == 1 || k < segment/2) {
			density[k] *= 2
		}
	}
	return frequencies, density
}

// Spectrum estimates the two-sided spectrum S(ω) = ∫ Cov(x(t), x(t+s)) e^{−iωs} ds of a stationary signal from segments of n samples, by K sine
// tapers each (Riedel and Sidorenko 1995): at the frequencies (K+1)·2πj/(n·dt), j = 1, 2, …, its values are independent to leading order,
// each the expected value times χ²_ν/ν with ν = 2·K·segments.
type Spectrum struct {
	dt        float64
	tapers    [][]float64
	transform *fourier.FFT
	sums      []float64 // of the eigenspectra
	segments  int
	work      []float64
	values    []complex128
}

// NewSpectrum returns an estimator for segments of n samples, dt apart.
func NewSpectrum(n, tapers int, dt float64) *Spectrum {
	if tapers < 1 || n < 4*(tapers+1) || !(dt > 0) {
		panic("compare: a spectrum needs tapers, a time step and segments of at least 4·(tapers + 1) samples")
	}
	s := &Spectrum{dt: dt, transform: fourier.NewFFT(n), sums: make([]float64, n/2+1), work: make([]float64, n)}
	for k := 1; k <= tapers; k++ {
		h := make([]float64, n)
		for t := range h {
			h[t] = math.Sqrt(2/float64(n+1)) * math.Sin(math.Pi*float64(k*(t+1))/float64(n+1))
		}
		s.tapers = append(s.tapers, h)
	}
	return s
}

// Add takes the segments that follow each other in a record, all of it less its mean; what is left at its end is not used.
func (s *Spectrum) Add(record []float64) {
	n, mean := len(s.work), stat.Mean(record, nil)
	for ; len(record) >= n; record = record[n:] {
		for _, h := range s.tapers {
			for t, x := range record[:n] {
				s.work[t] = (x - mean) * h[t]
			}
			s.values = s.transform.Coefficients(s.values, s.work)
			for k, c := range s.values {
				s.sums[k] += real(c)*real(c) + imag(c)*imag(c)
			}
		}
		s.segments++
	}
}

// Merge adds the segments of another estimator of the same shape.
func (s *Spectrum) Merge(t *Spectrum) {
	if len(s.sums) != len(t.sums) || len(s.tapers) != len(t.tapers) || s.dt != t.dt {
		panic("compare: spectra of different shapes")
	}
	for k := range s.sums {
		s.sums[k] += t.sums[k]
	}
	s.segments += t.segments
}

// step returns the distance of independent frequencies in those of the transform.
func (s *Spectrum) step() int { return len(s.tapers) + 1 }

// Frequencies returns the angular frequencies up to one.
func (s *Spectrum) Frequencies(last float64) (omegas []float64) {
	for k := s.step(); k < len(s.sums)-s.step(); k += s.step() {
		if omega := s.omega(k); omega <= last {
			omegas = append(omegas, omega)
		}
	}
	return omegas
}

func (s *Spectrum) omega(k int) float64 {
	return 2 * math.Pi * float64(k) / (float64(len(s.work)) * s.dt)
}

// Values returns the estimates at the first count frequencies.
func (s *Spectrum) Values(count int) []float64 {
	out := make([]float64, count)
	for j := range out {
		out[j] = s.dt * s.sums[(j+1)*s.step()] / float64(s.segments*len(s.tapers))
	}
	return out
}

// Band returns the factors by which an estimate is multiplied for the ends of an interval: so that the expected values at count frequencies are
// all inside with probability level.
func (s *Spectrum) Band(level float64, count int) (low, high float64) {
	nu := 2 * float64(s.segments*len(s.tapers))
	tail := (1 - math.Pow(level, 1/float64(count))) / 2
	law := distuv.ChiSquared{K: nu}
	return nu / law.Quantile(1-tail), nu / law.Quantile(tail)
}

// Expected returns the expected value of the estimates at the first count frequencies for a signal whose samples are averages over the time dt of a
// process with the given spectrum, of ω > 0: with its aliases, and seen through the tapers. floor is its limit for ω → ∞.
func (s *Spectrum) Expected(count int, floor float64, spectrum func(omega float64) float64) []float64 {
	n := len(s.work)
	window := s.window()
	reach := (count+1)*s.step() + 4*s.step()
	sampled := make([]float64, 2*reach) // at multiples of half the resolution of the transform
	for k := range sampled {
		omega := math.Pi * (float64(k) + 1e-6) / (float64(n) * s.dt)
		sampled[k] = floor
		for _, alias := range []float64{0, -1, 1, -2, 2} {
			at := omega + alias*2*math.Pi/s.dt
			x := at * s.dt / 2
			sampled[k] += (spectrum(math.Abs(at)) - floor) * math.Pow(math.Sin(x)/x, 2)
		}
	}
	out := make([]float64, count)
	for j := range out {
		centre, weight := 2*(j+1)*s.step(), 0.0
		for k, w := range window {
			if k > 0 {
				out[j] += w * sampled[min(centre+k, len(sampled)-1)]
				weight += w
			}
			left := centre - k
			if left < 0 {
				left = -left
			}
			out[j] += w * sampled[left]
			weight += w
		}
		out[j] /= weight
	}
	return out
}

// window returns the mean spectral window of the tapers at multiples of half the resolution of the transform, as far as three times its main lobe.
func (s *Spectrum) window() []float64 {
	n := len(s.work)
	transform := fourier.NewFFT(2 * n)
	padded, sum := make([]float64, 2*n), make([]float64, min(n, 3*s.step()))
	for _, h := range s.tapers {
		copy(padded, h)
		for k, c := range transform.Coefficients(nil, padded)[:len(sum)] {
			a := cmplx.Abs(c)
			sum[k] += a * a
		}
	}
	return sum
}

// LongWindow returns an estimate of S(0) = lim L·Var(mean of the signal over L) from one record of a stationary signal sampled every dt, by
// windows of two lengths, L and 2L, at every sample: 2·V(2L) − V(L), V(L) = L·Var. Since V(L) = S(0) − c/L + o(1/L), with a remainder as small as the
// correlation at lag L, c is gone (the lag window is Politis and Romano's trapezoid, 1995). What the record's own mean takes away is put right: the estimate
// is unbiased for white noise at any length. Its relative standard error is about √(16L/(3·length)).
func LongWindow(record []float64, dt, length float64) float64 {
	n, w := len(record), int(math.Round(length/dt))
	if w < 1 || n < 4*w {
		panic("compare: a record of at least four windows")
	}
	mean := stat.Mean(record, nil)
	sums := make([]float64, n+1)
	for k, x := range record {
		sums[k+1] = sums[k] + x - mean
	}
	scaled := func(w int) float64 { // V of a window of w samples
		square := 0.0
		for k := w; k <= n; k++ {
			d := sums[k] - sums[k-w]
			square += d * d
		}
		return square * dt / (float64(w) * float64(n-w+1))
	}
	return (2*scaled(2*w) - scaled(w)) / (1 - 3*float64(w)/float64(n))
}
