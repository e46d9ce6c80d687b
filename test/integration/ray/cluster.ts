import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, killGroup } from '../struck-runs.ts';

const CACHE = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
const PREPARED = join(CACHE, 'spicelab-ci/ray/bin/python');

/** A Python with ray: the one named by SPICELAB_TEST_RAY, or the one `.ci/run` made. */
export const RAY_PYTHON = process.env['SPICELAB_TEST_RAY'] || (existsSync(PREPARED) ? PREPARED : undefined);
if (!RAY_PYTHON) console.log('SKIPPED: SPICELAB_TEST_RAY names no Python with ray[default]');

// clusters of tests take anyone, whatever token this user may have
process.env['RAY_AUTH_MODE'] = 'disabled';

const STARTED = /Ray runtime started/;

/** `ray start --block`, in a folder of its own, where nothing of this checkout can be imported. */
export interface RayNode {
  readonly child: ChildProcess;
  /** Ends all its daemons at once, as the loss of a machine would. */
  kill(): void;
}

/** Finds the node that a `ray start` began by the raylet that is its child, and drains it. */
const DRAIN = `
import subprocess, sys
from ray._raylet import GcsClient
from ray.scripts.scripts import cli
address, parent = sys.argv[1:]
raylets = subprocess.run(["pgrep", "-P", parent, "-f", "raylet/raylet"], capture_output=True, text=True).stdout.split()
command = open(f"/proc/{raylets[0]}/cmdline").read()
node, = [id.hex() for id in GcsClient(address=address).get_all_node_info() if id.hex() in command]
cli(["drain-node", "--address", address, "--node-id", node, "--reason", "DRAIN_NODE_REASON_PREEMPTION",
    "--reason-message", "a test", "--deadline-remaining-seconds", "60"])
`;

export interface RayNodeOptions {
  readonly cpus?: number;
  /** Variables that this host has besides, or otherwise. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A head without CPUs, and nodes on this machine. */
export class RayCluster {
  readonly folder: string;
  readonly port: number;
  readonly clientPort: number;
  /** Of the dashboard and of job submission, where the cluster has them. */
  readonly jobsPort: number;
  readonly nodes: RayNode[] = [];

  /** @param nodes how many, of one CPU each */
  static async start(nodes: number): Promise<RayCluster> {
    const cluster = await RayCluster.#place();
    await cluster.head();
    for (let i = 0; i < nodes; i++) await cluster.node();
    return cluster;
  }

  /** A head that takes jobs, besides. */
  static async takingJobs(): Promise<RayCluster> {
    const cluster = await RayCluster.#place();
    const agent = ['--dashboard-agent-listen-port', String(await freePort())];
    await cluster.head(['--dashboard-port', String(cluster.jobsPort), ...agent], {
      // jobs begin with the `python3` of the head
      environment: { PATH: `${dirname(RAY_PYTHON!)}${delimiter}${process.env['PATH']}` },
    });
    await listening(cluster.jobsPort);
    return cluster;
  }

  static async #place(): Promise<RayCluster> {
    // Ray puts sockets there, whose names may not be long
    const folder = await mkdtemp('/tmp/spl-ray-');
    return new RayCluster(folder, await freePort(), await freePort(), await freePort());
  }

  private constructor(folder: string, port: number, clientPort: number, jobsPort: number) {
    this.folder = folder;
    this.port = port;
    this.clientPort = clientPort;
    this.jobsPort = jobsPort;
  }

  /** For a process on a node of the cluster. */
  get inside(): string {
    return `ray:127.0.0.1:${this.port}`;
  }

  /** For one anywhere. */
  get outside(): string {
    return `ray://127.0.0.1:${this.clientPort}`;
  }

  /** For one that leaves a job there. */
  get jobs(): string {
    return `ray:http://127.0.0.1:${this.jobsPort}`;
  }

  async head(
    more = ['--include-dashboard=false'],
    { environment = {} }: RayNodeOptions = {},
  ): Promise<RayNode> {
    const words = ['--head', '--node-ip-address', '127.0.0.1', '--port', String(this.port)];
    const client = ['--ray-client-server-port', String(this.clientPort)];
    const place = ['--num-cpus', '0', '--temp-dir', this.folder];
    const node = await this.#start([...words, ...client, ...place, ...more], environment);
    await listening(this.clientPort);
    return node;
  }

  node({ cpus = 1, environment = {} }: RayNodeOptions = {}): Promise<RayNode> {
    const words = ['--address', `127.0.0.1:${this.port}`, '--node-ip-address', '127.0.0.1'];
    return this.#start([...words, '--num-cpus', String(cpus)], environment);
  }

  /** Lets a node end as a cloud does that takes its machine: nothing new comes there, and it has a while to finish. */
  async drain(node: RayNode): Promise<void> {
    const script = ['-c', DRAIN, `127.0.0.1:${this.port}`, String(node.child.pid)];
    await promisify(execFile)(RAY_PYTHON!, script, { cwd: this.folder });
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) node.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(words: readonly string[], environment = {}): Promise<RayNode> {
    const child = await rayStart((program, start) =>
      spawn(program, [...start, ...words], {
        cwd: this.folder,
        env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0', PYTHONPATH: '', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    );
    const node = { child, kill: () => killGroup(child.pid) };
    this.nodes.push(node);
    return node;
  }
}

/** Ray gives its daemons fifteen seconds, which on a busy machine are too few. */
const ATTEMPTS = 4;

/** Starts `ray start --block` and waits until it says that it has; `spawn` is given the program and its first words. */
export async function rayStart(
  spawn: (program: string, words: readonly string[]) => ChildProcess,
): Promise<ChildProcess> {
  let printed = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const child = spawn(RAY_PYTHON!, ['-m', 'ray.scripts.scripts', 'start', '--block']);
    const started = await new Promise<boolean>((resolve) => {
      for (const stream of [child.stdout!, child.stderr!])
        stream.setEncoding('utf8').on('data', (text: string) => {
          printed += text;
          if (STARTED.test(text)) resolve(true);
        });
      child.once('exit', () => resolve(false));
    });
    if (started) return child;
    killGroup(child.pid);
    if (!printed.includes('timed out during startup')) break;
  }
  throw new Error(`ray start ended:\n${printed}`);
}

/** Waits until something listens. */
export async function listening(port: number, host = '127.0.0.1'): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => {
        socket.destroy();
        resolve(true);
      }).once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
