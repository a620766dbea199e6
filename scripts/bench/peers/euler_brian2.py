"""The same network in Brian2 (shared accumulator for the all-to-all kicks)."""
import sys
import time

try:
    import brian2 as br
except ImportError:
    sys.exit(1)

br.prefs.codegen.target = "cython"
n, b = 10_000, 0.5
br.defaultclock.dt = 0.01 * br.second
group = br.NeuronGroup(n, "dv/dt = -v/second + sqrt(2/second)*xi : 1", threshold="v >= 2", reset="v = 1", method="euler")
group.v = "0.9*randn()"
counter = br.SpikeMonitor(group, record=False)
seen = [0]


@br.network_operation(when="end")
def kicks():
    now = counter.num_spikes
    group.v_[:] += b * (now - seen[0]) / n
    seen[0] = now


br.run(5 * br.second)
before, start = counter.num_spikes, time.process_time()
br.run(50 * br.second)
cost = (time.process_time() - start) * 1e9 / n / 5000
print(f"Brian2: {cost:.1f} ns/neuron-step, rate error {(counter.num_spikes - before) / n / 50 / 0.1347750799352501 - 1:+.4f}")
