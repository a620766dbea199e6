/* What the processor can do: the engine's pass (exact Ornstein–Uhlenbeck step,
 * normal by inverse distribution function, bridge test against an exponential
 * bounded without a logarithm) written with vector intrinsics, AVX-512 where the
 * compiler has it, else AVX2. Candidates are stored as the engine stores them.
 *
 *   limit N steps     prints: instruction set, ns per neuron-step (best of 15)
 *
 * The table of the normals is fitted here, in the same form as the engine's.
 */
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 4096
#define WIDTH 8

typedef struct { double start[WIDTH]; uint64_t random[WIDTH]; uint32_t base, mask; } hit;

static float table[6][32] __attribute__((aligned(64)));
/* The bound of the exponential, in units of ln 2/2^23: bound0 less the bits of a float. */
static const double per_bit = 0x1.62e42fefa39efp-1 / (1 << 23), bound0 = 158 * 0x1p23 + 13;
static const double decay = 0.99, shift = 0, noise = 0.14071247279470289, near_ = 99.99833335, from = 2, to = 2;

/* z with P(Z > z) = p, by Newton on erfc. */
static double quantile(double p) {
    double z = p < 0.02 ? sqrt(-2 * log(p)) - 0.5 : 1;
    for (int k = 0; k < 60; k++) z += (0.5 * erfc(z / sqrt(2)) - p) / (exp(-z * z / 2) / sqrt(2 * M_PI));
    return z;
}

static void fit(void) {
    for (int e = 0; e < 31; e++) {
        double a[6][7];
        for (int i = 0; i < 6; i++) {
            double t = 0.5 * cos(M_PI * (i + 0.5) / 6), x = 1;
            for (int k = 0; k < 6; k++, x *= t) a[i][k] = x;
            a[i][6] = quantile((1.5 + t) * ldexp(1, e - 32));
        }
        for (int c = 0; c < 6; c++) {
            int best = c;
            for (int i = c; i < 6; i++) if (fabs(a[i][c]) > fabs(a[best][c])) best = i;
            for (int k = 0; k < 7; k++) { double s = a[c][k]; a[c][k] = a[best][k]; a[best][k] = s; }
            for (int i = 0; i < 6; i++) if (i != c) {
                double f = a[i][c] / a[c][c];
                for (int k = c; k < 7; k++) a[i][k] -= f * a[c][k];
            }
        }
        for (int k = 0; k < 6; k++) table[k][(e + 31) % 32] = a[k][6] / a[k][k];
    }
}

#ifdef __AVX512F__
#define SET "avx512"
static inline __m512i word(__m512i *s) {
    __m512i r = _mm512_add_epi64(_mm512_rol_epi64(_mm512_add_epi64(s[0], s[3]), 23), s[0]);
    __m512i t = _mm512_slli_epi64(s[1], 17);
    s[2] = _mm512_xor_si512(s[2], s[0]);
    s[3] = _mm512_xor_si512(s[3], s[1]);
    s[1] = _mm512_xor_si512(s[1], s[2]);
    s[0] = _mm512_xor_si512(s[0], s[3]);
    s[2] = _mm512_xor_si512(s[2], t);
    s[3] = _mm512_rol_epi64(s[3], 45);
    return r;
}

static int pass(double *v, int n, __m512i *state, hit *out) {
    __m512i s[4] = {state[0], state[1], state[2], state[3]};
    __m512 lo[6], hi[6];
    for (int k = 0; k < 6; k++) { lo[k] = _mm512_load_ps(table[k]); hi[k] = _mm512_load_ps(table[k] + 16); }
    const __m512i odd = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    const __m512i even = _mm512_sub_epi32(odd, _mm512_set1_epi32(1));
    int found = 0;
    for (int i = 0; i < n; i += 16) {
        __m512i w[2] = {word(s), word(s)};
        __m512i high = _mm512_permutex2var_epi32(w[0], odd, w[1]), low = _mm512_permutex2var_epi32(w[0], even, w[1]);
        __m512i f = _mm512_castps_si512(_mm512_cvtepi32_ps(_mm512_ternarylogic_epi32(high, _mm512_set1_epi32(0x7fffffff), _mm512_set1_epi32(1), 0xea)));
        __m512i j = _mm512_srli_epi32(f, 23);
        __m512 t = _mm512_sub_ps(_mm512_castsi512_ps(_mm512_ternarylogic_epi32(f, _mm512_set1_epi32(0x7fffff), _mm512_set1_epi32(0x3f800000), 0xea)), _mm512_set1_ps(1.5f));
        __m512 p = _mm512_permutex2var_ps(lo[5], j, hi[5]);
        for (int k = 4; k >= 0; k--) p = _mm512_add_ps(_mm512_mul_ps(p, t), _mm512_permutex2var_ps(lo[k], j, hi[k]));
        p = _mm512_castsi512_ps(_mm512_ternarylogic_epi32(high, _mm512_set1_epi32(0x80000000), _mm512_castps_si512(p), 0x6a));
        __m512i e = _mm512_castps_si512(_mm512_cvtepi32_ps(_mm512_srli_epi32(low, 1)));
        for (int h = 0; h < 2; h++) {
            __m512d z = _mm512_cvtps_pd(h ? _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(p), 1)) : _mm512_castps512_ps256(p));
            __m512d b = _mm512_cvtepi32_pd(h ? _mm512_extracti64x4_epi64(e, 1) : _mm512_castsi512_si256(e));
            __m512d old = _mm512_loadu_pd(v + i + 8 * h);
            __m512d y = _mm512_fmadd_pd(z, _mm512_set1_pd(noise), _mm512_fmadd_pd(old, _mm512_set1_pd(decay), _mm512_set1_pd(shift)));
            __m512d d = _mm512_mul_pd(_mm512_max_pd(_mm512_sub_pd(_mm512_set1_pd(from), old), _mm512_setzero_pd()), _mm512_set1_pd(near_ / per_bit));
            d = _mm512_mul_pd(d, _mm512_sub_pd(_mm512_set1_pd(to), y));
            b = _mm512_sub_pd(_mm512_set1_pd(bound0), b);
            __mmask8 m = _mm512_cmp_pd_mask(d, b, _CMP_LE_OS);
            _mm512_storeu_pd(v + i + 8 * h, y);
            if (__builtin_expect(m != 0, 0)) {
                _mm512_storeu_pd(out[found].start, old);
                _mm512_storeu_si512(out[found].random, w[h]);
                out[found].base = i + 8 * h;
                out[found++].mask = m;
            }
        }
    }
    memcpy(state, s, sizeof s);
    return found;
}
#else
#define SET "avx2"
static inline __m256i rol(__m256i x, int k) { return _mm256_or_si256(_mm256_slli_epi64(x, k), _mm256_srli_epi64(x, 64 - k)); }

