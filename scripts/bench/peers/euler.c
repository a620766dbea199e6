/* The textbook program that the engine is compared with: Euler–Maruyama, an
 * end-of-step threshold test, all-to-all kicks, xoshiro256++ and the ziggurat
 * (Marsaglia and Tsang 2000, in the form with 64-bit words). With shift = 1 the
 * threshold is lowered by 0.5826 sigma sqrt(dt), which removes the leading error.
 *
 *   euler N dt time b shift seed     prints: ns per neuron-step, rate, its s.e.
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

static void seed(uint64_t x) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = (x += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        s[i] = z ^ (z >> 31);
    }
}

static inline double uniform(void) { return ((next() >> 11) + 0.5) * 0x1p-53; }

/* 256 layers: edge R, area V of each */
#define R 3.6541528853610088
#define V 0.00492867323399
static double width[257], height[257];
static uint64_t inside[256];
static double scale[256];

static void layers(void) {
    double f = exp(-0.5 * R * R);
    width[0] = V / f;
    width[1] = R;
    for (int i = 2; i < 256; i++) width[i] = sqrt(-2 * log(V / width[i - 1] + exp(-0.5 * width[i - 1] * width[i - 1])));
    width[256] = 0;
    for (int i = 0; i <= 256; i++) height[i] = exp(-0.5 * width[i] * width[i]);
    for (int i = 0; i < 256; i++) {
        inside[i] = (uint64_t)(width[i + 1] / width[i] * 0x1p53);
        scale[i] = width[i] * 0x1p-53;
    }
}

static double normal_slow(int i, double x, int negative) {
    for (;;) {
        if (i == 0) {
            double a, b;
            do {
                a = -log(uniform()) / R;
                b = -log(uniform());
            } while (2 * b < a * a);
            return negative ? -(R + a) : R + a;
        }
        if (height[i] + uniform() * (height[i + 1] - height[i]) < exp(-0.5 * x * x)) return negative ? -x : x;
        const uint64_t w = next(), m = w >> 11;
        i = w & 255;
        negative = (w >> 8) & 1;
        x = m * scale[i];
        if (m < inside[i]) return negative ? -x : x;
    }
}

static inline double normal(void) {
    const uint64_t w = next(), m = w >> 11;
    const int i = w & 255, negative = (w >> 8) & 1;
    const double x = m * scale[i];
    if (__builtin_expect(m < inside[i], 1)) return negative ? -x : x;
    return normal_slow(i, x, negative);
}

int main(int argc, char **argv) {
    if (argc != 7) return 2;
    const int n = atoi(argv[1]);
    const double dt = atof(argv[2]), length = atof(argv[3]), b = atof(argv[4]);
    const double sigma = sqrt(2.0), warm = 5;
    const double threshold = 2 - (atoi(argv[5]) ? 0.5826 * sigma * sqrt(dt) : 0), reset = 1;
    seed(strtoull(argv[6], 0, 10));
    layers();
    double *v = malloc(sizeof *v * n);
    for (int i = 0; i < n; i++)
        do v[i] = 0.5 * normal(); while (v[i] >= threshold);
    const long before = lround(warm / dt), steps = lround(length / dt);
    const double decay = 1 - dt, noise = sigma * sqrt(dt);
    double kick = 0, sum = 0, sq = 0;
    struct timespec t0, t1;
    long batch = 0, spikes = 0, batches = 0;
    const long each = steps / 20 > 0 ? steps / 20 : 1;
    for (long k = 0; k < before + steps; k++) {
        if (k == before) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
        long fired = 0;
        for (int i = 0; i < n; i++) {
            double x = decay * v[i] + kick + noise * normal();
            if (x >= threshold) {
                x = reset;
                fired++;
            }
            v[i] = x;
        }
        kick = b * fired / n;
        if (k < before) continue;
        spikes += fired;
        batch += fired;
        if ((k - before + 1) % each == 0) {
            const double r = batch / (n * each * dt);
            sum += r;
            sq += r * r;
            batch = 0;
            batches++;
        }
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
    const double ns = ((t1.tv_sec - t0.tv_sec) * 1e9 + (t1.tv_nsec - t0.tv_nsec)) / ((double)n * steps);
    const double mean = sum / batches, se = sqrt((sq / batches - mean * mean) / (batches - 1));
    printf("%.4f %.8f %.8f\n", ns, spikes / (n * steps * dt), se);
    return 0;
}
