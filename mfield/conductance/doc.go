// Package conductance solves the voltage–conductance kinetic equation (Cai, Tao, Shelley and McLaughlin 2004;
// Perthame and Salort 2013; Cáceres, Carrillo and Tao 2011), on 0 < v < V_F, g > 0,
//
//	∂t p + ∂v[J(v,g) p] + ∂g[((g_in − g)/σ_E) p] − (a/σ_E) ∂gg p = 0,   J = −g_L v + g(V_E − v).
//
// What leaves at V_F re-enters at v = 0 with the same g; where J(V_F, g) < 0 nothing enters. No flux in g at 0 and at
// infinity. N = ∫ J(V_F, g)₊ p(V_F, g) dg.
package conductance
