import { z } from 'zod';
import { transports } from '../federation/edge.ts';
import { profiles } from '../federation/partner.ts';
import { platforms } from '../federation/platform.ts';
import { providers } from '../federation/provider.ts';
import { checkCidr } from '../net/egress.ts';
import { shortestEveryMs, timeZone } from './cron.ts';
import { domainName } from './domain.ts';
import { parseDnsServer, parseListen, parsePlace } from './endpoint.ts';
import { parseInstant } from './instant.ts';
import { duration, group, list, path, text, whole, words } from './field.ts';
import { cadence, hysteresis } from './pace.ts';
import { canary, controls, host } from './schema-canary.ts';
import { redisSection } from './schema-redis.ts';
import { vantageSection, vantagesSection } from './schema-vantage.ts';
import { webAddress } from './web-address.ts';

/** More partners than this in one configuration are refused: the store's figures hold up to 10,000. */
export const mostPartners = 20_000;

const domain = (description: string) =>
  text('a domain such as contoso.com', description, ['contoso.com', 'bücher.example'], domainName);

const profile = z
  .enum(profiles, { error: `one of ${profiles.join(', ')}` })
  .meta({ description: 'The rules to judge by.' });

const sip = group(
  { maxForwards: whole(0, 255, 'Max-Forwards of our OPTIONS. With 0 the first hop itself answers.').optional() },
  'How a partner is asked.',
);
const every = duration(shortestEveryMs, 86_400_000, 'How often a partner is examined.', '5m');
const cron = words(256, 'Instead of `every`: minute, hour, day of the month, month, weekday; seconds may go before.', [
  '*/10 8-18 * * 1-5',
]);
const timezone = text(
  'a time zone such as Europe/Berlin',
  'The clock that `cron` goes by.',
  ['Europe/Berlin'],
  timeZone,
);
const timeout = duration(500, 600_000, 'Budget of one examination; at most half of `every`.', '30s');
const tier = words(64, 'How much the partner matters; a label of the metrics.', ['critical', 'standard']);
const contactForm = /^(https?:\/\/[^\s]+|mailto:[^\s@]+@[^\s@]+|[^\s@:/]+@[^\s@:/]+)$/;

const listen = (input: string, description: string) =>
  text('an address and a port such as 127.0.0.1:9464', description, [input, '[::]:9464'], parseListen).prefault(input);

const instant = (description: string) =>
  text('an instant with its offset such as 2026-03-01T22:00:00Z', description, ['2026-03-01T22:00:00Z'], parseInstant);

const identityName = (description: string, examples: string[]) =>
  text('a name of letters, digits, dots, hyphens or underscores', description, examples, (input) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(input) ? input : null,
  );

const tag = words(64, 'A tag.', ['wave-2']);

export const partnerEntry = group(
  {
    domain: domain('The SIP domain of the partner.'),
    name: words(128, 'What people call the partner.', ['Contoso']).optional(),
    tier: tier.optional(),
    owner: words(64, 'Who on our side looks after this partner; a label of the metrics.', ['team-uc']).optional(),
    contact: words(200, 'Whom to ask on their side.', ['noc@contoso.com']).optional(),
    profile: profile.optional(),
    every: every.optional(),
    cron: cron.optional(),
    timezone: timezone.optional(),
    timeout: timeout.optional(),
    route: group(
      {
        host,
        port: whole(1, 65_535, 'Port; 5061 with TLS, 5060 with TCP and UDP.').optional(),
        transport: z
          .enum(transports, { error: `one of ${transports.join(', ')}` })
          .optional()
          .meta({ description: 'What is spoken there; TLS when absent. TCP and UDP with the profile sip only.' }),
      },
      'A pinned host: SRV records are not followed.',
    ).optional(),
    sip: sip.optional(),
    tags: list(tag, 16, 'tags', 'Words by which maintenance windows choose partners.').optional(),
    identity: identityName(
      'A name under `identities`, or `none`: no certificate is shown. Absent: the one of `identity`.',
      ['lab', 'none'],
    ).optional(),
  },
  'One organisation we federate with.',
);

const partners = list(partnerEntry, mostPartners, 'partners', 'The organisations we federate with.');

/** A file named by `include`. */
export const partnersFile = group({ partners }, 'Partners in a file of their own.');

const providerIds = providers.map(({ id }) => id);

const window = group(
  {
    partners: list(
      domain('A partner of this configuration.'),
      mostPartners,
      'domains',
      'Who is left out of every rule.',
    ).default([]),
    tags: list(tag, 16, 'tags', 'All partners with one of these tags.').default([]),
    providers: list(
      z.enum(providerIds, { error: `one of ${providerIds.join(', ')}` }).meta({ description: 'A provider.' }),
      16,
      'providers',
      'All partners that are reached through one of these.',
    ).default([]),
    from: instant('When the window begins.'),
    until: instant('When it ends.'),
    reason: words(200, 'Shown wherever the partner is shown.', ['Edge pool migration, CHG-1234']),
  },
  'A planned stretch of time.',
);

