/** Preloaded: writes the most memory that this process had, in MB, to the file of SPICELAB_BENCH_PEAK when it ends. */
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['SPICELAB_BENCH_PEAK'];
delete process.env['SPICELAB_BENCH_PEAK'];
if (file) process.on('exit', () => writeFileSync(file, String(peakMegabytes())));

function peakMegabytes() {
  try {
    // exact; what `resourceUsage` tells includes the program that started this one
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
