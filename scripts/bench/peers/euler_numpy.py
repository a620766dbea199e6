"""Euler-Maruyama with an end-of-step threshold test in numpy: ns per neuron-step, rate."""
import sys
import time

try:
    import numpy as np
except ImportError:
    sys.exit(1)

n, dt, steps, b = 100_000, 0.01, 1500, 0.5
rng = np.random.Generator(np.random.SFC64(1))
v = 0.9 * rng.standard_normal(n)
np.minimum(v, 1.9, out=v)
noise, spikes, kick, z = np.sqrt(2 * dt), 0, 0.0, np.empty(n)
for k in range(steps):
    if k == steps // 3:
        start, spikes = time.process_time(), 0
    rng.standard_normal(out=z)
    v *= 1 - dt
    z *= noise
    v += z
    v += kick
    fired = v >= 2
    count = np.count_nonzero(fired)
    v[fired] = 1
    kick = b * count / n
    spikes += count
counted = steps - steps // 3
print(f"numpy: {(time.process_time() - start) * 1e9 / n / counted:.2f} ns/neuron-step, rate error {spikes / (n * counted * dt) / 0.1347750799352501 - 1:+.4f}")
