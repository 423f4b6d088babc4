import type { OwnCertificateReport, OwnReport } from '../federation/own-report.ts';
import type { OwnWord } from '../probe/self.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { ownWords } from './own-rows.ts';
import { tableView, type Column } from './page-table.ts';
import { instant, prose, severityWords } from './words.ts';

/** So many stand in the line of those in order. */
const mostNamed = 6;

const columns: readonly Column[] = [
  { head: 'Weight', of: 'short' },
  { head: 'Certificate', of: 'name', names: true, bare: true },
  { head: 'What', of: 'wide', bare: true },
  { head: 'Next step', of: 'wide' },
];

function row({ severity, subject, code, title, summary, action }: OwnWord): readonly HtmlValue[] {
  const what = [html`<a href="./explain/${code}">${title}</a>`, html`<span class="said">${prose(summary)}</span>`];
  return [severityWords[severity], html`<a href="./api/v1/own-certificates">${subject}</a>`, what, prose(action)];
}

function until({ name, notAfter }: OwnCertificateReport): string {
  return notAfter === null ? name : `${name} until ${notAfter.slice(0, 10)}`;
}

function srvWords({ domain, targets }: OwnReport): string {
  if (domain === null) return '';
  if (targets === null) return ` The SRV record of ${domain} is not known yet.`;
  return targets.length === 0
    ? ` ${domain} has no SRV record.`
    : ` The SRV record of ${domain} leads to ${targets.slice(0, 5).join(', ')}.`;
}

/**
 * Our own certificates: what is wrong with them and what to do, before everything about partners, since it explains many
 * a "they refuse us"; else one line. Nothing where there are none, or nobody has read them lately. Pure.
 */
export function ownSection(report: OwnReport | undefined, nowMs: number): Html | null {
  if (report === undefined || report.certificates.length === 0) return null;
  const words = ownWords(report);
  const { slotMs, certificates, dropped } = report;
  const others = Math.max(0, certificates.length - mostNamed) + dropped;
  const more = others === 0 ? '' : `, and ${String(others)} more`;
  const line = `Our own certificates: ${certificates.slice(0, mostNamed).map(until).join(', ')}${more}.${srvWords(report)}`;
  const quiet = html`<p class="quiet">${line} Read ${instant(slotMs, nowMs)}.</p>`;
  if (words.length === 0) return quiet;
  const caption = 'Our own certificates: partners may refuse us because of this';
  return html`<h2>${caption}</h2>
    ${tableView(caption, columns, words.map(row), 'fleet')} ${quiet}`;
}
