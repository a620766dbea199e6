package spectral

// Rodas5P (Steinebach 2023, BIT Numerical Mathematics 63:27): a stiffly accurate
// Rosenbrock method of order 5 with 8 stages for linearly implicit
// differential-algebraic systems of index 1, made for parabolic equations with
// boundary conditions in time, with a dense output of order 4. In the form
// without products by the Jacobian J, for B y′ = F(y),
//
//	(B/(γh) − J) U_i = F(y_0 + Σ_{j<i} a_ij U_j) + B Σ_{j<i} (C_ij/h) U_j,
//	y_1 = y_0 + Σ_j a_8j U_j + U_8,   error = U_8,
//	y(θ) = (1−θ) y_0 + θ (y_1 + (1−θ)(K_1 + θ(K_2 + θK_3))),   K_m = Σ_j D_mj U_j.
//
// Stages 6, 7, 8 start where the one before ended: a_7j = a_6j (j ≤ 5), a_76 = 1, and so on.
// rodas_test.go checks the coefficients against the order conditions.
const (
	stages     = 8
	rodasOrder = 5
	rodasGamma = 0.21193756319429014
)

var rodasA = [6][5]float64{
	{},
	{3.0},
	{2.849394379747939, 0.45842242204463923},
	{-6.954028509809101, 2.489845061869568, -10.358996098473584},
	{2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641},
	{-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946},
}

var rodasC = [stages][stages - 1]float64{
	{},
	{-14.155112264123755},
	{-17.97296035885952, -2.859693295451294},
	{147.12150275711716, -1.41221402718213, 71.68940251302358},
	{165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306},
	{24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471},
	{30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623, -28.087943162872662},
	{37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002, -54.66780262877968, -9.48861652309627},
}

var rodasDense = [3][stages]float64{
	{25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073, 1.1241088310450404, 0.4272876194431874, -0.17202221070155493},
	{-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044, 15.98066361424651, -6.789040303419874, -6.710236069923372},
	{11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654, -59.78993625266729, -0.15582684282751913, 4.883087185713722},
}

// state is what is integrated: the density, the activity w = N/(1 + κN), and
// along with them time, the spikes fired per neuron and the refractory fraction.
type state struct {
	u              []float64
	w, time, fired float64
	refractory     float64
}

func (s *state) copyFrom(from *state) {
	s.u = append(s.u[:0], from.u...)
	s.w, s.time, s.fired, s.refractory = from.w, from.time, from.fired, from.refractory
}

// stepper does one Rodas5P step on a mesh. It allocates only in resize.
type stepper struct {
	operator
	input func(t float64) (at, slope drive)
	fixed bool    // the drive is constant
	fine  float64 // accuracy of the quadrature of a law
	away  refractory

	inc  [stages]state // U_i
	at   state         // argument of a stage, at the end the solution
	z    state         // γ Σ C_ij U_j
	dt   []float64     // ∂F/∂t
	dtF  float64
	last float64 // size of the last step
}

func (r *stepper) resize(m *mesh) {
	r.operator.resize(m)
	n := r.p * m.elements()
	for i := range r.inc {
		r.inc[i].u = resized(r.inc[i].u, n)
	}
	r.at.u, r.z.u, r.dt = resized(r.at.u, n), resized(r.z.u, n), resized(r.dt, n)
}

// step advances from y by dσ = h; the result is in r.at, the error estimate in
// the last increment. As B = γh (B/(γh) − J) + γh J, products by the
// mass matrix are had from those by J: with z the density part of γ Σ C_ij U_j,
//
//	(B/(γh) − J)(U_i − z) = F(y_0 + Σ a_ij U_j) + J z + …,
//
// where the rows of time and count keep what is theirs.
func (r *stepper) step(y *state, h float64) error {
	s := 1 / (rodasGamma * h)
	if err := r.linearise(y, s); err != nil {
		return err
	}
	kappa := r.law.kappa
	for i := range stages {
		r.argument(y, i)
		u, z := &r.inc[i], r.z.u
		if i == 0 {
			z = nil
		}
		q := 1 - kappa*r.at.w
		at, _ := r.input(r.at.time)
		r.set(r.tmp, q, r.at.w, at)
		rF := r.apply(u.u, r.at.u, z, r.tmp, r.at.w)
		rt := q + s*r.z.time
		if !r.fixed {
			axpy(u.u, rt/s, r.dt)
			rF += rt / s * r.dtF
		}
		if r.away.on {
			u.u[r.mesh.reset] += r.away.stage(&r.at, &r.z, s, q, rt)
		}
		if r.escapes() {
			u.w = r.solveOpen(u.u, rF+r.at.w, z, r.away.gained(&r.z))
		} else {
			u.w = r.solve(u.u, rF)
		}
		if r.away.on {
			u.refractory = r.away.increment(u.w)
		}
		if i > 0 {
			axpy(u.u, 1, z)
		}
		u.time = (rt - kappa*u.w) / s
		u.fired = (r.at.w+u.w)/s + r.z.fired
	}
	e := &r.inc[stages-1]
	r.at.add(e)
	r.last = h
	return nil
}

