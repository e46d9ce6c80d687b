import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ROOT } from '../code-blocks.ts';

/** Why hosts of their own cannot be made on this machine; nothing where they can. */
export const NO_REMOTE_HOSTS = whyNot();
if (NO_REMOTE_HOSTS) console.log(`SKIPPED: ${NO_REMOTE_HOSTS}`);

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces want root';
  try {
    execFileSync('unshare', ['--net', '--mount', '--uts', '--pid', '--fork', 'ip', 'link'], {
      stdio: 'ignore',
    });
    return undefined;
  } catch {
    return 'unshare and ip (Debian: util-linux, iproute2) make no network namespaces here';
  }
}

/** What the first process of a host does; the host lives as long as this has a standard input. */
const BOOT = `
set -e
name=$1; shift
mount -o remount,bind,ro /
for path in "$@"; do
  if [ -d "$path" ]; then mount -t tmpfs tmpfs "$path"; else mount --bind /dev/null "$path"; fi
done
for folder in /tmp /var/tmp /dev/shm /run; do [ ! -d "$folder" ] || mount -t tmpfs tmpfs "$folder"; done
mkdir /tmp/home
hostname "$name"
ip link set lo up
echo ready
exec cat >/dev/null
`;

/** What lets a network live as long as this has a standard input. */
const SWITCH = `
set -e
ip link add hub type bridge
ip link set hub up
echo ready
exec cat >/dev/null
`;

let networks = 0;

/**
 * Hosts on one network, this machine too. Each has its own network, processes, name and files: nothing that one writes can be
 * seen by another, and none of them sees this checkout. Everything is gone with the process that made it.
 */
export class RemoteNetwork {
  readonly #hub: FirstProcess;
  /** First three numbers of every address. */
  readonly #prefix: string;
  readonly #hosts: RemoteHost[] = [];
  #cables = 0;

  static async create(): Promise<RemoteNetwork> {
    const hub = await firstProcess(['--net'], SWITCH, []);
    const network = new RemoteNetwork(hub);
    const { here, there } = network.#cable();
    ip(['link', 'set', there, 'netns', String(hub.pid)]);
    hub.ip(['link', 'set', there, 'master', 'hub', 'up']);
    ip(['address', 'add', `${network.address}/24`, 'dev', here]);
    ip(['link', 'set', here, 'up']);
    return network;
  }

  private constructor(hub: FirstProcess) {
    this.#hub = hub;
    this.#prefix = `10.${100 + (hub.pid % 100)}.${(hub.pid >> 7) % 256}`;
  }

  /** Of this machine among them. */
  get address(): string {
    return `${this.#prefix}.1`;
  }

  /**
   * A new host.
   * @param lacks paths that it does not have, besides this checkout: files are empty there, and so are folders
   */
  async host(name: string, lacks: readonly string[] = []): Promise<RemoteHost> {
    const first = await firstProcess(['--net', '--mount', '--uts', '--pid'], BOOT, [name, ROOT, ...lacks]);
    const { here, there } = this.#cable();
    ip(['link', 'set', here, 'netns', String(this.#hub.pid)]);
    this.#hub.ip(['link', 'set', here, 'master', 'hub', 'up']);
    ip(['link', 'set', there, 'netns', String(first.pid)]);
    const address = `${this.#prefix}.${this.#cables}`;
    first.ip(['address', 'add', `${address}/24`, 'dev', there]);
    first.ip(['link', 'set', there, 'up']);
    const host = new RemoteHost(name, address, first);
    this.#hosts.push(host);
    return host;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.powerOff()));
    await this.#hub.end();
  }

  /** Both ends of a new cable, here. */
  #cable(): { here: string; there: string } {
    const name = `sl${process.pid.toString(36)}${(networks++).toString(36)}`;
    this.#cables++;
    const [here, there] = [`${name}a`, `${name}b`];
    ip(['link', 'add', here, 'type', 'veth', 'peer', 'name', there]);
    return { here, there };
  }
}

export class RemoteHost {
  readonly name: string;
  readonly address: string;
  readonly #first: FirstProcess;

  constructor(name: string, address: string, first: FirstProcess) {
    this.name = name;
    this.address = address;
    this.#first = first;
  }

  /** Starts a program there, in the temporary folder, in a process group of its own. */
  spawn(program: string, words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const { env = process.env } = options;
    return spawn(
      'nsenter',
      [...this.#first.entrance, 'sh', '-c', 'cd /tmp && exec "$@"', 'sh', program, ...words],
      {
        detached: true,
        ...options,
        env: { ...env, HOME: '/tmp/home', TMPDIR: '/tmp' },
      },
    );
  }

  /** Runs a program there and gives what it prints. @throws Error when it fails */
  run(program: string, words: readonly string[]): string {
    return execFileSync('nsenter', [...this.#first.entrance, program, ...words], { encoding: 'utf8' });
  }

  /** Ends everything on it at once, and its network, as if the plug was pulled. */
  powerOff(): Promise<void> {
    return this.#first.end();
  }

  /** Pulls its cable: what runs there goes on, and nobody hears of it. */
  unplug(): void {
    const link = this.run('ip', ['-o', '-4', 'address', 'show', 'scope', 'global']).split(/\s+/)[1]!;
    this.run('ip', ['link', 'set', link, 'down']);
  }
}

/** The process that keeps namespaces alive. */
class FirstProcess {
  /** As this machine counts. */
  readonly pid: number;
  readonly entrance: readonly string[];
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, kinds: readonly string[]) {
    this.#child = child;
    this.pid = Number(childOf(child.pid!));
    this.entrance = [`--target=${this.pid}`, ...kinds, '--'];
  }

  ip(words: readonly string[]): void {
    execFileSync('nsenter', [`--target=${this.pid}`, '--net', 'ip', ...words]);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    process.kill(this.pid, 'SIGKILL');
    await gone;
  }
}

async function firstProcess(
  kinds: readonly string[],
  script: string,
  words: readonly string[],
): Promise<FirstProcess> {
  const fork = ['--fork', '--kill-child', ...(kinds.includes('--pid') ? ['--mount-proc'] : [])];
  const child = spawn('unshare', [...kinds, ...fork, 'sh', '-c', script, 'sh', ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => line === 'ready' && resolve());
    child.once('exit', (code) => reject(new Error(`a host did not start (${code}): ${printed}`)));
  });
  return new FirstProcess(child, kinds);
}

function childOf(pid: number): string {
  return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')[0]!;
}

const ip = (words: readonly string[]): void => {
  execFileSync('ip', [...words]);
};

/** Files of libngspice on this machine: a host that lacks them has no native simulator. */
export function libngspiceFiles(): string[] {
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/local/lib'];
  const files = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
    .filter((path) => /\/libngspice\.so[.\d]*$/.test(path));
  return [...new Set(files.map((path) => realpathSync(path)))];
}
