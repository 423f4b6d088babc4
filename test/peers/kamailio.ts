import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Leaf } from '../lab/certificates.ts';
import { libraryFolders, type Tool } from '../lab/debian.ts';
import { freePort } from '../lab/ports.ts';
import { startPeer, type Peer } from './program.ts';

/** One TLS port of a kamailio. */
export interface TlsPort {
  readonly certificate: Leaf;
  /** The server names that get this certificate; others get the fallback. Absent: everybody gets it. */
  readonly names?: readonly string[];
  readonly method?: 'TLSv1.2' | 'TLSv1.2+';
  /** PEM of the authorities whose client certificates are let in; absent: none is asked for. */
  readonly clients?: string;
}

export interface KamailioOptions<Name extends string> {
  /** The ports by a name for the test. */
  readonly tls: Readonly<Record<Name, TlsPort>>;
  /** Where it speaks SIP in clear text on the default port besides. */
  readonly clear?: { readonly transport: 'tcp' | 'udp'; readonly address: string };
  /** For server names that no port knows; absent: the first port's. */
  readonly fallback?: Leaf;
  /** Modules that the script needs besides the usual ones. */
  readonly modules?: readonly string[];
  /** Script lines that come before the plain `200 OK` to OPTIONS. */
  readonly script?: string;
}

/** Where a kamailio listens on 127.0.0.1: plain TCP and UDP on one port, and its TLS ports by name. */
export interface KamailioPorts<Name extends string> {
  readonly tcp: number;
  readonly tls: Readonly<Record<Name, number>>;
}

/** Starts a kamailio that answers OPTIONS over TCP and TLS. */
export function startKamailio<Name extends string>(
  tool: Tool,
  options: KamailioOptions<Name>,
): Promise<Peer<KamailioPorts<Name>>> {
  return startPeer(tool, async (folder) => {
    const tls = {} as Record<Name, number>;
    for (const name of Object.keys(options.tls) as Name[]) tls[name] = await freePort();
    const ports = { tcp: await freePort(), tls };
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'kamailio.cfg'), configuration(folder, ports, options));
    writeFileSync(join(folder, 'tls.cfg'), tlsSections(folder, ports, options).join('\n'));
    const modules = libraryFolders(tool.root ?? '/').map((each) => join(each, 'kamailio', 'modules'));
    return {
      // One process tree of about ten, in the foreground, with little memory each.
      args: [
        ...['-f', 'kamailio.cfg', '-DD', '-E', '-m', '16', '-M', '4'],
        ...['-L', modules.join(':'), '-Y', join(folder, 'run')],
      ],
      answers: async () => ((await answersOptions(ports.tcp)) ? ports : null),
    };
  });
}

function configuration(
  folder: string,
  ports: KamailioPorts<string>,
  { script = '', modules = [], clear }: KamailioOptions<string>,
): string {
  const listens = [
    ...Object.values(ports.tls).map((port) => `listen=tls:127.0.0.1:${String(port)}`),
    ...(clear === undefined ? [] : [`listen=${clear.transport}:${clear.address}:5060`]),
  ];
  return `#!KAMAILIO
debug=1
log_stderror=yes
fork=yes
children=1
tcp_children=2
enable_tls=yes
auto_aliases=no
listen=tcp:127.0.0.1:${String(ports.tcp)}
listen=udp:127.0.0.1:${String(ports.tcp)}
${listens.join('\n')}
loadmodule "tls.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "maxfwd.so"
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("tls", "config", "${join(folder, 'tls.cfg')}")
request_route {
  if (!is_method("OPTIONS")) {
    sl_send_reply("405", "Method Not Allowed");
    exit;
  }
${script}
  sl_send_reply("200", "OK");
  exit;
}
`;
}

function tlsSections<Name extends string>(
  folder: string,
  ports: KamailioPorts<Name>,
  options: KamailioOptions<Name>,
): readonly string[] {
  const section = (title: string, lines: Readonly<Record<string, string>>): string =>
    [`[${title}]`, ...Object.entries(lines).map(([key, value]) => `${key} = ${value}`), ''].join('\n');
  const none = { verify_certificate: 'no', require_certificate: 'no' };
  let files = 0;
  const store = (text: string): string => {
    files += 1;
    const file = join(folder, `${String(files)}.pem`);
    writeFileSync(file, text);
    return file;
  };
  const identity = (leaf: Leaf): Readonly<Record<string, string>> => ({
    certificate: store(leaf.chainPem),
    private_key: store(leaf.keyPem),
  });
  const port = (name: Name, serverName: string | null): string => {
    const { certificate, method = 'TLSv1.2+', clients } = options.tls[name];
    return section(`server:127.0.0.1:${String(ports.tls[name])}`, {
      method,
      ...identity(certificate),
      ...(clients === undefined
        ? none
        : { ca_list: store(clients), verify_certificate: 'yes', require_certificate: 'yes' }),
      ...(serverName === null ? {} : { server_name: serverName }),
    });
  };
  const names = Object.keys(options.tls) as Name[];
  const [first] = Object.values<TlsPort>(options.tls);
  const fallback = options.fallback ?? first?.certificate;
  return [
    section('server:default', { method: 'TLSv1.2+', ...none, ...(fallback === undefined ? {} : identity(fallback)) }),
    section('client:default', { method: 'TLSv1.2+', ...none }),
    ...names.flatMap((name) => (options.tls[name].names ?? [null]).map((serverName) => port(name, serverName))),
  ];
}

const knock = [
  'OPTIONS sip:ready.example SIP/2.0',
  'Via: SIP/2.0/TCP mon.example;branch=z9hG4bKready;rport',
  'Max-Forwards: 70',
  'From: <sip:ready@mon.example>;tag=ready',
  'To: <sip:ready.example>',
  'Call-ID: ready@mon.example',
  'CSeq: 1 OPTIONS',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

function answersOptions(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(knock));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('SIP/2.0 200 '));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
