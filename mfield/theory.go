package mfield

import (
	"fmt"
	"math"
	"strings"

	"lapicque/neuron"
)

// Answer says whether a hypothesis holds.
type Answer string

const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "not decided" // the theorem's constant is not explicit
)

// Verdict compares what a theorem says with what was computed.
type Verdict string

const (
	Consistent   Verdict = "consistent"
	Contradicted Verdict = "CONTRADICTED" // the computation is wrong, or the theorem was misread
	NothingToSay Verdict = "nothing to compare"
)

// Statement is a theorem on the equation, held against a computed solution.
type Statement struct {
	Name     string // a few words
	Source   string // authors, year
	Says     string // hypothesis and conclusion
	Holds    Answer // the hypothesis, here
	Numbers  string // that decide the hypothesis
	Computed string // what was found about the conclusion
	Verdict  Verdict
}

// Solution is what was computed for an equation, as far as theorems speak of it.
type Solution struct {
	End     float64 // time that was asked for
	BlowUps []BlowUp
	Steady  []Steady // all of them; nil when they were not computed
	Known   bool     // whether Steady was computed

	Entropy Entropy // of what follows
	Rise    float64 // largest increase of the entropy between two times; NaN when it was not measured
	Slack   float64 // increase that the accuracy of the scheme allows
	Fit     *Decay  // nil: not fitted
	Limit   *Steady // the steady state that Fit is about
}

// Theory holds what is proved about the equation against a solution that starts from the law
// initial. Statements whose form the equation does not have (another sign of b, a current that
// depends on time, noise that follows the activity, a refractory state, a random threshold) are left out.
func (e NNLIF) Theory(initial neuron.Initial, found Solution) []Statement {
	var list []Statement
	constant, escapes, plain := e.Law.Input().Constant(), e.Law.Firing.Escapes(), e.Law.Bounces()
	if constant && !escapes && e.Delay == 0 && (e.B > 0 || e.Law.A1 > 0) {
		list = append(list, e.explosion(initial, found))
	}
	if escapes || plain && (e.B <= 0 && e.Law.A1 == 0 || e.Delay > 0) {
		list = append(list, e.existence(found))
	}
	if constant && e.Law.A1 == 0 && e.Law.Leak > 0 && found.Known {
		list = append(list, e.counts(len(found.Steady))...)
		list = append(list, e.stability(found.Steady)...)
	}
	if constant && plain && e.Law.A1 == 0 && found.Known {
		list = append(list, e.convergence(found)...)
	}
	return list
}

// explosion is the criterion of blow-up. With φ = e^{μ(v − V_F)} and D = ∫ φ n,
//
//	D′ ≥ N (κD − 1) + g D,   κ = bμ + a1 μ²,   g = μ (μ a0 + I − leak·V_F),
//
// as long as a solution exists; D ≤ 1 always. So κ D(0) > 1 and g > 0 exclude solutions beyond ln(1/D(0))/g. What returns at
// V_R only adds to D′, at once or after a refractory time.
func (e NNLIF) explosion(initial neuron.Initial, found Solution) Statement {
	mu, kappa, growth := e.exponent()
	d := exponentialMoment(initial, mu, e.Law.Threshold)
	s := Statement{
		Name:   "blow-up",
		Source: "Cáceres, Carrillo and Perthame 2011; with a1 > 0 also Carrillo, Perthame, Salort and Smets 2015",
		Says: "if κM > 1, M = ∫ exp(−μ(V_F − v)) n(v, 0) dv, with κ = bμ + a1 μ² and μ = 2 max(1/b, V_F/a0) (V_F less the current), no global weak solution exists; " +
			"the proof bounds its life by T = ln(1/M)/(μ(μ a0 − V_F))",
		Holds:    No,
		Numbers:  fmt.Sprintf("μ = %.4g, κM = %.4g", mu, kappa*d),
		Computed: firstBlowUp(found),
		Verdict:  NothingToSay,
	}
	if e.Law.Refractory.Law != neuron.NoRefractory {
		s.Source += "; a refractory state does not change it: Cáceres and Perthame 2014"
	}
	if !(kappa*d > 1) {
		return s
	}
	last := -math.Log(d) / growth
	s.Holds, s.Numbers = Yes, fmt.Sprintf("%s, T = %.6g", s.Numbers, last)
	switch {
	case len(found.BlowUps) > 0 && found.BlowUps[0].Time-found.BlowUps[0].TimeError <= last*(1+1e-3)+1e-9:
		s.Verdict = Consistent
	case len(found.BlowUps) > 0 || found.End > last*(1+1e-3)+1e-9:
		s.Verdict = Contradicted
	}
	return s
}

// exponent returns μ, κ = bμ + a1μ² > 1 and the growth g > 0 of explosion, for b > 0 or a1 > 0.
func (e NNLIF) exponent() (mu, kappa, growth float64) {
	lift := e.Law.Leak*e.Law.Threshold - e.Law.Input().At(0)
	mu = 2 * lift / e.Law.A0
	if e.B > 0 {
		mu = math.Max(mu, 2/e.B)
	} else {
		mu = math.Max(mu, 2*math.Max(-e.B/e.Law.A1, 1/math.Sqrt(e.Law.A1)))
	}
	return mu, mu * (e.B + e.Law.A1*mu), mu * (mu*e.Law.A0 - lift)
}