/** Every key of the file. What is said of one key stands here; what holds between keys stands in check-*.ts. */
export const sections = {
  redis: redisSection,
  vantage: vantageSection,
  vantages: vantagesSection,
  identity: group(
    {
      domain: domain('The SIP domain in From: one of its own, never the production domain.'),
      contact: text(
        'a web or mail address such as https://mon.example.com/probing',
        "Where a partner's administrator can complain; sent in every probe.",
        ['https://mon.example.com/probing', 'noc@example.com'],
        (input) => (input.length <= 200 && /^[\x21-\x7e]+$/.test(input) && contactForm.test(input) ? input : null),
      ),
      certFile: path('PEM file with the client certificate and its chain.', ['client.pem']).optional(),
      keyFile: path('PEM file with its private key, not encrypted.', ['client.key']).optional(),
      platform: z
        .enum(platforms, { error: `one of ${platforms.join(', ')}` })
        .default('unknown')
        .meta({
          description:
            'What our own users are on. Partners in the same cloud need no federation record; towards all others it is missing.',
        }),
    },
    'Who we are towards partners.',
  ),
  identities: list(
    group(
      {
        name: identityName('How partners choose it.', ['lab']),
        certFile: path('PEM file with the client certificate and its chain.', ['lab.pem']),
        keyFile: path('PEM file with its private key, not encrypted.', ['lab.key']),
      },
      'One more client certificate.',
    ),
    64,
    'identities',
    'More client certificates than the one of `identity`; shown only to partners that name one.',
  ).default([]),
  dns: group(
    {
      servers: list(
        text(
          'a numeric address such as 9.9.9.9, [2620:fe::fe]:53 or tls://9.9.9.9:853#dns.quad9.net',
          'A resolver; with tls:// one over TLS whose certificate holds the name after #, or the address.',
          ['127.0.0.1:53', 'tls://9.9.9.9:853#dns.quad9.net'],
          parseDnsServer,
        ),
        8,
        'resolvers',
        "Resolvers to ask, in this order; the system's when absent.",
      )
        .min(1, { error: 'at least one resolver' })
        .optional(),
    },
    'How names are looked up.',
  ).prefault({}),
  trust: path('Which roots are trusted: `system`, `mozilla`, or a PEM file.', [
    'system',
    'mozilla',
    'roots.pem',
  ]).prefault('system'),
  egress: group(
    {
      allow: list(
        text('a network such as 10.20.0.0/16', 'A network.', ['10.20.0.0/16', 'fd00::/8'], (input) =>
          checkCidr(input) === null ? input : null,
        ),
        256,
        'networks',
        'Networks that may be connected to all the same: private ones, and public ones also on ports of other services.',
      ).default([]),
    },
    'Where probes may go. Public addresses always, private ones only when allowed here.',
  ).prefault({}),
  politeness: group(
    {
      gap: duration(
        0,
        3_600_000,
        'Least time between the beginnings of two connections to one address and port, over all workers.',
        '2s',
      ).prefault('2s'),
      stop: list(
        text(
          'a domain, host or numeric address, with or without a port',
          'Nothing is sent there any more: the domain of a partner, the host or the address of an edge.',
          ['contoso.com', 'edge.contoso.com:5061', '192.0.2.7', '[2001:db8::1]:5061'],
          parsePlace,
        ),
        1000,
        'places',
        'Who is left alone. What is known of them becomes unknown, and nothing is held against them.',
      ).default([]),
      stopAll: z.boolean({ error: 'true or false' }).default(false).meta({
        description: 'Nothing is sent to anybody any more, not even DNS queries.',
      }),
    },
    'How gently partners are asked. There is never more than one connection at a time to one address and port.',
  ).prefault({}),
  listen: group(
    {
      exporter: listen('127.0.0.1:9464', 'Metrics, page and API.'),
      scheduler: listen('127.0.0.1:9465', "The scheduler's own metrics and health."),
      worker: listen('127.0.0.1:9466', "The worker's own metrics and health."),
    },
    'Where each role listens.',
  ).prefault({}),
  api: group(
    {
      tokenFile: path('File that holds the bearer token for requests that do something; without it HTTP only reads.', [
        '/run/secrets/fedmon-token',
      ]).optional(),
    },
    'Who may ask the service to do something over HTTP.',
  ).prefault({}),
  grafana: text(
    'an address such as https://grafana.example.com',
    'Where Grafana is: the page of a partner leads to its dashboard there.',
    ['https://grafana.example.com'],
    webAddress,
  ).optional(),
  hysteresis,
  cadence,
  defaults: group(
    {
      every: every.optional(),
      cron: cron.optional(),
      timezone: timezone.optional(),
      timeout: timeout.optional(),
      profile: profile.default('microsoft-federation'),
      tier: tier.prefault('standard'),
      sip: sip.optional(),
    },
    'What holds for every partner that does not say otherwise.',
  ).prefault({}),
  canary,
  controls,
  ownCertificates: list(
    group(
      {
        name: words(64, 'A label of the metrics.', ['edge']),
        certFile: path('PEM file of the certificate.', ['edge.pem']),
      },
      'One of our own certificates.',
    ),
    64,
    'certificates',
    'Certificates of ours to watch beside those of `identity` and `identities`: dates, usage and chain.',
  ).default([]),
  partners: partners.default([]),
  include: list(
    path('A file or a pattern.', ['partners.d/*.yaml']),
    64,
    'file patterns',
    'Files with more partners.',
  ).default([]),
  maintenance: list(
    window,
    1000,
    'maintenance windows',
    'Planned stretches of time in which partners are left out of every rule.',
  ).default([]),
} as const;

export type SectionName = keyof typeof sections;
export type Sections = { readonly [Name in SectionName]: z.output<(typeof sections)[Name]> };
export type PartnerEntry = z.output<typeof partnerEntry>;

/** The whole file, for the published JSON Schema. */
export const wholeFile = group(sections, 'Configuration of fedmon.');
