/* The textbook program that the Hodgkin-Huxley kernel is compared with: Euler's method with the six rate functions
 * computed at every step, current noise, all-to-all pulses, xoshiro256++ and normals by the polar method.
 *
 *   hodgkinhuxley N dt time seed     prints: ns per neuron-step, spikes per neuron and ms
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t s[4];

static inline uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t next(void) {
    const uint64_t r = rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return r;
}

static inline double uniform(void) { return ((next() >> 11) + 0.5) * 0x1p-53; }

/* two normals at a time */
static void normals(double *z, int n) {
    for (int i = 0; i < n; i += 2) {
        double x, y, r;
        do {
            x = 2 * uniform() - 1;
            y = 2 * uniform() - 1;
            r = x * x + y * y;
        } while (r >= 1);
        r = sqrt(-2 * log(r) / r);
        z[i] = r * x;
        z[i + 1] = r * y;
    }
}

static inline double linoid(double x) { return fabs(x) < 1e-7 ? 1 + x / 2 : x / (1 - exp(-x)); }

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    const int n = atoi(argv[1]) & ~1;
    const double dt = atof(argv[2]), length = atof(argv[3]), current = 8, noise = 2 * sqrt(dt), pulse = 2;
    uint64_t x = strtoull(argv[4], 0, 10);
    for (int i = 0; i < 4; i++) {
        uint64_t z = (x += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        s[i] = z ^ (z >> 31);
    }
    double *v = malloc(sizeof *v * n), *m = malloc(sizeof *m * n), *h = malloc(sizeof *h * n), *k = malloc(sizeof *k * n);
    double *z = malloc(sizeof *z * n);
    for (int i = 0; i < n; i++) v[i] = -75 + 20 * uniform(), m[i] = 0.05, h[i] = 0.6, k[i] = 0.32;
    const long steps = lround(length / dt);
    long spikes = 0;
    double kick = 0;
    struct timespec t0, t1;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
    for (long j = 0; j < steps; j++) {
        long fired = 0;
        normals(z, n);
        for (int i = 0; i < n; i++) {
            const double V = v[i] + kick, M = m[i], H = h[i], K = k[i];
            const double am = linoid((V + 40) / 10), bm = 4 * exp(-(V + 65) / 18);
            const double ah = 0.07 * exp(-(V + 65) / 20), bh = 1 / (1 + exp(-(V + 35) / 10));
            const double an = 0.1 * linoid((V + 55) / 10), bn = 0.125 * exp(-(V + 65) / 80);
            const double flow = current - 120 * M * M * M * H * (V - 50) - 36 * K * K * K * K * (V + 77) - 0.3 * (V + 54.387);
            const double end = V + dt * flow + noise * z[i];
            m[i] = M + dt * (am * (1 - M) - bm * M);
            h[i] = H + dt * (ah * (1 - H) - bh * H);
            k[i] = K + dt * (an * (1 - K) - bn * K);
            fired += V < 0 && end >= 0;
            v[i] = end;
        }
        kick = pulse * fired / n;
        spikes += fired;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
    const double ns = (t1.tv_sec - t0.tv_sec) * 1e9 + (t1.tv_nsec - t0.tv_nsec);
    printf("%.3f %.6f\n", ns / ((double)n * steps), spikes / (n * length));
    return 0;
}