// exponentialMoment returns ∫ e^{−μ(V_F − v)} n(v) dv of a law carried by v ≤ V_F, in (0, 1]: the moment
// ∫ e^{μv} n relative to e^{μV_F}, which overflows for large μ.
func exponentialMoment(law neuron.Initial, mu, threshold float64) float64 {
	const depth = 745 // e^{−depth} is nothing
	sum := 0.0
	for _, a := range law.Atoms() {
		sum += a.Mass * math.Exp(-mu*(threshold-a.Potential))
	}
	breaks := law.Breaks()
	for i := 0; i+1 < len(breaks); i++ {
		lo, hi := math.Max(breaks[i], threshold-depth/mu), math.Min(breaks[i+1], threshold)
		if !(lo < hi) {
			continue
		}
		panels := math.Ceil(64 + (hi-lo)*mu)
		h := (hi - lo) / panels
		for k := 0.0; k < panels; k++ {
			c, w := lo+(k+0.5)*h, h/2*math.Sqrt(0.6) // three-point Gauss–Legendre
			for _, x := range [3][2]float64{{c - w, 5}, {c, 8}, {c + w, 5}} {
				sum += h * x[1] / 18 * law.Density(x[0]) * math.Exp(-mu*(threshold-x[0]))
			}
		}
	}
	return math.Min(sum, 1)
}

func firstBlowUp(found Solution) string {
	if len(found.BlowUps) == 0 {
		return fmt.Sprintf("no blow-up up to t = %g", found.End)
	}
	return fmt.Sprintf("blow-up at t = %.8g", found.BlowUps[0].Time)
}

// existence is for b ≤ 0 and a1 = 0, or a delay, or a random threshold.
func (e NNLIF) existence(found Solution) Statement {
	s := Statement{
		Name:     "global existence",
		Source:   "Carrillo, González, Gualdani and Schonbek 2013",
		Says:     "if b ≤ 0 and the noise is constant, solutions exist for all times: the rate stays finite",
		Holds:    Yes,
		Computed: firstBlowUp(found),
		Verdict:  Consistent,
	}
	if e.Delay > 0 {
		s.Source = "Cáceres, Roux, Salort and Schneider 2019, for a1 = 0"
		s.Says = "with a transmission delay solutions exist for all times, whatever b: the rate stays finite"
	}
	if e.Law.Firing.Escapes() {
		s.Name, s.Source = "bounded rate", "Cáceres and Perthame 2014"
		s.Says = "with a random threshold N = (1/ε) ∫ n over v > V_F ≤ 1/ε, whatever b: nothing blows up"
		s.Numbers = fmt.Sprintf("1/ε = %.6g", 1/e.Law.Firing.Epsilon)
	}
	if len(found.BlowUps) > 0 {
		s.Verdict = Contradicted
	}
	return s
}

// convergence is about the way to a steady state, for a1 = 0.
func (e NNLIF) convergence(found Solution) []Statement {
	s := Statement{
		Name:     "convergence",
		Source:   "Cáceres, Carrillo and Perthame 2011",
		Says:     "if b = 0, every solution tends to the one steady state exponentially, and relative entropies ∫ p H(n/p) with H convex never increase",
		Holds:    Yes,
		Computed: approach(found),
		Verdict:  NothingToSay,
	}
	if e.B != 0 && found.Limit == nil {
		return nil
	}
	if e.B != 0 {
		s.Source = "Carrillo, Perthame, Salort and Smets 2015; Cáceres, Roux, Salort and Schneider 2019"
		s.Says = "if |b| is small enough, solutions that start near enough tend to a steady state exponentially; how small is not explicit"
		s.Holds = Unknown
		return []Statement{s}
	}
	if !math.IsNaN(found.Rise) {
		s.Computed = fmt.Sprintf("largest increase of the entropy %v: %.1e (the scheme allows %.1e); %s", found.Entropy, found.Rise, found.Slack, s.Computed)
		if s.Verdict = Consistent; found.Rise > found.Slack {
			s.Verdict = Contradicted
		}
	}
	return []Statement{s}
}

// approach compares the fitted decay with the leading eigenvalue.
func approach(found Solution) string {
	text := "no leading eigenvalue"
	if x := found.Limit; x != nil && x.Known {
		text = fmt.Sprintf("leading eigenvalue %s, so entropies decay at %.6g", complexText(x.Eigenvalue), -2*real(x.Eigenvalue))
	}
	if found.Fit == nil {
		return text + "; no decay was fitted"
	}
	return fmt.Sprintf("%s; fitted %.6g ± %.2g", text, found.Fit.Rate, found.Fit.Error)
}

func complexText(z complex128) string {
	if imag(z) == 0 {
		return strings.Replace(fmt.Sprintf("%.8g", real(z)), "-", "−", 1)
	}
	return strings.Replace(fmt.Sprintf("%.8g ± %.8gi", real(z), imag(z)), "-", "−", 1)
}