static inline __m256i word(__m256i *s) { /* lanes of one half: s[0], s[2], s[4], s[6] */
    __m256i r = _mm256_add_epi64(rol(_mm256_add_epi64(s[0], s[6]), 23), s[0]);
    __m256i t = _mm256_slli_epi64(s[2], 17);
    s[4] = _mm256_xor_si256(s[4], s[0]);
    s[6] = _mm256_xor_si256(s[6], s[2]);
    s[2] = _mm256_xor_si256(s[2], s[4]);
    s[0] = _mm256_xor_si256(s[0], s[6]);
    s[4] = _mm256_xor_si256(s[4], t);
    s[6] = rol(s[6], 45);
    return r;
}

#define CHUNK 1024
static uint64_t drawn[CHUNK] __attribute__((aligned(64)));
static float normal[CHUNK] __attribute__((aligned(64)));

/* Normals of n words. One permute a coefficient serves the octaves from 2^24 on;
 * the others (one draw in 128) are read from the table one by one afterwards. */
static void normals(int n) {
    static uint32_t rare[CHUNK / 8], masks[CHUNK / 8];
    static float common[6][8] __attribute__((aligned(32)));
    for (int e = 24; e < 32; e++) for (int k = 0; k < 6; k++) common[k][(e + 31) % 8] = table[k][(e + 31) % 32];
    __m256 c[6];
    for (int k = 0; k < 6; k++) c[k] = _mm256_load_ps(common[k]);
    int found = 0;
    for (int i = 0; i < n; i += 16) {
        __m256i high[2], j[2];
        __m256 t[2], p[2];
        for (int g = 0; g < 2; g++) {
            __m256 a = _mm256_load_ps((float *)(drawn + i + 8 * g)), b = _mm256_load_ps((float *)(drawn + i + 8 * g + 4));
            high[g] = _mm256_permute4x64_epi64(_mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xdd)), 0xd8);
            __m256i f = _mm256_castps_si256(_mm256_cvtepi32_ps(_mm256_or_si256(_mm256_and_si256(high[g], _mm256_set1_epi32(0x7fffffff)), _mm256_set1_epi32(1))));
            j[g] = _mm256_srli_epi32(f, 23);
            t[g] = _mm256_sub_ps(_mm256_castsi256_ps(_mm256_or_si256(_mm256_and_si256(f, _mm256_set1_epi32(0x7fffff)), _mm256_set1_epi32(0x3f800000))), _mm256_set1_ps(1.5f));
            uint32_t mask = _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_sub_epi32(f, _mm256_set1_epi32(0x4b800000))));
            rare[found] = i + 8 * g;
            masks[found] = mask;
            found += mask != 0;
        }
        for (int g = 0; g < 2; g++) p[g] = _mm256_permutevar8x32_ps(c[5], j[g]);
        for (int k = 4; k >= 0; k--) for (int g = 0; g < 2; g++)
            p[g] = _mm256_add_ps(_mm256_mul_ps(p[g], t[g]), _mm256_permutevar8x32_ps(c[k], j[g]));
        for (int g = 0; g < 2; g++)
            _mm256_store_ps(normal + i + 8 * g, _mm256_xor_ps(p[g], _mm256_castsi256_ps(_mm256_and_si256(high[g], _mm256_set1_epi32(0x80000000)))));
    }
    for (int r = 0; r < found; r++) for (uint32_t m = masks[r]; m; m &= m - 1) {
        const int i = rare[r] + __builtin_ctz(m);
        const uint32_t high = drawn[i] >> 32;
        const float f = (float)(int32_t)((high & 0x7fffffff) | 1);
        uint32_t x;
        memcpy(&x, &f, 4);
        const int octave = x >> 23 & 31;
        x = (x & 0x7fffff) | 0x3f800000;
        float t, p = 0;
        memcpy(&t, &x, 4);
        for (int k = 5; k >= 0; k--) p = p * (t - 1.5f) + table[k][octave];
        normal[i] = high >> 31 ? -p : p;
    }
}

