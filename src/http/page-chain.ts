import type { CertificateFacts } from '../federation/certificate.ts';
import { html, type Html } from './html.ts';
import { count, utc } from './words.ts';

const dayMs = 86_400_000;

/** `87 days left`, or how long ago it ended. Whole days, rounded towards the worse. */
export function daysLeft(notAfter: string, nowMs: number): string {
  const days = Math.floor((Date.parse(notAfter) - nowMs) / dayMs);
  if (Number.isNaN(days)) return 'unknown';
  return days >= 0 ? `${count(days, 'day', 'days')} left` : `expired ${count(-days - 1, 'day', 'days')} ago`;
}

/** Less than this share of its lifetime is left: renewal is late, or nearly too late. */
const shares = { late: 1 / 4, tooLate: 1 / 8 } as const;

/** How much of a lifetime is over, 0 to 1; null: the dates say nothing. */
export function shareOver({ notBefore, notAfter }: CertificateFacts, nowMs: number): number | null {
  const [fromMs, untilMs] = [Date.parse(notBefore), Date.parse(notAfter)];
  const over = (nowMs - fromMs) / (untilMs - fromMs);
  return untilMs > fromMs && Number.isFinite(over) ? Math.min(1, Math.max(0, over)) : null;
}

function colourOf(over: number): string {
  const left = 1 - over;
  if (left < shares.tooLate) return 'bad';
  return left < shares.late ? 'late' : 'well';
}

/** The lifetime as a bar: what is over is pale, what is left has the colour of how much that is. */
function lifeBar(certificate: CertificateFacts, nowMs: number): Html | null {
  const over = shareOver(certificate, nowMs);
  if (over === null) return null;
  const { notBefore, notAfter } = certificate;
  const at = Math.round(over * 100);
  const words = `${utc(Date.parse(notBefore)).slice(0, 10)} to ${utc(Date.parse(notAfter)).slice(0, 10)}, ${String(at)} % over`;
  return html`<svg class="life ${colourOf(over)}" viewBox="0 0 100 4" preserveAspectRatio="none" role="img">
    <title>${words}</title>
    <rect class="all" width="100" height="4" />
    ${over === 1 ? html`<rect width="100" height="4" />` : html`<rect x="${at}" width="${100 - at}" height="4" />`}
  </svg>`;
}

function link(certificate: CertificateFacts, nowMs: number): Html {
  const isEarly = Date.parse(certificate.notBefore) > nowMs;
  return html`<li>
    ${certificate.subject === '' ? 'no subject' : certificate.subject}
    <span class="said"
      >${isEarly ? 'not valid yet' : daysLeft(certificate.notAfter, nowMs)}, until
      ${utc(Date.parse(certificate.notAfter)).slice(0, 10)}, issued by ${certificate.issuer}</span
    >
    ${lifeBar(certificate, nowMs)}
  </li>`;
}

/** The certificates that were presented, the partner's own first, each with its lifetime. */
export function chainView(chain: readonly CertificateFacts[], nowMs: number): Html {
  return html`<ol class="chain">
    ${chain.map((each) => link(each, nowMs))}
  </ol>`;
}
