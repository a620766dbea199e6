package main

import (
	"log"
	"math"

	"gonum.org/v1/gonum/mat"

	"lapicque/compare"
)

// diffusion is dX = drift(X) dt + sigma dB.
type diffusion struct {
	drift func(x float64) float64
	sigma float64
}

// law is the law of a time, as densities over cells of length dt from 0 on, and its moments.
type law struct {
	dt             float64
	density        []float64
	mean, variance float64
}

// passage returns the law of the first passage from one point to another above it. The density of X is moved by finite volumes with central
// fluxes, absorbed at the top and reflected a length margin below the start, in steps by Crank and Nicolson after four implicit half
// steps (Rannacher 1984): second order in cells and steps. The start is the middle of a cell. It ends when all but 1e−9 has passed.
func (d diffusion) passage(from, to, margin float64, cells int, dt float64) law {
	width := (to - from) / (float64(cells) + 0.5)
	n := cells + 1 + int(margin/width)
	low := to - float64(n)*width
	sub, diag, super := make([]float64, n-1), make([]float64, n), make([]float64, n-1) // of dp/dt = A p
	rate := d.sigma * d.sigma / 2 / (width * width)
	for k := range n - 1 {
		carry := d.drift(low+float64(k+1)*width) / (2 * width)
		diag[k] -= carry + rate
		super[k] -= carry - rate
		sub[k] += carry + rate
		diag[k+1] += carry - rate
	}
	diag[n-1] -= 2 * rate // half a cell from the top
	p := mat.NewVecDense(n, nil)
	p.SetVec(n-1-cells, 1)
	full, half := newStep(sub, diag, super, dt, 0.5), newStep(sub, diag, super, dt/2, 1)
	l := law{dt: dt}
	left, mass := 1.0, 1.0
	for k := 0; left > 1e-9; k++ {
		if k < 2 {
			half.move(p)
			half.move(p)
		} else {
			full.move(p)
		}
		mass, left = left, mat.Sum(p)
		l.density = append(l.density, math.Max(0, mass-left)/dt)
	}
	return l.settle()
}

// step is one step of a linear equation dp/dt = A p with weight theta on the end.
type step struct {
	implicit, explicit *mat.Tridiag
	right              *mat.VecDense
}

func newStep(sub, diag, super []float64, dt, theta float64) step {
	scaled := func(by float64) *mat.Tridiag {
		one := func(x []float64, unit float64) []float64 {
			out := make([]float64, len(x))
			for k, v := range x {
				out[k] = unit + by*v
			}
			return out
		}
		return mat.NewTridiag(len(diag), one(sub, 0), one(diag, 1), one(super, 0))
	}
	return step{scaled(-theta * dt), scaled((1 - theta) * dt), mat.NewVecDense(len(diag), nil)}
}

func (s step) move(p *mat.VecDense) {
	s.explicit.MulVecTo(s.right, false, p)
	if err := s.implicit.SolveVecTo(p, false, s.right); err != nil {
		log.Fatal(err)
	}
}

// settle normalises the density and takes its moments.
func (l law) settle() law {
	mass, first, second := 0.0, 0.0, 0.0
	for k, f := range l.density {
		t := (float64(k) + 0.5) * l.dt
		mass += f
		first += f * t
		second += f * t * t
	}
	for k := range l.density {
		l.density[k] /= mass * l.dt
	}
	l.mean = first / mass
	l.variance = second/mass - l.mean*l.mean
	return l
}

// plus returns the law of the sum of two independent times.
func (l law) plus(other law) law {
	sum := make([]float64, len(l.density)+len(other.density)) // the middles of two cells meet on an edge
	for i, a := range l.density {
		for j, b := range other.density {
			half := a * b * l.dt / 2
			sum[i+j] += half
			sum[i+j+1] += half
		}
	}
	return law{dt: l.dt, density: sum}.settle()
}

// after returns the law as compare wants it, with a dead time before.
func (l law) after(dead float64) compare.Density {
	edges := make([]float64, len(l.density)+1)
	for k := range edges {
		edges[k] = dead + float64(k)*l.dt
	}
	return compare.Density{Edges: edges, Values: l.density}
}