/* Three sweeps over a chunk, as there are not enough registers for one. */
static int pass(double *v, int n, __m256i *state, hit *out) {
    int found = 0;
    const __m256i top = _mm256_set1_epi32(0x43300000); /* the upper half of 2^52 */
    for (int first = 0; first < n; first += CHUNK) {
        const int length = n - first < CHUNK ? n - first : CHUNK;
        __m256i s[8];
        memcpy(s, state, sizeof s);
        for (int i = 0; i < length; i += 8) {
            _mm_prefetch((const char *)(v + first + i), _MM_HINT_T0);
            _mm256_store_si256((__m256i *)(drawn + i), word(s));
            _mm256_store_si256((__m256i *)(drawn + i + 4), word(s + 1));
        }
        memcpy(state, s, sizeof s);
        normals(length);
        for (int i = 0; i < length; i += 8) {
            double *x = v + first + i;
            __m256 low = _mm256_shuffle_ps(_mm256_load_ps((float *)(drawn + i)), _mm256_load_ps((float *)(drawn + i + 4)), 0x88);
            __m256i e = _mm256_castps_si256(_mm256_cvtepi32_ps(_mm256_srli_epi32(_mm256_castps_si256(low), 1)));
            unsigned mask = 0;
            __m256d before[2];
            for (int h = 0; h < 2; h++) {
                __m256d z = _mm256_cvtps_pd(_mm_load_ps(normal + i + 4 * h));
                __m256d q = _mm256_castsi256_pd(h ? _mm256_unpackhi_epi32(e, top) : _mm256_unpacklo_epi32(e, top));
                __m256d old = before[h] = _mm256_loadu_pd(x + 4 * h);
                __m256d y = _mm256_fmadd_pd(z, _mm256_set1_pd(noise), _mm256_fmadd_pd(old, _mm256_set1_pd(decay), _mm256_set1_pd(shift)));
                __m256d d = _mm256_mul_pd(_mm256_max_pd(_mm256_sub_pd(_mm256_set1_pd(from), old), _mm256_setzero_pd()), _mm256_set1_pd(near_ / per_bit));
                d = _mm256_fmadd_pd(d, _mm256_sub_pd(_mm256_set1_pd(to), y), q);
                mask |= _mm256_movemask_pd(_mm256_cmp_pd(d, _mm256_set1_pd(0x1p52 + bound0), _CMP_LE_OS)) << 4 * h;
                _mm256_storeu_pd(x + 4 * h, y);
            }
            if (__builtin_expect(mask != 0, 0)) {
                _mm256_storeu_pd(out[found].start, before[0]);
                _mm256_storeu_pd(out[found].start + 4, before[1]);
                memcpy(out[found].random, drawn + i, 64);
                out[found].base = first + i;
                out[found++].mask = mask;
            }
        }
    }
    return found;
}
#endif

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    const int n = atoi(argv[1]) / BLOCK * BLOCK, steps = atoi(argv[2]), blocks = n / BLOCK;
    fit();
    double *v = aligned_alloc(64, sizeof *v * n);
    uint64_t (*lanes)[32] = aligned_alloc(64, sizeof *lanes * blocks);
    static hit hits[BLOCK / WIDTH + 1];
    uint64_t x = 1;
    for (int i = 0; i < blocks; i++) for (int j = 0; j < 32; j++) {
        uint64_t z = (x += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        lanes[i][j] = z ^ (z >> 31);
    }
    for (int i = 0; i < n; i++) v[i] = 0;
    double best = 1e300;
    long candidates = 0;
    for (int r = 0; r < 15; r++) {
        struct timespec t0, t1;
        clock_gettime(CLOCK_MONOTONIC, &t0);
        for (int k = 0; k < steps; k++) for (int b = 0; b < blocks; b++) {
            int found = pass(v + b * BLOCK, BLOCK, (void *)lanes[b], hits);
            candidates += found;
            for (int c = 0; c < found; c++) for (int l = 0; l < WIDTH; l++) {
                double *y = v + b * BLOCK + hits[c].base + l;
                if (hits[c].mask >> l & 1 && *y > 1) *y -= 1;
            }
        }
        clock_gettime(CLOCK_MONOTONIC, &t1);
        const double ns = ((t1.tv_sec - t0.tv_sec) * 1e9 + (t1.tv_nsec - t0.tv_nsec)) / ((double)n * steps);
        if (ns < best) best = ns;
    }
    printf("%s %.4f %ld\n", SET, best, candidates);
    return 0;
}