// linearise factorises B/(γh) − J at y. Time is an unknown like the others, so
// that an equation with I(t) is autonomous; its row t′ = 1 − κw is eliminated by hand.
func (r *stepper) linearise(y *state, s float64) error {
	kappa := r.law.kappa
	q := 1 - kappa*y.w
	at, slope := r.input(y.time)
	r.set(r.c, q, y.w, at)
	r.factor(s)
	r.set(r.tmp, -kappa, 1, at)
	outflow := -r.apply(r.column, y.u, nil, r.tmp, 1)
	scale(r.column, -1, r.column)
	if !r.fixed {
		for e := range r.tmp {
			r.tmp[e] = element{cg: -q * slope.current, cl: q * slope.noise / r.mesh.half[e]}
		}
		r.dtF = r.apply(r.dt, y.u, nil, r.tmp, 0)
		axpy(r.column, kappa/s, r.dt)
		outflow += kappa / s * r.dtF
	}
	if r.away.on {
		r.column[r.mesh.reset] += r.away.linearise(y, s, q, kappa)
	}
	if r.escapes() { // nothing leaves at the end of the mesh
		return r.openBorder(outflow-1, s, r.away.share())
	}
	return r.border(outflow)
}

// argument forms the argument of stage i in r.at and γ Σ C_ij U_j in r.z.
func (r *stepper) argument(y *state, i int) {
	if i == 0 {
		r.at.copyFrom(y)
		r.z.w, r.z.time, r.z.fired, r.z.refractory = 0, 0, 0, 0
		return
	}
	var c [stages - 1]float64
	for j := range i {
		c[j] = rodasGamma * rodasC[i][j]
	}
	if i >= 6 { // the stage before, completed
		r.at.add(&r.inc[i-1])
	} else {
		r.combine(&r.at, y, rodasA[i][:i])
	}
	r.combine(&r.z, nil, c[:i])
}

// add adds an increment.
func (s *state) add(u *state) {
	axpy(s.u, 1, u.u)
	s.w += u.w
	s.time += u.time
	s.fired += u.fired
	s.refractory += u.refractory
}

// combine sets dst = base + Σ_j c_j U_j (base nil: 0).
func (r *stepper) combine(dst, base *state, c []float64) {
	dst.w, dst.time, dst.fired, dst.refractory = 0, 0, 0, 0
	if base != nil {
		dst.w, dst.time, dst.fired, dst.refractory = base.w, base.time, base.fired, base.refractory
	}
	for j, cj := range c {
		dst.w += cj * r.inc[j].w
		dst.time += cj * r.inc[j].time
		dst.fired += cj * r.inc[j].fired
		dst.refractory += cj * r.inc[j].refractory
	}
	j := 0
	if base != nil {
		copy(dst.u, base.u)
	} else {
		scale(dst.u, c[0], r.inc[0].u)
		j = 1
	}
	for ; j+3 < len(c); j += 4 {
		axpy4(dst.u, c[j:j+4], r.inc[j].u, r.inc[j+1].u, r.inc[j+2].u, r.inc[j+3].u)
	}
	for ; j+1 < len(c); j += 2 {
		axpy2(dst.u, c[j], r.inc[j].u, c[j+1], r.inc[j+1].u)
	}
	for ; j < len(c); j++ {
		axpy(dst.u, c[j], r.inc[j].u)
	}
}

// dense writes into dst the state at the fraction theta of the step from y0 to y1
// that was done last.
func (r *stepper) dense(dst, y0, y1 *state, theta float64) {
	var weights [stages]float64
	f := theta * (1 - theta)
	for j := range weights {
		weights[j] = f * (rodasDense[0][j] + theta*(rodasDense[1][j]+theta*rodasDense[2][j]))
	}
	dst.u = resized(dst.u, len(y0.u))
	r.combine(dst, y0, weights[:])
	axpy(dst.u, theta, y1.u)
	axpy(dst.u, -theta, y0.u)
	dst.w += theta * (y1.w - y0.w)
	dst.time += theta * (y1.time - y0.time)
	dst.fired += theta * (y1.fired - y0.fired)
	dst.refractory += theta * (y1.refractory - y0.refractory)
}

// polynomial returns one number of the state along the last step, in which it went from a to b: powers of the
// fraction of the step.
func (r *stepper) polynomial(a, b float64, part func(u *state) float64) polynomial {
	var k [3]float64
	for m := range k {
		for j := range r.inc {
			k[m] += rodasDense[m][j] * part(&r.inc[j])
		}
	}
	return polynomial{a, b - a + k[0], k[1] - k[0], k[2] - k[1], -k[2]}
}

func scale(dst []float64, a float64, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = a * x[i]
	}
}

func axpy(dst []float64, a float64, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] += a * x[i]
	}
}

func axpy2(dst []float64, a float64, x []float64, b float64, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] += a*x[i] + b*y[i]
	}
}

func axpy4(dst, a, x, y, z, w []float64) {
	x, y, z, w = x[:len(dst)], y[:len(dst)], z[:len(dst)], w[:len(dst)]
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	for i := range dst {
		dst[i] += (a0*x[i] + a1*y[i]) + (a2*z[i] + a3*w[i])
	}
}
