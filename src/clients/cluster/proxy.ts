/** The proxy that the environment names, by the rules that Go's programs follow. */

type Environment = Readonly<Record<string, string | undefined>>;

/** undefined where the server is to be reached directly. */
export function proxyFor(server: string, environment: Environment = process.env): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const read = (name: string) => environment[name] || environment[name.toLowerCase()];
  const proxy = read(protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY');
  if (proxy === undefined || isLoopback(hostname)) return undefined;
  const excluded = (read('NO_PROXY') ?? '').split(',').map((entry) => entry.trim().toLowerCase());
  if (excluded.some((entry) => entry === '*' || covers(entry, hostname, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

/** `example.com` covers its subdomains, `.example.com` only them, `10.0.0.0/8` addresses, `host:port` one port. */
function covers(entry: string, hostname: string, port: string): boolean {
  if (entry === '') return false;
  const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== (port || '443')) return false;
  const [, base = '', bits] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(name) ?? [];
  if (bits !== undefined) {
    const [network, address] = [addressOf(base), addressOf(hostname)];
    if (network === undefined || address === undefined) return false;
    const size = 2 ** (32 - Number(bits));
    return Math.floor(network / size) === Math.floor(address / size);
  }
  return hostname === name || hostname.endsWith(name.startsWith('.') ? name : `.${name}`);
}

function addressOf(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}
